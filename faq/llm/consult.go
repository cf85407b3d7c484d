package llm

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"guanjia/faq"
)

// consult asks the model and joins its verdict with a decision; e is the engine's
// own. Without a verdict the decision stays.
func (b *Brain) consult(ctx context.Context, q faq.Question, e, d faq.Decision) faq.Decision {
	start := time.Now()
	v, err := b.verdict(ctx, b.prompt(q, d))
	joined := d
	outcome := "ok"
	switch {
	case err != nil:
		outcome = kindGarbage
		if f, ok := errors.AsType[*failure](err); ok {
			outcome = f.kind
		}
	case !v.usable():
		outcome = "rejected"
	default:
		joined = b.join(d, v)
	}
	if b.cfg.Asked != nil {
		b.cfg.Asked(outcome, time.Since(start))
	}
	log(ctx, outcome, err, time.Since(start), e, v, joined)
	return joined
}

// log writes both decisions: ids and figures, no words.
func log(ctx context.Context, outcome string, err error, elapsed time.Duration, e faq.Decision, v verdict, d faq.Decision) {
	level := zerolog.InfoLevel
	if err != nil && !isKind(err, kindResting) && !isKind(err, kindBusy) && !isKind(err, kindGone) {
		level = zerolog.WarnLevel // the others follow from it, or from nothing that is wrong
	}
	zerolog.Ctx(ctx).WithLevel(level).Err(err).Str("outcome", outcome).Dur("elapsed", elapsed).
		Str("engine_action", e.Action).Str("engine_entry", e.FAQID).Float64("engine_score", e.Score).
		Str("model_entry", v.Entry).Str("model_intent", v.Intent).Str("model_class", v.IncidentClass).Bool("model_urgent", v.Urgent).
		Str("action", d.Action).Str("entry", d.FAQID).Str("source", d.Source).
		Msg("language model asked")
}

// verdict gives the checked verdict about a prompt: a remembered one, the one that
// is being asked for, or a new one. An unusable one is remembered too, so that the
// same question gives the same result.
func (b *Brain) verdict(ctx context.Context, p prompt) (verdict, error) {
	k := p.key(b.engine.Hash())
	if v, ok := b.link.verdicts.get(k); ok {
		return v, nil
	}
	select {
	case b.link.waiting <- struct{}{}:
		defer func() { <-b.link.waiting }()
	default:
		return verdict{}, &failure{kind: kindBusy}
	}
	got, err, _ := b.link.flights.Do(k, func() (any, error) {
		if v, ok := b.link.verdicts.get(k); ok {
			return v, nil
		}
		v, err := b.ask(ctx, p)
		if err == nil {
			b.link.verdicts.put(k, v)
		}
		return v, err
	})
	v, ok := got.(verdict)
	if err == nil && !ok {
		err = errNoVerdict
	}
	return v, err
}

func (b *Brain) ask(ctx context.Context, p prompt) (verdict, error) {
	var v verdict
	err := b.link.choosing.do(ctx, func() error {
		reply, f := b.link.client.chat(ctx, p, b.cfg.Wording)
		if f != nil {
			return f
		}
		var err error
		v, err = parse(reply)
		return err
	})
	if err != nil {
		return verdict{}, err
	}
	return v.checked(p.Question, p.ids()), nil
}
