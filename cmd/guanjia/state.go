package main

import (
	"errors"
	"fmt"
	"net"

	"guanjia/configs"
	"guanjia/handlers"
	"guanjia/store"
)

// withState opens the state that the bot works on, for a command; the bot may be
// running.
func withState(env *environment, cfg *configs.Loaded, do func(*store.Store, *handlers.Handler) error) error {
	if cfg.Redis.URL == "memory" {
		return usageError{errors.New(text(env.lang,
			"redis.url 是 memory：内容只在运行中的机器人里，随它结束而消失",
			"redis.url is memory: everything is in the running bot alone and ends with it"))}
	}
	newLogger(cfg.Log, env.errOut)
	// Reading needs no FAQ, which would have to be trained.
	settings, err := settingsWith(cfg, nil, nil)
	if err != nil {
		return err
	}
	st, err := store.Open(env.ctx, store.Config{URL: cfg.Redis.URL, Data: cfg.Redis.Data, Join: true})
	if err != nil {
		return err
	}
	defer st.Close()
	err = do(st, handlers.New(st, func() handlers.Settings { return *settings }))
	if _, away := errors.AsType[net.Error](err); away {
		return fmt.Errorf("%w; %s", err, text(env.lang,
			"Redis 在运行吗？从这里连得上吗？（redis.url）", "is the Redis of redis.url running, and reachable from here?"))
	}
	return err
}
