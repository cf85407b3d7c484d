package main

import (
	"time"

	"guanjia/configs"
	"guanjia/faq"
	"guanjia/handlers"
	"guanjia/store"
)

// withLearned opens the state that the bot works on, for a command of the FAQ's.
func withLearned(env *environment, file string, do func(*configs.Loaded, *store.Store, *handlers.Handler) error) error {
	cfg, err := env.load(file, true)
	if err != nil {
		return err
	}
	return withState(env, cfg, func(st *store.Store, h *handlers.Handler) error { return do(cfg, st, h) })
}

// brandOf is what fills the placeholders of the FAQ.
func brandOf(cfg *configs.Loaded) faq.Brand {
	return faq.Brand{Product: cfg.Brand.Product, Provider: cfg.Brand.Provider, TicketURL: cfg.Brand.TicketURL}
}

// askedOf reads the questions that had no answer.
func askedOf(env *environment, file string, since time.Duration, now time.Time) (asked []faq.Asked, cfg *configs.Loaded, err error) {
	err = withLearned(env, file, func(c *configs.Loaded, st *store.Store, _ *handlers.Handler) (err error) {
		cfg = c
		asked, err = handlers.Unanswered(env.ctx, st, now.Add(-since), now)
		return err
	})
	return asked, cfg, err
}
