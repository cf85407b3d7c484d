package llm

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"guanjia/faq"
)

// How nearness in meaning counts. The score of the engine is itself a sum of two
// (cosine and probability); the third is weighed so that it orders what the words
// leave open and cannot outweigh a clear score.
const (
	nearWeight = 0.3
	// A question that the engine would only offer is answered when the entry that
	// it scores best is also the nearest one, this near and this far before the next.
	nearEnough = 0.6
	nearLead   = 0.05
	// Entries that the engine did not think of join its candidates from this
	// nearness, so that the model can choose them.
	nearJoins = 0.6
	maxShown  = 5 // candidates in a decision, as the engine gives them
	embedPart = 4 // the vector of a question may take this part of its time
)

// near is how near an entry is to a question, as a cosine from 0 to 1.
type near struct {
	id  string
	sim float64
}

// rank orders the candidates of a decision by score and nearness. Without vectors
// the decision stays.
func (b *Brain) rank(ctx context.Context, q faq.Question, e faq.Decision) faq.Decision {
	v := b.vectors.Load()
	if b.cfg.EmbeddingModel == "" || v == nil || e.Intent == faq.IntentIncident || e.Intent == faq.IntentHuman {
		return e
	}
	list, err := b.nearness(ctx, v, q.Text)
	if err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("question not embedded")
		return e
	}
	d := copied(e)
	d.Candidates = b.reordered(e, list)
	switch {
	case e.Action != faq.ActionClarify:
		if slices.Equal(d.Candidates, e.Candidates) || b.cfg.Model == "" {
			return e
		}
		d.Source = e.Source // only the order of what the model is shown
		return d
	case b.agrees(e, list):
		first(&d, list[0].id)
		d.Action, d.Score = faq.ActionAnswer, d.Candidates[0].Score
		intend(&d)
		d.Reasons = append(d.Reasons, "语义相近 near in meaning")
	case slices.Equal(d.Candidates, e.Candidates):
		return e
	default:
		d.FAQID, d.Score = d.Candidates[0].ID, d.Candidates[0].Score
		intend(&d)
	}
	b.word(&d)
	return d
}

// agrees reports whether the engine and the vectors prefer the same entry, and the
// vectors clearly.
func (b *Brain) agrees(e faq.Decision, list []near) bool {
	_, clarify := b.engine.Thresholds()
	return len(list) > 1 && len(e.Candidates) > 0 && e.Candidates[0].ID == list[0].id && e.Candidates[0].Score >= clarify &&
		list[0].sim >= nearEnough && list[0].sim-list[1].sim >= nearLead
}

// reordered gives the candidates by score and nearness. Their scores stay the
// engine's; one that joins has none.
func (b *Brain) reordered(e faq.Decision, list []near) []faq.Candidate {
	sims := make(map[string]float64, len(list))
	all := slices.Clone(e.Candidates)
	for i, n := range list {
		sims[n.id] = n.sim
		known := slices.ContainsFunc(all, func(c faq.Candidate) bool { return c.ID == n.id })
		if !known && i < 2 && n.sim >= nearJoins {
			all = append(all, faq.Candidate{ID: n.id, Title: b.Title(n.id, e.Lang)})
		}
	}
	slices.SortStableFunc(all, func(x, y faq.Candidate) int {
		return cmp.Compare(y.Score+nearWeight*sims[y.ID], x.Score+nearWeight*sims[x.ID])
	})
	return all[:min(len(all), maxShown)]
}

// nearness gives all entries by their nearness to a question.
func (b *Brain) nearness(ctx context.Context, v *vectors, text string) ([]near, error) {
	text = clean(text)
	k := key("near", b.engine.Hash(), fold(text))
	if list, ok := b.link.nearness.get(k); ok {
		return list, nil
	}
	ctx, cancel := context.WithTimeout(ctx, b.cfg.Timeout/embedPart)
	defer cancel()
	var list []near
	err := b.link.meaning.do(ctx, func() error {
		got, f := b.link.client.vectorsOf(ctx, []string{text})
		if f != nil {
			return f
		}
		if len(got[0]) != v.dim {
			return &failure{kind: kindGarbage}
		}
		list = v.near(got[0])
		return nil
	})
	if err == nil {
		b.link.nearness.put(k, list)
	}
	return list, err
}

// prepareAgain is how long Prepare waits after a failure.
const prepareAgain = 30 * time.Second

// Prepare gets the vectors of the FAQ, from the cache or from the endpoint, and
// tries again until it has them or ctx ends, whose error it then returns. Until
// then, and without an embedding model, questions are decided without vectors.
func (b *Brain) Prepare(ctx context.Context) error {
	if b.cfg.EmbeddingModel == "" {
		return nil
	}
	rows := texts(b.Entries())
	name := "faq-vectors:" + b.engine.Hash() + ":" + b.cfg.EmbeddingModel
	if b.cfg.Cache != nil {
		if raw, ok := b.cfg.Cache.Get(ctx, name); ok {
			if v, ok := decode(raw, rows); ok {
				b.vectors.Store(v)
				return nil
			}
		}
	}
	v := &vectors{}
	for {
		err := b.fill(ctx, v, rows)
		if err == nil {
			break
		}
		zerolog.Ctx(ctx).Warn().Err(err).Int("done", len(v.rows)).Int("of", len(rows)).Msg("faq not embedded yet")
		again := time.NewTimer(prepareAgain)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return context.Cause(ctx)
		}
	}
	b.vectors.Store(v)
	if b.cfg.Cache != nil {
		if err := b.cfg.Cache.Put(ctx, name, v.encode()); err != nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("vectors of the faq not kept")
		}
	}
	return nil
}

// fill goes on where the last attempt stopped.
func (b *Brain) fill(ctx context.Context, v *vectors, rows []row) error {
	for len(v.rows) < len(rows) {
		batch := rows[len(v.rows):min(len(v.rows)+embedBatch, len(rows))]
		list := make([]string, len(batch))
		for i, r := range batch {
			list[i] = r.text
		}
		if err := b.fillBatch(ctx, v, batch, list); err != nil {
			return err
		}
	}
	return nil
}

func (b *Brain) fillBatch(ctx context.Context, v *vectors, batch []row, list []string) error {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.Timeout)
	defer cancel()
	got, f := b.link.client.vectorsOf(ctx, list)
	if f != nil {
		return f
	}
	for i, g := range got {
		if v.dim == 0 {
			v.dim = len(g)
		}
		if len(g) != v.dim {
			return &failure{kind: kindGarbage}
		}
		v.rows = append(v.rows, vector{batch[i].id, g})
	}
	return nil
}
