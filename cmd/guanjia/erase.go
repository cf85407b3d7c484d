package main

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"guanjia/handlers"
	"guanjia/store"
)

// Run is guanjia erase.
func (c *eraseCommand) Run(env *environment) error {
	if strings.TrimSpace(c.User) == "" {
		return usageError{errors.New(text(env.lang, "--user 是空的；写 userId、unionId 或 senderId", "--user is empty; give a userId, unionId or senderId"))}
	}
	cfg, err := env.load(c.Config, false)
	if err != nil {
		return err
	}
	return withState(env, cfg, func(st *store.Store, h *handlers.Handler) error { return c.erase(env, st, h) })
}

func (c *eraseCommand) erase(env *environment, st *store.Store, h *handlers.Handler) error {
	ids, err := h.Identities(env.ctx, c.User)
	if err != nil {
		return err
	}
	err = retried(env.ctx, func() error {
		change, err := h.Forget(env.ctx, ids, time.Now())
		if err != nil {
			return err
		}
		return st.Commit(env.ctx, change)
	})
	if err != nil {
		return err
	}
	erased, err := st.Erase(env.ctx, ids...)
	if err != nil {
		return err
	}
	return json.NewEncoder(env.out).Encode(struct {
		Identities int `json:"identities"`
		store.Erased
	}{len(ids), erased})
}
