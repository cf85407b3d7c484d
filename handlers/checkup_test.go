package handlers_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// books keeps the deadlines that a desk's changes set.
type books struct {
	*memory
	due map[string]scheduler.Deadline
}

func (b *books) Page(ctx context.Context, index string, offset, limit int) ([]string, error) {
	ids, err := b.Index(ctx, index, 0, 1e12, offset+limit)
	return ids[min(offset, len(ids)):], err
}

func (b *books) Missing(_ context.Context, ids ...string) (out []string, _ error) {
	for _, id := range ids {
		if _, ok := b.due[id]; !ok {
			out = append(out, id)
		}
	}
	return out, nil
}

func (b *books) take(c bot.Change) {
	for _, id := range c.Clear {
		delete(b.due, id)
	}
	for _, d := range c.Set {
		b.due[d.ID] = d
	}
}

func TestADeadlineThatGotLostIsPutBackAndToldOf(t *testing.T) {
	d := newDesk(t, "2026-11-24 02:00")
	b := &books{d.store, map[string]scheduler.Deadline{}}
	b.take(d.text("cust001", "服务器被勒索病毒加密了，快来人！"))
	if checked, lost, err := d.handler.Checkup(t.Context(), b, d.now); err != nil || checked != 1 || len(lost) != 0 {
		t.Fatalf("checked %d, lost %v, %v", checked, lost, err)
	}
	want := maps.Clone(b.due)
	for id := range b.due {
		if strings.HasPrefix(id, "escalation.climb") {
			delete(b.due, id)
		}
	}
	_, lost, err := d.handler.Checkup(t.Context(), b, d.now)
	if err != nil || len(lost) != 1 || lost[0].ID != "escalation.climb|E1" {
		t.Fatalf("lost %v, %v", lost, err)
	}
	c, ok, err := d.handler.Mend(t.Context(), b, lost[0], d.now)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	d.says(c, "user:staff005", "E1", "巡检")
	b.take(c)
	d.take(c)
	if got := b.due["escalation.climb|E1"]; !got.Due.Equal(want["escalation.climb|E1"].Due) || got.Run != want["escalation.climb|E1"].Run {
		t.Errorf("put back as %+v, was %+v", got, want["escalation.climb|E1"])
	}
	if _, again, err := d.handler.Mend(t.Context(), b, lost[0], d.now); err != nil || again {
		t.Error("mended twice", err)
	}
}

