package llm

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"

	"github.com/sashabaranov/go-openai"

	"guanjia/faq"
)

// Cache keeps bytes by name beyond the process. The names hold the FAQ's hash and
// the model, so that nothing in it grows old; it may forget at any time.
type Cache interface {
	Get(ctx context.Context, name string) ([]byte, bool)
	Put(ctx context.Context, name string, value []byte) error
}

const (
	embedBatch = 10   // texts in a request: the smallest bound among the usual endpoints
	maxDim     = 8192 // of a vector
	bestOf     = 3    // wordings of an entry whose nearness is averaged
)

// row is a text of an entry that is embedded.
type row struct{ id, text string }

// texts lists the titles and variants of entries.
func texts(entries []faq.Entry) []row {
	var rows []row
	for _, e := range entries {
		for _, t := range append([]string{e.Title.ZH, e.Title.EN}, e.Variants.All()...) {
			if t != "" {
				rows = append(rows, row{e.ID, t})
			}
		}
	}
	return rows
}

// vector is a text's meaning, of length 1.
type vector struct {
	id string
	v  []float32
}

// vectors are those of an FAQ. They are immutable once they are in use.
type vectors struct {
	dim  int
	rows []vector
}

// near gives all entries by nearness, ties by id: the mean cosine of the texts of
// an entry that are nearest.
func (v *vectors) near(q []float32) []near {
	sims := map[string][]float64{}
	for _, r := range v.rows {
		var dot float64
		for i, x := range r.v {
			dot += float64(x) * float64(q[i])
		}
		sims[r.id] = append(sims[r.id], dot)
	}
	list := make([]near, 0, len(sims))
	for id, s := range sims {
		slices.Sort(s)
		s = s[max(0, len(s)-bestOf):]
		var sum float64
		for _, x := range s {
			sum += x
		}
		list = append(list, near{id, min(max(sum/float64(len(s)), 0), 1)})
	}
	slices.SortFunc(list, func(x, y near) int { return cmp.Or(cmp.Compare(y.sim, x.sim), cmp.Compare(x.id, y.id)) })
	return list
}

// encode writes the dimension and all numbers, little-endian.
func (v *vectors) encode() []byte {
	raw := binary.LittleEndian.AppendUint32(nil, uint32(v.dim)) //nolint:gosec // at most maxDim
	for _, r := range v.rows {
		for _, x := range r.v {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
		}
	}
	return raw
}

// decode reads what encode wrote for the same texts.
func decode(raw []byte, rows []row) (*vectors, bool) {
	if len(raw) < 4 {
		return nil, false
	}
	dim := int(binary.LittleEndian.Uint32(raw))
	raw = raw[4:]
	if dim < 1 || dim > maxDim || len(raw) != 4*dim*len(rows) {
		return nil, false
	}
	v := &vectors{dim: dim}
	for i, r := range rows {
		one := make([]float32, dim)
		for j := range one {
			one[j] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*(i*dim+j):]))
		}
		if !unit(one) {
			return nil, false
		}
		v.rows = append(v.rows, vector{r.id, one})
	}
	return v, true
}

// unit brings a vector to length 1; false if it has none.
func unit(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	length := math.Sqrt(sum)
	if !(length > 1e-9) || math.IsInf(length, 0) {
		return false
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
	return true
}

// vectorsOf embeds texts, in their order.
func (c *client) vectorsOf(ctx context.Context, list []string) ([][]float32, *failure) {
	var out [][]float32
	f := retrying(ctx, func() *failure {
		res, err := c.api.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{
			Input: list, Model: openai.EmbeddingModel(c.embed), EncodingFormat: openai.EmbeddingEncodingFormatFloat,
		})
		if err != nil {
			return classify(ctx, err, res.Header())
		}
		if out = ordered(res.Data, len(list)); out == nil {
			return &failure{kind: kindGarbage}
		}
		return nil
	})
	return out, f
}

// ordered checks a response: a vector of length 1 for each text, all of one size.
func ordered(data []openai.Embedding, count int) [][]float32 {
	if len(data) != count {
		return nil
	}
	out := make([][]float32, count)
	for _, e := range data {
		if e.Index < 0 || e.Index >= count || out[e.Index] != nil || len(e.Embedding) == 0 || len(e.Embedding) > maxDim ||
			len(e.Embedding) != len(data[0].Embedding) || !unit(e.Embedding) {
			return nil
		}
		out[e.Index] = e.Embedding
	}
	return out
}
