package faq

import "slices"

// softmax is a softmax regression over the classes. It is immutable once trained.
//
// Up to manyClasses, each pair of a column and a class has a weight, and all classes
// compete for a question. Where there are more, entries have weights only for the
// columns by which training moved them, and of the entries only those nearby by
// their cosine compete (docs/adr/0011).
type softmax struct {
	first   int       // 0; where there are many classes, the first that is no entry
	weights []float32 // column × class from first on
	bias    []float32 // by class from first on
	near    [][]cell  // by class before first: its weights by column
}

// Training: passes with AdaGrad in a fixed order give the same weights on every
// run. Gradients that no longer change anything are left out, which is most of
// them after the first passes.
const (
	epochs       = 10
	learningRate = 0.3
	decay        = 1e-4
	negligible   = 2e-3
	tiny         = 1e-8
)

// A softmax that knows nothing yet gives each of more than manyClasses less than what
// is negligible: none of them would learn from a question of another, and the table
// of weights, which grows with the square of the FAQ, would stay nearly empty. With
// twice as many nearby questions are told no better (docs/evaluation.md). The contrast
// is above what each of those that compete has before anything is learnt, so that
// weights are made only against what a question is taken for.
const (
	manyClasses = 500 // 1 / negligible
	nearby      = 16  // entries that compete where there are more
	contrast    = 0.1 // the probability from which a question of an entry speaks against another class
)

// training is a softmax being trained.
type training struct {
	softmax
	squares, biasSquares []float32   // of weights and bias: how much they were moved
	nearSquares          [][]float32 // of near
	active               []int32
}

// fit trains the regression. The first classes are the entries.
func (m *model) fit(examples []example, vectors [][]cell, entries int) *softmax {
	var t training
	if m.classes > manyClasses {
		t.first = entries
	}
	few := m.classes - t.first
	t.weights, t.squares = make([]float32, len(m.space.idf)*few), make([]float32, len(m.space.idf)*few)
	t.bias, t.biasSquares = make([]float32, few), make([]float32, few)
	t.near, t.nearSquares = make([][]cell, t.first), make([][]float32, t.first)
	near := m.rivals(examples, vectors, t.first)
	p := make([]float32, m.classes)
	order := shuffled(examples)
	for range epochs {
		for _, n := range order {
			t.learn(vectors[n], examples[n].class, near[n], p)
		}
	}
	trained := t.softmax // without the squares
	return &trained
}

// rivals lists for each example the entries near it, its own before the others;
// where all classes compete, none.
func (m *model) rivals(examples []example, vectors [][]cell, first int) [][]int32 {
	lists := make([][]int32, len(examples))
	if first == 0 {
		return lists
	}
	cos := make([]float32, m.classes)
	for i, ex := range examples {
		m.cosines(vectors[i], cos)
		if ex.class < first {
			cos[ex.class] = 2 // more than any other can have
		}
		lists[i] = slices.Clone(nearest(cos[:first], make([]int32, 0, nearby)))
	}
	return lists
}

// nearest appends the classes of the highest cosines to dst until it is full, the
// highest first.
func nearest(cos []float32, dst []int32) []int32 {
	for c, v := range cos {
		n := len(dst)
		switch {
		case v == 0 || n == cap(dst) && v <= cos[dst[n-1]]:
			continue
		case n < cap(dst):
			dst = dst[:n+1]
		default:
			n--
		}
		for ; n > 0 && cos[dst[n-1]] < v; n-- {
			dst[n] = dst[n-1]
		}
		dst[n] = int32(c)
	}
	return dst
}

// learn moves the weights by one example of a class; p is scratch. Thousands of
// questions of entries say little against any class that they are not taken for:
// if each of them counted, incidents would be the less likely the more entries
// there are.
func (t *training) learn(v []cell, class int, near []int32, p []float32) {
	p = t.compete(v, near, p)
	few, push := p[len(near):], float32(negligible)
	if class < t.first {
		push = contrast
		p[0]-- // its own entry is the nearest
	} else {
		few[class-t.first]--
	}
	t.active = t.active[:0]
	for c, g := range few {
		if g >= push || g <= -negligible {
			t.active = append(t.active, int32(c))
			move(&t.bias[c], &t.biasSquares[c], float32(0.3*g))
		}
	}
	for _, x := range v {
		row, sq := t.weights[int(x.col)*len(few):][:len(few)], t.squares[int(x.col)*len(few):][:len(few)]
		for _, c := range t.active {
			move(&row[c], &sq[c], float32(few[c]*x.val)+float32(decay*row[c]))
		}
	}
	for i, c := range near {
		if g := p[i]; g >= push || g <= -negligible {
			t.learnNear(v, c, g)
		}
	}
}

// learnNear moves the weights of one of the entries that are not always there.
func (t *training) learnNear(v []cell, class int32, g float32) {
	list, squares := t.near[class], t.nearSquares[class]
	i := 0
	for _, x := range v {
		for i < len(list) && list[i].col < x.col {
			i++
		}
		if i == len(list) || list[i].col != x.col {
			list, squares = slices.Insert(list, i, cell{col: x.col}), slices.Insert(squares, i, 0)
		}
		move(&list[i].val, &squares[i], float32(g*x.val)+float32(decay*list[i].val))
	}
	t.near[class], t.nearSquares[class] = list, squares
}

// move is AdaGrad's step: the more a weight has been moved, the less it moves.
func move(w, square *float32, g float32) {
	*square += float32(g * g)
	*w -= float32(learningRate*g) / root(*square+tiny)
}

// compete fills the end of p, and returns it: the probabilities of the entries
// nearby, and behind them those of the classes from first on.
func (s *softmax) compete(v []cell, near []int32, p []float32) []float32 {
	few := p[s.first:]
	copy(few, s.bias)
	for _, x := range v {
		row := s.weights[int(x.col)*len(few):][:len(few)]
		for c, w := range row {
			few[c] += float32(w * x.val)
		}
	}
	p = p[s.first-len(near):]
	for i, c := range near {
		p[i] = dot(s.near[c], v)
	}
	top, sum := slices.Max(p), float32(0)
	for c := range p {
		p[c] = exp32(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}

// dot is the scalar product of two vectors whose cells are in the order of the
// columns. The first may be much longer.
func dot(long, short []cell) (sum float32) {
	for _, x := range short {
		from, to := 0, len(long)
		for from < to {
			if middle := (from + to) / 2; long[middle].col < x.col {
				from = middle + 1
			} else {
				to = middle
			}
		}
		if long = long[from:]; len(long) == 0 {
			break
		}
		if long[0].col == x.col {
			sum += float32(long[0].val * x.val)
		}
	}
	return sum
}

// probabilities fills p with those of the classes. The cosines tell which entries
// compete, where not all of them do; the others have none.
func (m *model) probabilities(v []cell, cos, p []float32) {
	first := m.soft.first
	if first == 0 {
		m.soft.compete(v, nil, p)
		return
	}
	var list [nearby]int32
	near := nearest(cos[:first], list[:0])
	var found [nearby]float32
	copy(found[:], m.soft.compete(v, near, p)[:len(near)])
	clear(p[:first])
	for i, c := range near {
		p[c] = found[i]
	}
}
