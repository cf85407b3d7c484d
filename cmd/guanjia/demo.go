package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"guanjia/bot"
	"guanjia/configs"
	"guanjia/dingsim"
)

// The simulator's credentials in the demo; they open nothing else.
const demoID, demoSecret = "demo", "demo-secret"

// Run is guanjia demo: everything in one process, the bot connected to the
// simulator through the real stream SDK.
func (c *demoCommand) Run(env *environment) error {
	l, err := listen(env.ctx, c.Listen)
	if err != nil {
		return listenError(err)
	}
	cfg, err := c.configuration(env, "http://"+l.Addr().String())
	if err != nil {
		return err
	}
	log := newLogger(configs.Log{Level: "warn", Format: "console"}, env.errOut)
	ctx := log.WithContext(env.ctx)
	s, err := newService(ctx, cfg)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	defer s.store.Close()
	tour, err := demoTour()
	if err != nil {
		return err
	}
	sim := dingsim.New(dingsim.Config{
		ClientID: demoID, ClientSecret: demoSecret, BaseURL: cfg.DingTalk.APIHost, Panel: newPanel(s, time.Duration(c.Pace)), Tour: tour, Logger: log,
	})
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serveSim(ctx, sim, l) })
	g.Go(func() error { return s.run(ctx) })
	g.Go(func() error {
		if err := connected(ctx, sim); err != nil {
			return err
		}
		c.welcome(env, l.Addr().String())
		return nil
	})
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// connected waits for the bot's first connection: what is said before it is lost,
// as on the platform, so nobody is invited to speak earlier.
func connected(ctx context.Context, sim *dingsim.Server) error {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for len(sim.Connections()) == 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
	return nil
}

func (c *demoCommand) welcome(env *environment, addr string) {
	fmt.Fprintf(env.out, "%s http://%s/\n", text(env.lang, "演示已启动，请用浏览器打开：", "The demo runs, open it in a browser:"), addr)
	if c.Data == "" {
		fmt.Fprintln(env.out, text(env.lang, "状态只在内存里，退出即丢失（要保留请加 --data 目录）。按 Ctrl-C 结束。",
			"The state is in memory only and lost at exit (keep it with --data DIR). Ctrl-C ends it."))
	}
}

// configuration is the defaults and the sample team, pointed at the simulator.
func (c *demoCommand) configuration(env *environment, sim string) (*configs.Loaded, error) {
	cfg, err := configs.Parse("sample", configs.Example(), func(string) (string, bool) { return "", false })
	if c.Config != "" {
		cfg, err = env.load(c.Config, false)
	}
	if err != nil {
		return nil, err
	}
	cfg.DingTalk.ClientID, cfg.DingTalk.ClientSecret, cfg.DingTalk.RobotCode = demoID, demoSecret, ""
	cfg.DingTalk.APIHost, cfg.DingTalk.OAPIHost = sim, sim
	cfg.DingTalk.WebhookHosts = []string{"127.0.0.1", "::1", "localhost"}
	cfg.HTTP.Listen = "127.0.0.1:0"
	cfg.HTTP.PurchaseSecrets = []string{"whsec_" + base64.StdEncoding.EncodeToString([]byte(rand.Text()))}
	cfg.Channel.TemplateID = "demo-template"
	hurry(cfg)
	cfg.Redis.URL, cfg.Redis.Data = "memory", ""
	if c.Data != "" {
		cfg.Redis.URL, cfg.Redis.Data = "", c.Data
	}
	if c.Pace > 0 {
		scale(cfg, time.Duration(c.Pace))
	}
	return cfg, nil
}

// A visitor does not wait five minutes for the next step.
const (
	demoStep     = 20 * time.Second
	demoProgress = 5 * time.Minute
	demoContact  = 90 * time.Second
)

// hurry shortens the waits of the ladder, and lets its first step ring as well.
func hurry(cfg *configs.Loaded) {
	for i := range cfg.Escalation.Ladder {
		cfg.Escalation.Ladder[i].AckWithin = min(demoStep, cfg.Escalation.Ladder[i].AckWithin)
	}
	if first := cfg.Escalation.Ladder; len(first) > 0 && !slices.Contains(first[0].Via, bot.ViaDingApp) {
		first[0].Via = append(slices.Clone(first[0].Via), bot.ViaDingApp)
	}
	cfg.Escalation.Repeat, cfg.Escalation.ProgressWithin = 1, demoProgress
	cfg.Service.FirstContactWithin, cfg.Service.AcceptWithin = demoContact, demoContact
}

// scale makes a day of the service's clocks last pace.
func scale(cfg *configs.Loaded, pace time.Duration) {
	shrink := func(d *time.Duration) {
		*d = max(time.Second, time.Duration(float64(*d)*float64(pace)/float64(24*time.Hour)))
	}
	shrink(&cfg.Service.ResponsePeriod)
	shrink(&cfg.Service.Validity)
	for _, list := range [...][]time.Duration{cfg.Reminders.Response, cfg.Reminders.Validity} {
		for i := range list {
			shrink(&list[i])
		}
	}
	cfg.Service.Count, cfg.Reminders.Quiet = "exact", ""
}
