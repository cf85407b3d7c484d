package main

import (
	"cmp"
	"context"
	"runtime"
	"strings"
	"time"

	"guanjia/console"
)

func (d desk) checks(ctx context.Context, now time.Time) []console.Check {
	r := d.s.ready.report(ctx, now)
	return []console.Check{
		{Name: "stream", OK: r.Stream.OK, Count: r.Stream.Count},
		{Name: "redis", OK: r.Redis.OK},
		{Name: "deadlines", OK: r.Deadlines.OK},
		{Name: "llm", OK: true, Off: d.s.cfg.LLM.BaseURL == ""},
	}
}

// quota is what the month took, and will take at this pace.
func (d desk) quota(ctx context.Context, now time.Time) []console.Used {
	limits := d.s.cfg.DingTalk.MonthlyQuota
	begins := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	ends := begins.AddDate(0, 1, 0)
	var out []console.Used
	for _, x := range [...]struct {
		kind  string
		limit int
	}{{"api", limits.API}, {"stream", limits.Stream}} {
		used, err := d.s.store.Usage(ctx, x.kind, now.Format("2006-01"))
		if err != nil {
			continue // the check of the store says so
		}
		out = append(out, forecast(console.Used{Kind: x.kind, Used: used, Limit: int64(x.limit)}, begins, now, ends))
	}
	return out
}

// forecast goes on at the pace of the month so far. On its first day there is no
// pace yet that could be trusted.
func forecast(u console.Used, begins, now, ends time.Time) console.Used {
	passed := max(now.Sub(begins), 24*time.Hour)
	u.Forecast = int64(float64(u.Used) * float64(ends.Sub(begins)) / float64(passed))
	if u.Limit > 0 && u.Used > 0 && u.Forecast > u.Limit {
		u.Out = begins.Add(time.Duration(float64(passed) * float64(u.Limit) / float64(u.Used)))
		if u.Out.Before(now) {
			u.Out = now
		}
	}
	return u
}

// lookAtRota is how far the rota is looked at.
const lookAtRota = 14 * 24 * time.Hour

// Health is how the machine is.
func (d desk) Health(ctx context.Context, now time.Time) (console.Health, error) {
	h := console.Health{At: now, Checks: d.checks(ctx, now), Quota: d.quota(ctx, now), Versions: d.versions()}
	st, err := d.s.store.Stats(ctx, now)
	if err != nil {
		return h, nil //nolint:nilerr // the checks say that the store is away, and that is what this page is for
	}
	h.Lag = st.Lag
	for _, w := range [...]console.Waiting{{Lane: "mail", N: st.Mail}, {Lane: "pages", N: st.Pages}, {Lane: "messages", N: st.Messages}, {Lane: "deadlines", N: st.Deadlines}, {Lane: "due", N: st.Due}, {Lane: "dead", N: st.Dead}} {
		h.Waiting = append(h.Waiting, w)
	}
	if skew, err := d.s.store.ClockSkew(ctx); err == nil {
		h.Skew = skew
	}
	dead, err := d.s.store.DeadLetters(ctx, 20)
	if err != nil {
		return h, err
	}
	for _, x := range dead {
		h.Dead = append(h.Dead, console.Dead{ID: x.ID, Reason: x.Reason, At: x.At})
	}
	for _, w := range d.s.store.Warnings(ctx) {
		h.Warnings = append(h.Warnings, console.Text{ZH: warningZH(w), EN: w})
	}
	return h, d.people(ctx, &h, now)
}

// people is who could not be reached, and what the bot found when it looked after
// itself.
func (d desk) people(ctx context.Context, h *console.Health, now time.Time) error {
	turns, err := d.s.handler.Turns(ctx, now, now.Add(lookAtRota))
	if err != nil {
		return err
	}
	h.Gaps = console.Rota{Turns: d.duties(turns)}.Gaps()
	strangers, err := d.s.handler.Strangers(ctx, now)
	for _, m := range strangers {
		h.Strangers = append(h.Strangers, m.Name)
	}
	if err != nil {
		return err
	}
	h.Unplanned = d.s.settings.Load().Calendar.Provisional(now, 60)
	last, err := d.s.handler.LastCheckup(ctx)
	if err != nil {
		return err
	}
	h.Checkup, h.Checked, h.Lost = last.At, last.Checked, last.Lost
	probe, err := d.s.handler.LastProbe(ctx)
	h.Probe, h.ProbeOK = probe.AskedAt, !probe.Answered.IsZero() && probe.Failed == ""
	return err
}

func (d desk) versions() [][2]string {
	kept, file := "durable", d.s.cfg.File
	if !d.s.store.Durable() {
		kept = "memory"
	}
	if file == "" {
		file = "built-in"
	}
	out := [][2]string{{"version", cmp.Or(strings.TrimSpace(version+" "+commit), "dev")}, {"go", runtime.Version()}, {"store", kept}, {"config", file}}
	if e := d.engine(); e != nil {
		out = append(out, [2]string{"faq", e.Hash()[:min(12, len(e.Hash()))]})
	}
	return out
}

// warningZH says in Chinese what the store warns of.
func warningZH(w string) string {
	for _, x := range [...][2]string{
		{"appendonly", "Redis 没有开启追加文件（appendonly），重启会丢失上次快照之后的全部数据：请设为 yes"},
		{"appendfsync", "Redis 不是每次写入都落盘（appendfsync），断电可能丢失最多一秒已确认的消息：请设为 always"},
		{"maxmemory-policy", "Redis 内存不足时会丢弃数据（maxmemory-policy），定时和消息可能丢失：请设为 noeviction"},
		{"redis.url is memory", "存储只在内存里，程序退出即丢失：请把 redis.url 设为一个 Redis，或留空使用自带的"},
		{"wait_replicas", "Redis 副本设置可能在切换时丢失数据：请检查 redis.wait_replicas 和副本数"},
		{"clock", "本机时钟与 Redis 相差过大，定时会跟着偏：请用 NTP 校时"},
	} {
		if strings.Contains(w, x[0]) {
			return x[1]
		}
	}
	return "Redis 的设置无法确认，请检查它是否会保留已确认的数据"
}
