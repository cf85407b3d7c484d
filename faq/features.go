package faq

import (
	"maps"
	"slices"
)

// feature is one property of a question, with its weight.
type feature struct {
	hash   uint64
	weight float32
}

// The weights of the kinds of features, against a Han character's. Concepts say
// the same in both languages and in every wording (docs/evaluation.md has the
// measurements).
const (
	weightHan      = 1
	weightPair     = 1
	weightStem     = 1.3
	weightStems    = 0.6
	weightNext     = 1.2
	weightPiece    = 0.25
	weightStopWord = 0.7
	weightSound    = 0.35
	weightConcept  = 3
	weightGuess    = 2
	weightIncident = 2.5
	weightIntent   = 2.5
	weightForm     = 1.5
	weightMood     = 1
	weightReport   = 4
)

// collect appends the features of a reading to dst.
func (r *reading) collect(dst []feature) []feature {
	for i, a := range r.atoms {
		switch a.kind {
		case atomHan:
			dst = r.han(i, dst)
		case atomWord:
			dst = r.word(i, dst)
		case atomNumber:
			dst = append(dst, feature{a.hash, weightHan})
		case atomStop:
		}
	}
	return r.signals(dst)
}

func (r *reading) han(i int, dst []feature) []feature {
	a := r.atoms[i]
	if a.r != 0 {
		dst = append(dst, feature{a.hash, weightHan})
	}
	if i+1 == len(r.atoms) || r.atoms[i+1].kind != atomHan {
		return dst
	}
	b := r.atoms[i+1]
	if a.r != 0 && b.r != 0 {
		dst = append(dst, feature{mix(saltPair^a.hash, b.hash), weightPair})
	}
	return append(dst, feature{mix(saltSyllables^uint64(a.sound), uint64(b.sound)), weightSound})
}

func (r *reading) word(i int, dst []feature) []feature {
	a := r.atoms[i]
	w := r.text[a.start:a.end]
	if i+1 < len(r.atoms) && r.atoms[i+1].kind == atomWord { // "how much" is no "how long"
		dst = append(dst, feature{mix(saltNext^a.hash, r.atoms[i+1].hash), weightNext})
	}
	if isStopWord(w) {
		return append(dst, feature{a.hash, weightStopWord})
	}
	dst = append(dst, feature{a.hash, weightStem})
	if j := r.nextWord(i); j > 0 {
		dst = append(dst, feature{mix(saltPair^a.hash, r.atoms[j].hash), weightStems})
	}
	for n := 3; n <= 4; n++ {
		for k := 0; k+n <= len(w) && len(w) > n; k++ {
			dst = append(dst, feature{hashString(saltPiece, w[k:k+n]), weightPiece})
		}
	}
	return dst
}

// nextWord is the next word of the clause that says something, 0 if there is none.
func (r *reading) nextWord(i int) int {
	for j := i + 1; j < min(len(r.atoms), i+4); j++ {
		a := r.atoms[j]
		if a.kind != atomWord {
			return 0
		}
		if !isStopWord(r.text[a.start:a.end]) {
			return j
		}
	}
	return 0
}

func isStopWord(w string) bool {
	switch w {
	case "a", "an", "the", "of", "to", "in", "on", "at", "for", "from", "with", "by", "and", "or", "is", "are", "be", "am", "it", "its", "i", "me", "my", "we", "us",
		"our", "you", "your", "they", "this", "that", "there", "do", "does", "did", "can", "could", "will", "would", "should", "have", "has", "had", "please", "any", "if",
		"so", "but", "as", "was", "were", "been", "im", "what", "how", "when", "which", "where", "who":
		return true
	}
	return false
}

// signals appends what the phrases and the rules say.
func (r *reading) signals(dst []feature) []feature {
	for _, h := range r.hits {
		g := r.group(h)
		w := float32(weightMood)
		switch {
		case h.guess:
			w = weightGuess
		case g.family == familyConcept:
			w = weightConcept
		case g.family == familyIncident:
			w = weightIncident
		case g.family == familyIntent:
			w = weightIntent
		case g.family == familyForm:
			w = weightForm
		}
		dst = append(dst, feature{g.hash, w})
	}
	if r.report != reportNone {
		dst = append(dst, feature{mix(saltGroup, uint64(r.report)), weightReport})
	}
	if r.elapsed.given {
		dst = append(dst, feature{mix(saltGroup, uint64(100+min(r.elapsed.days/16, 1))), weightConcept}) //nolint:gosec // not negative
	}
	return dst
}

// cell is a weighted column of a vector.
type cell struct {
	col int32
	val float32
}

// space numbers the features of the training questions and knows how rare each
// is. It is immutable once built.
type space struct {
	cols    map[uint64]int32
	idf     []float32
	unknown float32 // the rarity of a feature never seen
}

// newSpace counts the questions that each feature stands in.
func newSpace(examples []example) *space {
	s := &space{cols: map[uint64]int32{}}
	var df []int32
	for _, ex := range examples {
		for _, f := range ex.features {
			col, ok := s.cols[f.hash]
			if !ok {
				col = int32(len(df)) //nolint:gosec // bounded by the FAQ's size
				s.cols[f.hash] = col
				df = append(df, 0)
			}
			df[col]++
		}
	}
	s.idf = make([]float32, len(df))
	n := float64(len(examples))
	rare := make([]float32, len(examples)+1) // by the number of questions
	for i, d := range df {
		if rare[d] == 0 {
			rare[d] = float32(ln(1 + n/float64(d)))
		}
		s.idf[i] = rare[d]
	}
	s.unknown = float32(ln(1 + n))
	return s
}

// sort numbers the features anew in the order of their hashes, which is that of the
// cells of a vector. In the order in which they are first met, which is that of
// newSpace, those of one question stand together in memory.
func (s *space) sort() {
	idf := make([]float32, len(s.idf))
	for i, hash := range slices.Sorted(maps.Keys(s.cols)) {
		idf[i] = s.idf[s.cols[hash]]
		s.cols[hash] = int32(i)
	}
	s.idf = idf
}

// merge sorts features and adds those that are there several times: twice counts
// more than once, but not twice as much.
func merge(fs []feature) []feature {
	slices.SortFunc(fs, byHash)
	out := fs[:0]
	for i := 0; i < len(fs); {
		j, w := i, float32(0)
		for ; j < len(fs) && fs[j].hash == fs[i].hash; j++ {
			w = max(w, fs[j].weight)
		}
		out = append(out, feature{fs[i].hash, w * damped(j-i)})
		i = j
	}
	return out
}

// damped is 1 + ln n for the counts that occur.
func damped(n int) float32 {
	table := [...]float32{0, 1, 1.6931472, 2.0986123, 2.3862944, 2.6094379}
	return table[min(n, len(table)-1)]
}

// strangeness is how much of an unknown feature counts in the length of a vector:
// a question full of unknown words is no sure match.
const strangeness = 0.4

// vector weighs merged features, appended to dst in the order of the hashes, to
// unit length.
func (s *space) vector(fs []feature, dst []cell) []cell {
	var norm, strange float32
	from := len(dst)
	for _, f := range fs {
		col, ok := s.cols[f.hash]
		if !ok {
			w := float32(f.weight * s.unknown)
			strange += float32(w * w)
			continue
		}
		v := float32(f.weight * s.idf[col])
		dst = append(dst, cell{col, v})
		norm += float32(v * v)
	}
	norm = root(norm + float32(strangeness*strange))
	for i := from; i < len(dst); i++ {
		dst[i].val /= norm
	}
	return dst
}
