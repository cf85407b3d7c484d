package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/calendar"
	"guanjia/configs"
	"guanjia/handlers"
	"guanjia/store"
)

// gapsAhead is how far the rota is looked at.
const gapsAhead = 14 * 24 * time.Hour

// Run is guanjia check.
func (c *checkCommand) Run(env *environment) error {
	cfg, err := env.load(c.Config, true)
	if err != nil {
		return err
	}
	ok := func(zh, en string, args ...any) { fmt.Fprintf(env.out, "✓ "+text(env.lang, zh, en)+"\n", args...) }
	warn := func(zh, en string, args ...any) { fmt.Fprintf(env.out, "! "+text(env.lang, zh, en)+"\n", args...) }
	name := cfg.File
	if name == "" {
		name = text(env.lang, "内置默认值", "built-in defaults")
	}
	ok("配置 %s 有效", "configuration %s is valid", name)
	engine, err := engineOf(cfg)
	if err != nil {
		return err
	}
	ok("FAQ：%d 个条目", "FAQ: %d entries", len(engine.Entries()))
	if err := checkDuty(cfg, ok, warn); err != nil {
		return err
	}
	if err := cfg.MissingForServe(); err != nil {
		warn("serve 还需要：%v", "serve still needs: %v", err)
	}
	if c.Live {
		return checkLive(env, cfg)
	}
	return nil
}

type say func(zh, en string, args ...any)

func checkDuty(cfg *configs.Loaded, ok, warn say) error {
	cal, err := calendar.New(cfg.Hours)
	if err != nil {
		return err
	}
	rota, err := calendar.NewRota(cfg.OnCall, cal.Location())
	if err != nil {
		return err
	}
	now := time.Now()
	gaps := rota.Gaps(now, now.Add(gapsAhead))
	for _, g := range gaps {
		warn("排班缺口：%s 从 %s 到 %s 没有人", "gap in the rota: nobody in %s from %s to %s", g.Rotation, g.From.Format("01-02 15:04"), g.To.Format("01-02 15:04"))
	}
	if len(gaps) == 0 {
		ok("排班：今后 14 天没有缺口（%d 个轮值）", "rota: no gap in the next 14 days (%d rotations)", len(rota.Rotations()))
	}
	years := cal.Provisional(now, 365)
	for _, y := range years {
		warn("日历：%d 年的放假安排尚未公布，暂按法定节日；公布后用 guanjia calendar import 导入", "calendar: the schedule of %d is not published, only the statutory days are off; import it with guanjia calendar import", y)
	}
	if len(years) == 0 {
		ok("日历：今后一年都有放假安排", "calendar: the schedule of the next year is known")
	}
	return nil
}

// checkLive tries what the configuration points at, and prints a line each.
func checkLive(env *environment, cfg *configs.Loaded) error {
	var failed []error
	line := func(what string, err error) {
		if err != nil {
			failed = append(failed, err)
			fmt.Fprintf(env.out, "✗ %s: %v\n", what, err)
			return
		}
		fmt.Fprintf(env.out, "✓ %s\n", what)
	}
	ctx, cancel := context.WithTimeout(env.ctx, 30*time.Second)
	defer cancel()
	strangers, err := askStore(ctx, cfg)
	line("redis", err)
	for _, m := range strangers {
		fmt.Fprintf(env.out, "! %s\n", text(env.lang, m.Name+" 在今后两周值班，但还没有和机器人单聊过，可能收不到消息", m.Name+" is on duty within two weeks and never wrote to the bot: it may not be able to reach them"))
	}
	api := dingtalk.NewAPI(cfg.DingTalk, nil, nil)
	line("dingtalk token", api.CheckToken(ctx))
	line("dingtalk stream gateway", api.CheckGateway(ctx))
	for _, m := range cfg.Team {
		line("team "+m.Key+" ("+m.UserID+")", api.CheckUser(ctx, m.UserID))
	}
	if len(failed) > 0 {
		return errors.New(text(env.lang, "有检查没有通过，见上", "some checks failed, see above"))
	}
	return nil
}

// askStore tries the store, and lists who on the rota never wrote to the bot.
func askStore(ctx context.Context, cfg *configs.Loaded) ([]bot.Member, error) {
	switch cfg.Redis.URL {
	case "":
		return nil, store.CheckServer() // it is started with the bot
	case "memory":
		return nil, nil
	}
	st, err := store.Open(ctx, store.Config{URL: cfg.Redis.URL})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	if err := st.Ping(ctx); err != nil {
		return nil, err
	}
	settings, err := settingsWith(cfg, nil, nil)
	if err != nil {
		return nil, err
	}
	return handlers.New(st, func() handlers.Settings { return *settings }).Strangers(ctx, time.Now())
}
