package faq

import (
	"cmp"
	"slices"
)

// model scores classes for a question: the cosine with each class's merged
// questions, and the probability of a softmax regression. It is immutable once
// trained.
type model struct {
	space   *space
	classes int

	starts []int32 // by column: where its postings begin
	posts  []cell  // class and weight, for the cosine

	soft *softmax
}

// train makes a model of examples whose features are merged. The first classes are
// the entries.
func train(examples []example, entries, classes int) *model {
	m := &model{space: newSpace(examples), classes: classes}
	if classes > manyClasses {
		m.space.sort()
	}
	vectors := make([][]cell, len(examples))
	size := 0
	for _, ex := range examples {
		size += len(ex.features)
	}
	cells := make([]cell, 0, size)
	for i, ex := range examples {
		from := len(cells)
		cells = m.space.vector(ex.features, cells)
		vectors[i] = cells[from:]
	}
	m.merge(examples, vectors)
	m.soft = m.fit(examples, vectors, entries)
	return m
}

// merge adds up the questions of each class into one vector of unit length. Of a
// feature that several have, the number counts by its logarithm.
func (m *model) merge(examples []example, vectors [][]cell) {
	byClass := make([][]int, m.classes)
	for i, ex := range examples {
		byClass[ex.class] = append(byClass[ex.class], i)
	}
	logs := logarithms(len(examples))
	posts := make([][]cell, len(m.space.idf))
	weights, counts := make([]float32, len(posts)), make([]int32, len(posts))
	var there []int32 // the columns of a class, in the order of its questions
	for class, list := range byClass {
		there = there[:0]
		for _, n := range list {
			for i, f := range examples[n].features { // all of them have a column
				col := vectors[n][i].col
				if counts[col]++; counts[col] == 1 {
					there = append(there, col)
				}
				weights[col] = max(weights[col], f.weight)
			}
		}
		var norm float32
		for _, col := range there {
			weights[col] *= float32(float32(1+logs[counts[col]]) * m.space.idf[col])
			norm += float32(weights[col] * weights[col])
		}
		norm = root(norm)
		for _, col := range there {
			posts[col] = append(posts[col], cell{int32(class), weights[col] / norm})
			weights[col], counts[col] = 0, 0
		}
	}
	m.starts = make([]int32, len(posts)+1)
	for col, p := range posts {
		m.posts = append(m.posts, p...)
		m.starts[col+1] = int32(len(m.posts)) //nolint:gosec // bounded by the FAQ's size
	}
}

// logarithms are those of the numbers up to n; that of 0 is left out.
func logarithms(n int) []float64 {
	out := make([]float64, n+1)
	for i := 1; i <= n; i++ {
		out[i] = ln(float64(i))
	}
	return out
}

func byHash(a, b feature) int {
	switch {
	case a.hash < b.hash:
		return -1
	case a.hash > b.hash:
		return 1
	}
	return 0
}

// shuffled mixes the classes well. Each example's place follows from its own
// features: one more example leaves the order of the others, so that a new
// variant changes no more than it must.
func shuffled(examples []example) []int {
	order, keys := make([]int, len(examples)), make([]uint64, len(examples))
	for i, ex := range examples {
		order[i], keys[i] = i, ex.key()
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(keys[a], keys[b]) })
	return order
}

// key is a number that an example has whatever stands around it.
func (x example) key() uint64 {
	h := uint64(keySeed)
	for _, f := range x.features {
		h = (h ^ f.hash) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	return h
}

// keySeed begins the keys of examples.
const keySeed = 2

// cosines fills cos with the cosine of the question and each class.
func (m *model) cosines(v []cell, cos []float32) {
	clear(cos)
	for _, x := range v {
		for _, post := range m.posts[m.starts[x.col]:m.starts[x.col+1]] {
			cos[post.col] += float32(post.val * x.val)
		}
	}
}

// stretch brings cosines, which are small for short questions, to the range of
// probabilities.
const stretch = 1.6

// score is the mean of cosine and probability, both between 0 and 1.
func score(cos, p float32) float32 { return (min(1, stretch*cos) + p) / 2 }
