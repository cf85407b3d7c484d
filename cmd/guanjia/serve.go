package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"guanjia/bot/dingtalk"
	"guanjia/configs"
)

// Run is guanjia serve.
func (c *serveCommand) Run(env *environment) error {
	file, err := env.find(c.Config, false)
	if err != nil {
		return err
	}
	cfg, err := configs.LoadForServe(file, env.lookup)
	if err != nil {
		return err
	}
	log := newLogger(cfg.Log, env.errOut)
	ctx := log.WithContext(env.ctx)
	s, err := newService(ctx, cfg)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	defer s.store.Close()
	err = s.run(ctx)
	switch {
	case errors.Is(err, dingtalk.ErrCredentials):
		return fmt.Errorf("%w; copy both from the app's credentials page on open.dingtalk.com, and see that the app is published", err)
	case errors.Is(err, context.Canceled):
		err = nil
	}
	log.Info().Msg("guanjia stopped")
	return err
}

// unlessEnded is what went wrong at the start, and nothing when that was only the
// signal to end.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// version and commit are set by the linker for releases.
var version, commit string //nolint:gochecknoglobals // set by -ldflags, never by the program

// Run is guanjia version.
func (*versionCommand) Run(env *environment) error {
	v, rev := version, commit
	if info, ok := debug.ReadBuildInfo(); ok {
		if v == "" {
			v = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && rev == "" {
				rev = s.Value
			}
		}
	}
	if v == "" || v == "(devel)" {
		v = "dev"
	}
	if rev == "" {
		rev = "unknown"
	}
	fmt.Fprintf(env.out, "guanjia %s (commit %s, %s)\n", v, rev, runtime.Version())
	return nil
}
