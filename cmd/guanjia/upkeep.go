package main

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// purgeEvery is how often words are looked for that are past their retention:
// they must be gone a minute after it (contract §2).
const purgeEvery = 20 * time.Second

// changed says that the periodic jobs must be set again. It never blocks.
func (s *service) changed() {
	select {
	case s.setJobs <- struct{}{}:
	default:
	}
}

// keepHouse sets the periodic jobs and removes old words, until ctx ends.
func (s *service) keepHouse(ctx context.Context) error {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-s.setJobs:
			if err = s.armJobs(ctx); err != nil && ctx.Err() == nil {
				time.AfterFunc(time.Second, s.changed)
			}
		case <-tick.C:
			err = s.purge(ctx, time.Now())
		}
		if err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("upkeep failed, will be tried again")
		}
	}
}

func (s *service) armJobs(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return retried(ctx, func() error {
		c, err := s.handler.Jobs(ctx, time.Now())
		if err != nil {
			return err
		}
		return s.store.Commit(ctx, c)
	})
}

func (s *service) purge(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, purgeEvery)
	defer cancel()
	n, err := s.store.PurgeTexts(ctx, now.Add(-time.Duration(s.retain.Load())))
	if n > 0 {
		zerolog.Ctx(ctx).Info().Int("texts", n).Msg("words past their retention are gone")
	}
	return err
}
