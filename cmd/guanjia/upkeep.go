package main

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
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

// attendEvery is how often it is looked whether anybody listens.
const attendEvery = 2 * time.Second

// attend writes down that somebody listens, so that a gap is seen afterwards, by
// whichever replica is there first.
func (s *service) attend(ctx context.Context) error {
	tick := time.NewTicker(attendEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if s.stream.Connections() == 0 {
			continue
		}
		if err := s.present(ctx, time.Now()); err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Debug().Err(err).Msg("cannot write down that the bot listens")
		}
	}
}

func (s *service) present(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, attendEvery)
	defer cancel()
	c, ok, err := s.handler.Present(ctx, now)
	if err != nil || !ok {
		return err
	}
	if err := s.store.Commit(ctx, c); !errors.Is(err, bot.ErrConflict) { // another replica did
		return err
	}
	return nil
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
