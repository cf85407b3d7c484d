package main

import (
	"errors"
	"time"

	"guanjia/configs"
	"guanjia/faq"
	"guanjia/handlers"
	"guanjia/store"
)

// withLearned opens the state that the bot works on, for a command of the FAQ's;
// the bot may be running.
func withLearned(env *environment, file string, do func(*configs.Loaded, *store.Store, *handlers.Handler) error) error {
	cfg, err := env.load(file, false)
	if err != nil {
		return err
	}
	if cfg.Redis.URL == "memory" {
		return usageError{errors.New(text(env.lang,
			"redis.url 是 memory：内容只在运行中的机器人里，随它结束而消失",
			"redis.url is memory: what was learned is in the running bot alone and ends with it"))}
	}
	newLogger(cfg.Log, env.errOut)
	settings, err := readSettings(cfg)
	if err != nil {
		return err
	}
	st, err := store.Open(env.ctx, store.Config{URL: cfg.Redis.URL, Data: cfg.Redis.Data, Join: true})
	if err != nil {
		return err
	}
	defer st.Close()
	return do(cfg, st, handlers.New(st, func() handlers.Settings { return *settings }))
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
