package llm

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"guanjia/faq"
)

// shelf is a cache in memory.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (s *shelf) Get(_ context.Context, name string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw, ok := s.kept[name]
	return raw, ok
}

func (s *shelf) Put(_ context.Context, name string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string][]byte{}
	}
	s.kept[name] = value
	return nil
}

// means embeds: an entry's texts point along its own axis, a question along that
// of the entry it means; what is unknown points nowhere in particular.
func means(e *faq.Engine, questions map[string]string) script {
	axes := map[string]int{}
	for i, en := range e.Entries() {
		for _, r := range texts([]faq.Entry{en}) {
			axes[r.text] = i
		}
		for q, id := range questions {
			if id == en.ID {
				axes[clean(q)] = i
			}
		}
	}
	return func(w http.ResponseWriter, _ *http.Request, a asked, _ int) {
		var res struct {
			Data []map[string]any `json:"data"`
		}
		for i, t := range a.Input {
			v := make([]float32, len(e.Entries()))
			if axis, ok := axes[t]; ok {
				v[axis] = 2
			} else {
				for j := range v {
					v[j] = 1
				}
			}
			res.Data = append(res.Data, map[string]any{"index": i, "embedding": v})
		}
		slices.Reverse(res.Data) // an endpoint may answer in any order
		_ = json.NewEncoder(w).Encode(res)
	}
}

func TestWithVectorsWhatBothPreferIsAnswered(t *testing.T) {
	e := engine(t)
	for _, tc := range []struct{ meant, action, id string }{
		{"non-security", "answer", "non-security"}, // the engine's best, too
		{"onsite", "clarify", ""},                  // not the engine's best: only offered
		{"", "clarify", "non-security"},            // the vectors do not know
	} {
		b, _ := inside(t, e, Config{EmbeddingModel: "v"}, means(e, map[string]string{askedClarify: tc.meant}))
		if err := b.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, d := b.Both(t.Context(), ask(askedClarify))
		if d.Action != tc.action || tc.id != "" && d.FAQID != tc.id || (d.Action != before.Action) != (d.Action == "answer") {
			t.Errorf("%s: %+v", tc.meant, d)
		}
		if d.Action == "answer" && (d.Answer != answerOf(t, e, tc.id) || d.Source != "llm") {
			t.Errorf("%s: %+v", tc.meant, d)
		}
	}
}

func TestVectorsAloneTurnNoRefusalIntoAnAnswer(t *testing.T) {
	e := engine(t)
	for _, q := range []string{askedRefuse, askedHandOff, askedAnswer, askedReport} {
		b, _ := inside(t, e, Config{EmbeddingModel: "v"}, means(e, map[string]string{q: "onsite"}))
		if err := b.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, d := b.Both(t.Context(), ask(q))
		if diff := cmp.Diff(before, d); diff != "" {
			t.Errorf("%q: %s", q, diff)
		}
	}
}

func TestVectorsShowTheModelWhatTheEngineMissed(t *testing.T) {
	e := engine(t)
	embeds := means(e, map[string]string{askedHandOff: "data-recovery"})
	b, _ := inside(t, e, Config{EmbeddingModel: "v", Model: "m"}, func(w http.ResponseWriter, r *http.Request, a asked, n int) {
		if r.URL.Path == "/v1/embeddings" {
			embeds(w, r, a, n)
			return
		}
		votes(entry("data-recovery"))(w, r, a, n)
	})
	if d := b.Decide(t.Context(), ask(askedHandOff)); d.Action != "handoff" {
		t.Errorf("without vectors: %+v", d)
	}
	if err := b.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := b.Decide(t.Context(), ask(askedHandOff)); d.Action != "answer" || d.FAQID != "data-recovery" {
		t.Errorf("with vectors: %+v", d)
	}
}

func TestVectorsAreComputedOnceForAnFAQ(t *testing.T) {
	e := engine(t)
	cache := &shelf{}
	b, end := inside(t, e, Config{EmbeddingModel: "v", Cache: cache}, means(e, nil))
	if err := b.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, none := inside(t, e, Config{EmbeddingModel: "v", Cache: cache}, means(e, nil))
	if err := again.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if end.calls.Load() == 0 || none.calls.Load() != 0 {
		t.Errorf("%d calls, then %d", end.calls.Load(), none.calls.Load())
	}
	if diff := cmp.Diff(b.vectors.Load(), again.vectors.Load(), cmp.AllowUnexported(vectors{}, vector{})); diff != "" {
		t.Error("the kept vectors differ")
	}
	for name := range cache.kept {
		cache.kept[name] = []byte("broken")
	}
	third, calls := inside(t, e, Config{EmbeddingModel: "v", Cache: cache}, means(e, nil))
	if err := third.Prepare(t.Context()); err != nil || calls.calls.Load() == 0 {
		t.Errorf("a broken cache: %v, %d calls", err, calls.calls.Load())
	}
}

func TestPreparingGoesOnAfterFailures(t *testing.T) {
	e := engine(t)
	synctest.Test(t, func(t *testing.T) {
		fine := means(e, nil)
		b, end := inside(t, e, Config{EmbeddingModel: "v"}, func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			if n > 3 && n < 9 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			fine(w, r, a, n)
		})
		if err := b.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows := len(texts(e.Entries()))
		if n := int(end.calls.Load()); n != (rows+embedBatch-1)/embedBatch+5 {
			t.Errorf("%d calls for %d texts", n, rows)
		}
	})
}

func TestBrokenVectorsAreLeftOut(t *testing.T) {
	e := engine(t)
	ready := means(e, map[string]string{askedClarify: "non-security"})
	for name, body := range map[string]string{
		"none":        `{"data":[]}`,
		"zero":        `{"data":[{"index":0,"embedding":[0,0,0]}]}`,
		"another dim": `{"data":[{"index":0,"embedding":[1]}]}`,
		"huge number": `{"data":[{"index":0,"embedding":[1e999]}]}`,
		"bad index":   `{"data":[{"index":7,"embedding":[1]}]}`,
		"HTML":        `<html>`,
	} {
		broken := false
		b, _ := inside(t, e, Config{EmbeddingModel: "v"}, func(w http.ResponseWriter, r *http.Request, a asked, n int) {
			if broken {
				_, _ = w.Write([]byte(body))
				return
			}
			ready(w, r, a, n)
		})
		if err := b.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		broken = true
		before, d := b.Both(t.Context(), ask(askedClarify))
		if diff := cmp.Diff(before, d); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAnotherFAQKeepsTheLinkAndItsMemory(t *testing.T) {
	e := engine(t)
	b, end := inside(t, e, Config{}, votes(entry("non-security")))
	first := b.Decide(t.Context(), ask(askedClarify))
	if diff := cmp.Diff(first, b.With(e).Decide(t.Context(), ask(askedClarify))); diff != "" || end.calls.Load() != 1 {
		t.Errorf("%d calls; %s", end.calls.Load(), diff)
	}
}

func FuzzDecode(f *testing.F) {
	rows := []row{{"a", "x"}, {"b", "y"}}
	f.Add([]byte{})
	f.Add((&vectors{dim: 1, rows: []vector{{"a", []float32{1}}, {"b", []float32{-1}}}}).encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		if v, ok := decode(raw, rows); ok && (len(v.rows) != len(rows) || len(v.near(make([]float32, v.dim))) != 2) {
			t.Errorf("%x: %+v", raw, v)
		}
	})
}
