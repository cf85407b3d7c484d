package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/handlers"
	"guanjia/scheduler"
)

const (
	// watchEvery is how often the bot looks after itself, and watchIn how long each
	// part of that may take.
	watchEvery = 15 * time.Second
	watchIn    = 30 * time.Second
	// probeWithin is how long the answer to a probe may take.
	probeWithin = time.Minute
	// stuckFor is how long work may wait that nobody does.
	stuckFor = 2 * time.Minute
)

// watch looks after the bot itself until ctx ends: the month's quota, deadlines
// that got lost, the probe, and cases past their retention.
func (s *service) watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		var failed []error
		for _, part := range [...]func(context.Context, time.Time) error{s.watchQuota, s.checkup, s.probe, s.dropOld} {
			ctx, cancel := context.WithTimeout(ctx, watchIn)
			failed = append(failed, part(ctx, time.Now()))
			cancel()
		}
		if err := errors.Join(failed...); err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("cannot look after itself, will be tried again")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// once commits what one replica is to do; another one's being first is no error.
func (s *service) once(ctx context.Context, c bot.Change) (mine bool, err error) {
	err = s.store.Commit(ctx, c)
	if errors.Is(err, bot.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// quotaUses is what this month has used of what is metered.
func (s *service) quotaUses(ctx context.Context, now time.Time) ([]handlers.QuotaUse, error) {
	quota, month := s.cfg.DingTalk.MonthlyQuota, now.Format("2006-01")
	uses := []handlers.QuotaUse{{Kind: "api", Limit: int64(quota.API)}, {Kind: "stream", Limit: int64(quota.Stream)}}
	for i, q := range uses {
		var err error
		if uses[i].Used, err = s.store.Usage(ctx, q.Kind, month); err != nil {
			return nil, err
		}
	}
	return uses, nil
}

func (s *service) watchQuota(ctx context.Context, now time.Time) error {
	uses, err := s.quotaUses(ctx, now)
	if err != nil {
		return err
	}
	c, ok, err := s.handler.Quota(ctx, uses, now)
	if err != nil || !ok {
		return err
	}
	_, err = s.once(ctx, c)
	return err
}

// checkup looks for deadlines that got lost and for work that nobody does, each
// hour, and puts back what is missing.
func (s *service) checkup(ctx context.Context, now time.Time) error {
	c, due, err := s.handler.BeginCheckup(ctx, now)
	if err != nil || !due {
		return err
	}
	if mine, err := s.once(ctx, c); err != nil || !mine {
		return err
	}
	checked, lost, err := s.handler.Checkup(ctx, s.store, now)
	if err != nil {
		return err
	}
	mended := 0
	for _, d := range lost {
		mine, err := s.mend(ctx, d)
		if err != nil {
			return err
		}
		if mine {
			mended++
		}
	}
	stuck, err := s.stuck(ctx)
	if err != nil {
		return err
	}
	zerolog.Ctx(ctx).Info().Int("checked", checked).Int("lost", mended).Bool("stuck", stuck).Msg("checkup done")
	return retried(ctx, func() error {
		c, err := s.handler.EndCheckup(ctx, checked, mended, mended == 0 && !stuck, time.Now())
		if err != nil {
			return err
		}
		return s.store.Commit(ctx, c)
	})
}

// mend puts a deadline back that got lost.
func (s *service) mend(ctx context.Context, d scheduler.Deadline) (bool, error) {
	c, ok, err := s.handler.Mend(ctx, s.store, d, time.Now())
	if err != nil || !ok {
		return false, err
	}
	mine, err := s.once(ctx, c)
	if mine {
		zerolog.Ctx(ctx).Error().Str("deadline", d.ID).Time("due", d.Due).Msg("a deadline was missing and was put back")
	}
	return mine, err
}

// stuck reports whether work waits that somebody should long have done.
func (s *service) stuck(ctx context.Context) (bool, error) {
	st, err := s.store.Stats(ctx, time.Now())
	if err != nil {
		return false, err
	}
	if max(st.Lag, st.MailLag, st.OutLag) < stuckFor {
		return false, nil
	}
	zerolog.Ctx(ctx).Error().Dur("deadlines", st.Lag).Dur("mail", st.MailLag).Dur("outbox", st.OutLag).Msg("work waits that nobody does")
	return true, nil
}

// dropOld removes cases and escalations past privacy.retain_cases. It looks at
// few at a time: there is always a next time.
func (s *service) dropOld(ctx context.Context, now time.Time) error {
	c, gone, err := s.handler.DropOld(ctx, now.Add(-time.Duration(s.retainCases.Load())), now)
	if err != nil || len(gone) == 0 {
		return err
	}
	// The words first: a crash in between must not leave them without their case.
	if err := s.store.DropTimelines(ctx, gone...); err != nil {
		return err
	}
	if mine, err := s.once(ctx, c); err != nil || !mine {
		return err
	}
	zerolog.Ctx(ctx).Info().Int("documents", len(gone)).Msg("records past their retention are gone")
	return nil
}

// probe asks the bot a question, and reports elsewhere when no answer was sent.
func (s *service) probe(ctx context.Context, now time.Time) error {
	cfg := s.cfg.Probe
	if cfg.UserID == "" {
		return nil
	}
	if c, p, missed, err := s.handler.MissedProbe(ctx, probeWithin, now); err != nil {
		return err
	} else if missed {
		if mine, err := s.once(ctx, c); err != nil || !mine {
			return err
		}
		zerolog.Ctx(ctx).Error().Str("msg_id", p.ID).Time("asked", p.AskedAt).Str("reason", p.Failed).Msg("the probe was not answered")
		return reportProbe(ctx, cfg.Webhook, p)
	}
	c, m, due, err := s.handler.BeginProbe(ctx, cfg.UserID, cfg.Every, now)
	if err != nil || !due {
		return err
	}
	if mine, err := s.once(ctx, c); err != nil || !mine {
		return err
	}
	_, err = s.store.Receive(ctx, m)
	return err
}

// reportProbe tells an address outside DingTalk that a probe was not answered. Like
// every call it goes to the configured host alone.
func reportProbe(ctx context.Context, address string, p handlers.Probe) error {
	if address == "" {
		return nil
	}
	body, err := json.Marshal(map[string]string{
		"text": fmt.Sprintf("guanjia: the probe of %s was not answered. %s", p.AskedAt.Format(time.RFC3339), p.Failed),
	})
	if err != nil {
		return fmt.Errorf("report the probe: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("probe.webhook is no address that can be called")
	}
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return errors.New("probe.webhook does not answer") // its address may hold a secret
	}
	defer resp.Body.Close() //nolint:errcheck // only its status
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("probe.webhook answers %s", resp.Status)
	}
	return nil
}
