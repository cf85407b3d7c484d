package faq

import "slices"

// vector is a question as weighted features, by hash, of unit length. Unlike the
// model's vectors it keeps what the FAQ has never seen: two questions may be alike
// in just that.
type vector []feature

// vectorOf reads a question.
func (e *Engine) vectorOf(text string) vector {
	w := new(workspace)
	v := vector(slices.Clone(merge(e.read(w, text).collect(nil))))
	var norm float32
	for i, f := range v {
		rare := e.model.space.unknown
		if col, ok := e.model.space.cols[f.hash]; ok {
			rare = e.model.space.idf[col]
		}
		v[i].weight = float32(f.weight * rare)
		norm += float32(v[i].weight * v[i].weight)
	}
	norm = root(norm)
	for i := range v {
		v[i].weight /= norm
	}
	return v
}

// weight is the weight of a feature, 0 if the question has it not.
func (v vector) weight(hash uint64) float32 {
	i, ok := slices.BinarySearchFunc(v, feature{hash: hash}, byHash)
	if !ok {
		return 0
	}
	return v[i].weight
}

// cosine is how alike two questions are, from 0 to 1.
func (v vector) cosine(u vector) float32 {
	var sum float32
	for i, j := 0, 0; i < len(v) && j < len(u); {
		switch byHash(v[i], u[j]) {
		case 0:
			sum += float32(v[i].weight * u[j].weight)
			i, j = i+1, j+1
		case -1:
			i++
		default:
			j++
		}
	}
	return sum
}
