package engagement_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"guanjia/engagement"
	"guanjia/scheduler"
)

func beijing() *time.Location { return time.FixedZone("CST", 8*3600) }

func at(t *testing.T, clock string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", clock, beijing())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const day = 24 * time.Hour

func terms() engagement.Terms {
	return engagement.Terms{
		Service: engagement.Service{
			ResponsePeriod: 5 * day, Validity: 15 * day, FirstContactWithin: 30 * time.Minute, AcceptWithin: 15 * time.Minute, Count: "civil",
		},
		Reminders: engagement.Reminders{
			Response: []time.Duration{48 * time.Hour, 24 * time.Hour, 4 * time.Hour}, Validity: []time.Duration{72 * time.Hour, 24 * time.Hour}, Quiet: "22:00-08:00",
		},
		Driver: engagement.DriverScene, BindingCode: "K7M2QX",
	}
}

func purchase(now time.Time) engagement.Purchase {
	return engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: "order-1", Product: engagement.Emergency, PurchasedAt: now, Company: "示例科技",
		Contacts: []engagement.Contact{{Name: "陈经理", Mobile: "+86 138-0000-0000"}}, Delivery: "msg_1", Source: "webhook",
	}
}

// world plays a case: deadlines fire when they are due, and what is said is kept.
type world struct {
	t     testing.TB
	now   time.Time
	c     *engagement.Case
	due   map[string]scheduler.Deadline
	heard []said
	calls []engagement.Call
}

type said struct {
	at time.Time
	engagement.Notice
}

func newWorld(tb testing.TB, now time.Time, terms engagement.Terms, p engagement.Purchase) *world {
	tb.Helper()
	w := &world{t: tb, now: now, due: map[string]scheduler.Deadline{}}
	if err := p.Validate(terms.Service, now); err != nil {
		tb.Fatal(err)
	}
	c, e := engagement.New("C3", p, terms, now)
	w.c = c
	w.take(e)
	return w
}

func (w *world) take(e engagement.Effects) {
	for _, id := range e.Clear {
		delete(w.due, id)
	}
	for _, d := range e.Set {
		w.due[d.ID] = d
	}
	for _, n := range e.Say {
		w.heard = append(w.heard, said{w.now, n})
	}
	w.calls = append(w.calls, e.Calls...)
	w.reload()
	for _, d := range w.c.Needs(w.now) {
		if got, ok := w.due[d.ID]; !ok || got.Run != d.Run {
			w.t.Errorf("at %s it needs %+v, and has %+v", w.now, d, got)
		}
	}
}

// reload stores and loads the case, as happens between any two events.
func (w *world) reload() {
	w.t.Helper()
	body, err := json.Marshal(w.c.Stored())
	if err != nil {
		w.t.Fatal(err)
	}
	w.c = read(w.t, body, w.c)
}

// read reads a case as a document holds it, with the id and the terms of another.
func read(tb testing.TB, body []byte, like *engagement.Case) *engagement.Case {
	tb.Helper()
	c := &engagement.Case{ID: like.ID}
	form := c.Stored()
	if err := json.Unmarshal(body, form); err != nil {
		tb.Fatal(err)
	}
	c.Restore(form)
	c.Under(engagement.Terms{Service: like.Service, Reminders: like.Reminders})
	return c
}

// until fires everything that is due up to a moment, in order.
func (w *world) until(end time.Time) {
	w.t.Helper()
	for range 10_000 {
		first := scheduler.Deadline{Due: end.Add(1)}
		for _, d := range w.due {
			if d.Kind != engagement.KindRoom && d.Due.Before(first.Due) {
				first = d
			}
		}
		if first.ID == "" {
			w.now = end
			return
		}
		w.now = later(w.now, first.Due.In(w.now.Location()))
		delete(w.due, first.ID)
		w.take(w.c.Due(first, w.now))
	}
	w.t.Fatal("deadlines without end")
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (w *world) do(e engagement.Effects, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	w.take(e)
}

func (w *world) report(id string) *engagement.Incident {
	w.t.Helper()
	i, e, err := w.c.OpenNew(id, engagement.Report{Class: "harmful-program", Urgent: true, By: "陈经理"}, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.take(e)
	return i
}

// told lists when an audience heard of topics, as text.
func (w *world) told(to engagement.Audience, topics ...engagement.Topic) []string {
	var out []string
	for _, s := range w.heard {
		for _, topic := range topics {
			if s.To == to && s.Topic == topic {
				line := s.at.Format("01-02 15:04")
				if s.Before > 0 {
					line += " -" + s.Before.String()
				}
				out = append(out, line)
			}
		}
	}
	return out
}

func refused(t *testing.T, err error, why engagement.Why) {
	t.Helper()
	if r := refusal(t, err, why); r.Subject == "" {
		t.Error("the refusal does not say what it is about")
	}
}

func refusal(t *testing.T, err error, why engagement.Why) *engagement.Refusal {
	t.Helper()
	r, ok := errors.AsType[*engagement.Refusal](err)
	if !ok || r.Why != why {
		t.Fatalf("refused with %v, want %s", err, why)
	}
	return r
}
