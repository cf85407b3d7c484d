package main

import (
	"encoding/json"

	"guanjia/store"
)

// Run is guanjia erase.
func (c *eraseCommand) Run(env *environment) error {
	cfg, err := env.load(c.Config, false)
	if err != nil {
		return err
	}
	newLogger(cfg.Log, env.errOut)
	st, err := store.Open(env.ctx, store.Config{URL: cfg.Redis.URL, Data: cfg.Redis.Data, Join: true})
	if err != nil {
		return err
	}
	defer st.Close()
	erased, err := st.Erase(env.ctx, c.User)
	if err != nil {
		return err
	}
	return json.NewEncoder(env.out).Encode(erased)
}
