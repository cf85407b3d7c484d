package faq

import (
	"math"
	"slices"
	"strings"
)

// model scores entries for a question: the cosine with each entry's merged
// variants, plus the probability of a softmax regression that also knows a class
// for everything that no entry answers.
type model struct {
	index   map[string]int // feature → column
	idf     []float64
	classes int         // entries, then one for none
	merged  [][]float64 // per entry, unit length
	weights [][]float64 // per feature, per class
	bias    []float64
}

// example is one labelled question.
type example struct {
	features map[string]float64
	class    int
}

// sparse is a feature vector of unit length, by column.
type sparse struct {
	col []int
	val []float64
}

// Training: few passes with AdaGrad in a fixed order give the same weights on
// every run.
const (
	epochs       = 25
	learningRate = 0.3
	decay        = 1e-4
)

func train(examples []example, classes int) *model {
	m := &model{index: map[string]int{}, classes: classes}
	m.count(examples)
	vectors := make([]sparse, len(examples))
	for i, ex := range examples {
		vectors[i] = m.vector(ex.features)
	}
	m.merge(examples)
	m.fit(examples, vectors)
	return m
}

// count numbers the features and weighs them by how few questions have them.
func (m *model) count(examples []example) {
	df := map[string]int{}
	for _, ex := range examples {
		for f := range ex.features {
			df[f]++
		}
	}
	names := make([]string, 0, len(df))
	for f := range df {
		names = append(names, f)
	}
	slices.Sort(names)
	m.idf = make([]float64, len(names))
	for i, f := range names {
		m.index[f] = i
		m.idf[i] = math.Log(1 + float64(len(examples))/float64(df[f]))
	}
}

// vector weighs a question's features. Unknown ones count in its length: a
// question full of strange words is no sure match.
func (m *model) vector(features map[string]float64) sparse {
	type cell struct {
		col int
		val float64
	}
	cells := make([]cell, 0, len(features))
	unknown, norm := math.Log(1+float64(len(m.idf))), 0.0
	strange := 0
	for f, tf := range features {
		i, ok := m.index[f]
		if !ok {
			if !strings.HasPrefix(f, "g:") {
				strange++
			}
			continue
		}
		cells = append(cells, cell{i, (1 + math.Log(max(tf, 0.2))) * m.idf[i]})
	}
	slices.SortFunc(cells, func(a, b cell) int { return a.col - b.col })
	for _, c := range cells {
		norm += c.val * c.val
	}
	norm = math.Sqrt(norm + 0.15*float64(strange)*unknown)
	v := sparse{make([]int, len(cells)), make([]float64, len(cells))}
	for i, c := range cells {
		v.col[i], v.val[i] = c.col, c.val/max(norm, 1e-9)
	}
	return v
}

// merge adds up each entry's variants into one vector of unit length.
func (m *model) merge(examples []example) {
	m.merged = make([][]float64, m.classes-1)
	sums := make([]map[string]float64, m.classes-1)
	for _, ex := range examples {
		if ex.class >= len(sums) {
			continue
		}
		if sums[ex.class] == nil {
			sums[ex.class] = map[string]float64{}
		}
		for f, tf := range ex.features {
			sums[ex.class][f] += tf
		}
	}
	for c, sum := range sums {
		m.merged[c] = make([]float64, len(m.idf))
		v := m.vector(sum)
		for i, col := range v.col {
			m.merged[c][col] = v.val[i]
		}
	}
}

func (m *model) fit(examples []example, vectors []sparse) {
	m.weights = make([][]float64, len(m.idf))
	squares := make([][]float64, len(m.idf))
	for i := range m.weights {
		m.weights[i] = make([]float64, m.classes)
		squares[i] = make([]float64, m.classes)
	}
	m.bias = make([]float64, m.classes)
	biasSquares := make([]float64, m.classes)
	p := make([]float64, m.classes)
	for range epochs {
		for n, v := range vectors {
			m.probabilities(v, p)
			p[examples[n].class]--
			for c, g := range p {
				biasSquares[c] += g * g
				m.bias[c] -= 0.1 * learningRate * g / math.Sqrt(biasSquares[c]+1e-8)
			}
			for i, col := range v.col {
				w, sq := m.weights[col], squares[col]
				for c, g := range p {
					g = g*v.val[i] + decay*w[c]
					sq[c] += g * g
					w[c] -= learningRate * g / math.Sqrt(sq[c]+1e-8)
				}
			}
		}
	}
}

// probabilities fills p with the softmax over the classes.
func (m *model) probabilities(v sparse, p []float64) {
	copy(p, m.bias)
	for i, col := range v.col {
		for c, w := range m.weights[col] {
			p[c] += w * v.val[i]
		}
	}
	top := slices.Max(p)
	sum := 0.0
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

// scores gives each entry's score, between 0 and 1: the mean of cosine and
// probability.
func (m *model) scores(features map[string]float64) []float64 {
	v := m.vector(features)
	p := make([]float64, m.classes)
	m.probabilities(v, p)
	out := make([]float64, m.classes-1)
	for c := range out {
		cos := 0.0
		for i, col := range v.col {
			cos += v.val[i] * m.merged[c][col]
		}
		out[c] = (min(1, 1.6*cos) + p[c]) / 2
	}
	return out
}
