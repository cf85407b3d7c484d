package handlers_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// listens writes down that the bot listens, and fires what follows from it.
func (d *desk) listens() (said []bot.Outgoing) {
	d.t.Helper()
	c, ok, err := d.handler.Present(d.t.Context(), d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	if !ok {
		return nil
	}
	d.take(c)
	fired := &commits{desk: d}
	for _, due := range c.Set {
		if err := handlers.NewDeadlines(d.handler, fired).Fire(d.t.Context(), scheduler.Claimed{Deadline: due, Attempt: 1}, d.now); err != nil {
			d.t.Fatal(err)
		}
	}
	return fired.said
}

// commits takes over what deadlines lead to.
type commits struct {
	desk *desk
	said []bot.Outgoing
}

func (c *commits) Commit(_ context.Context, change bot.Change) error {
	c.desk.take(change)
	c.said = append(c.said, change.Say...)
	return nil
}

func TestWhoWroteBeforeAGapIsToldOnce(t *testing.T) {
	d := newDesk(t, "2026-11-24 01:00")
	if said := d.listens(); said != nil {
		t.Fatalf("at the first start: %+v", said)
	}
	d.text("cust002", "有效期多久") // an hour and ten minutes before the gap
	d.at("2026-11-24 02:05")
	d.text("cust001", "有效期多久")
	d.text("cust003", "how long is it valid?")
	d.hear(bot.Message{Conversation: "g1", Group: "g1", Mentioned: true, Kind: bot.KindText, Text: "在吗", Sender: bot.Person{StaffID: "cust001", Name: "陈晓"}})
	d.at("2026-11-24 02:10")
	d.listens()
	d.at("2026-11-24 02:14")
	heard := map[bot.Recipient]string{}
	for _, o := range d.listens() {
		if heard[o.To] != "" {
			t.Errorf("%s is told twice", o.To)
		}
		heard[o.To] = o.Text
	}
	if len(heard) != 3 || !strings.Contains(heard[customer], "02:10–02:14") || !strings.Contains(heard["group:g1"], "02:10–02:14") ||
		!strings.Contains(heard["user:cust003"], "I was away 02:10–02:14") {
		t.Errorf("%q", heard)
	}
	d.now = d.now.Add(5 * time.Second)
	if said := d.listens(); len(said) != 0 {
		t.Errorf("told again: %+v", said)
	}
}

func TestAShortGapAndALongOneAreNotTold(t *testing.T) {
	for name, silent := range map[string]time.Duration{"a restart": 55 * time.Second, "a holiday": 25 * time.Hour} {
		d := newDesk(t, "2026-11-24 02:10")
		d.text("cust001", "有效期多久")
		d.listens()
		d.now = d.now.Add(silent)
		if said := d.listens(); len(said) != 0 {
			t.Errorf("%s: %+v", name, said)
		}
	}
}

func TestWhoWroteAgainSinceIsNotTold(t *testing.T) {
	d := newDesk(t, "2026-11-24 02:10")
	d.text("cust001", "有效期多久")
	d.listens()
	d.at("2026-11-24 02:20")
	c, _, err := d.handler.Present(t.Context(), d.now)
	if err != nil || len(c.Set) != 1 {
		t.Fatal(c, err)
	}
	d.take(c)
	d.now = d.now.Add(time.Minute)
	d.text("cust001", "有效期多久")
	fired := &commits{desk: d}
	if err := handlers.NewDeadlines(d.handler, fired).Fire(t.Context(), scheduler.Claimed{Deadline: c.Set[0]}, d.now); err != nil || len(fired.said) != 0 {
		t.Errorf("%+v %v", fired.said, err)
	}
}

func TestTheListOfWhoWroteLatelyStaysShort(t *testing.T) {
	d := newDesk(t, "2026-11-24 02:10")
	d.text("cust001", "有效期多久")
	d.at("2026-11-26 02:10")
	d.listens()
	if ids, _ := d.store.Index(t.Context(), handlers.IndexTalks, 0, 1e12, 10); len(ids) != 0 {
		t.Errorf("%v", ids)
	}
}

func TestAGapThatCannotBeReadIsAnError(t *testing.T) {
	d := newDesk(t, "2026-11-24 02:10")
	c := scheduler.Claimed{Deadline: scheduler.Deadline{ID: "job.away|1", Kind: handlers.KindAway, Data: json.RawMessage(`[`)}}
	if err := handlers.NewDeadlines(d.handler, &commits{desk: d}).Fire(t.Context(), c, d.now); err == nil {
		t.Error("no error")
	}
}