func TestOneReplicaMakesTheCheckupEachHour(t *testing.T) {
	d := newDesk(t, "2026-11-24 02:00")
	c, due, err := d.handler.BeginCheckup(t.Context(), d.now)
	if err != nil || !due {
		t.Fatal(due, err)
	}
	d.take(c)
	end, err := d.handler.EndCheckup(t.Context(), 3, 0, true, d.now.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	d.take(end)
	if a, err := d.handler.LastCheckup(t.Context()); err != nil || a.Checked != 3 || !a.CleanAt.Equal(d.now.Add(time.Second)) {
		t.Error(a, err)
	}
	for after, want := range map[time.Duration]bool{59 * time.Minute: false, 61 * time.Minute: true} {
		if _, due, err := d.handler.BeginCheckup(t.Context(), d.now.Add(after)); err != nil || due != want {
			t.Errorf("after %v: due %v, %v", after, due, err)
		}
	}
	dirty, err := d.handler.EndCheckup(t.Context(), 3, 1, false, d.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	d.take(dirty)
	if a, err := d.handler.LastCheckup(t.Context()); err != nil || a.Lost != 1 || !a.CleanAt.Equal(d.now.Add(time.Second)) {
		t.Error("one that found something counts as clean", a, err)
	}
}

func TestManagersHearOfEachMarkOfTheQuotaOnce(t *testing.T) {
	d := newDesk(t, "2026-11-16 00:00")
	use := func(api, stream int64) []string {
		c, ok, err := d.handler.Quota(t.Context(), []handlers.QuotaUse{{Kind: "api", Used: api, Limit: 5000}, {Kind: "stream", Used: stream, Limit: 3000}, {Kind: "other", Used: 9}}, d.now)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return nil
		}
		d.take(c)
		var said []string
		for _, o := range c.Say {
			said = append(said, o.Text)
		}
		slices.Sort(said)
		return said
	}
	for _, step := range []struct {
		api, stream int64
		want        []string // what each message must contain
	}{
		{2499, 0, nil},
		{2500, 0, []string{"接口调用已用 50%"}},
		{2600, 1500, []string{"Stream 推送已用 50%"}},
		{4800, 1500, []string{"96%（4800/5000）"}}, // two marks at once are one message
		{5200, 1500, nil},
	} {
		said := use(step.api, step.stream)
		if len(said) != len(step.want) {
			t.Fatalf("%+v: said %q", step, said)
		}
		for i, w := range step.want {
			if !strings.Contains(said[i], w) {
				t.Errorf("%q without %q", said[i], w)
			}
		}
	}
	d.at("2026-12-02 10:00")
	if said := use(2500, 0); len(said) != 1 || !strings.Contains(said[0], "12月3日") {
		t.Errorf("next month: %q", said)
	}
}

func TestTheQuotaIsForecast(t *testing.T) {
	at := time.Date(2026, 11, 11, 0, 0, 0, 0, zone(t)) // ten days of thirty
	for used, want := range map[int64]string{0: "", 1000: "", 1666: "", 2500: "2026-11-21", 5000: "2026-11-11"} {
		got := handlers.QuotaUse{Kind: "api", Used: used, Limit: 5000}.RunsOut(at)
		if got.IsZero() != (want == "") || want != "" && got.Format(time.DateOnly) != want {
			t.Errorf("%d used: %v, want %q", used, got, want)
		}
	}
}

func TestAProbeGoesTheWholeWayAndIsMissed(t *testing.T) {
	d := newDesk(t, "2026-11-24 02:00")
	c, m, due, err := d.handler.BeginProbe(t.Context(), "test001", time.Hour, d.now)
	if err != nil || !due {
		t.Fatal(due, err)
	}
	d.take(c)
	answer, err := d.handler.Handle(t.Context(), m, d.now)
	if err != nil || len(answer.Say) != 1 || answer.Say[0].To != "user:test001" || answer.Say[0].Report != handlers.KindProbed {
		t.Fatalf("%+v %v", answer.Say, err)
	}
	d.take(answer)
	if ids, _ := d.store.Index(t.Context(), handlers.IndexTalks, 0, 1e12, 9); len(ids) != 0 {
		t.Errorf("a probe counts as somebody who talked: %v", ids)
	}
	if _, _, missed, err := d.handler.MissedProbe(t.Context(), time.Minute, d.now.Add(2*time.Minute)); err != nil || !missed {
		t.Error("nobody misses it", err)
	}
	report := func(how bot.Delivery) {
		data, err := json.Marshal(how)
		if err != nil {
			t.Fatal(err)
		}
		fired := scheduler.Claimed{Deadline: scheduler.Deadline{ID: "r", Kind: handlers.KindProbed, Subject: m.ID, Data: data}}
		if err := handlers.NewDeadlines(d.handler, &commits{desk: d}).Fire(t.Context(), fired, d.now); err != nil {
			t.Fatal(err)
		}
	}
	report(bot.Delivery{OK: true, At: d.now.Add(time.Second)})
	if _, _, missed, err := d.handler.MissedProbe(t.Context(), time.Minute, d.now.Add(2*time.Minute)); err != nil || missed {
		t.Error("an answered one is missed", err)
	}
	if p, err := d.handler.LastProbe(t.Context()); err != nil || p.Answered.Sub(p.AskedAt) != time.Second {
		t.Error(p, err)
	}
	if _, _, due, _ := d.handler.BeginProbe(t.Context(), "test001", time.Hour, d.now.Add(59*time.Minute)); due {
		t.Error("asked again too early")
	}
	report(bot.Delivery{Reason: "额度用完"})
}
