package engagement_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guanjia/engagement"
)

// drawTerms draws a service and reminders of any shape.
func drawTerms(rt *rapid.T) engagement.Terms {
	tm := terms()
	tm.Service.Count = rapid.SampledFrom([]string{"civil", "exact"}).Draw(rt, "count")
	tm.Service.ResponsePeriod = time.Duration(rapid.IntRange(1, 10).Draw(rt, "response")) * day
	tm.Service.Validity = time.Duration(rapid.IntRange(1, 40).Draw(rt, "validity")) * day
	if tm.Service.Count == "exact" {
		tm.Service.ResponsePeriod = time.Duration(rapid.IntRange(1, 20_000*60).Draw(rt, "response seconds")) * time.Second
	}
	hours := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) time.Duration {
		unit := rapid.SampledFrom([]time.Duration{time.Hour, time.Minute, time.Second}).Draw(rt, "unit")
		return time.Duration(rapid.IntRange(1, 120).Draw(rt, "before")) * unit
	}), 0, 5)
	tm.Reminders = engagement.Reminders{
		Response: hours.Draw(rt, "response reminders"), Validity: hours.Draw(rt, "validity reminders"),
		Quiet: rapid.SampledFrom([]string{"", "22:00-08:00", "00:00-07:30", "12:00-14:00", "23:00-24:00", "20:15-20:45"}).Draw(rt, "quiet"),
	}
	return tm
}

func isQuiet(tm engagement.Terms, t time.Time) bool {
	from, to := 0, 0
	if n, _ := fmt.Sscanf(tm.Reminders.Quiet, "%d:%d-%d:%d", &from, new(int), &to, new(int)); n == 0 {
		return false
	}
	var fm, tmn int
	_, _ = fmt.Sscanf(tm.Reminders.Quiet, "%d:%d-%d:%d", &from, &fm, &to, &tmn)
	m, a, b := t.Hour()*60+t.Minute(), from*60+fm, (to*60+tmn)%(24*60)
	if a < b {
		return m >= a && m < b
	}
	return m >= a || m < b
}

func drawStart(rt *rapid.T) time.Time {
	return time.Date(2027, 1, 1, 0, 0, 0, 0, beijing()).Add(time.Duration(rapid.IntRange(0, 60*60*24*400).Draw(rt, "start")) * time.Second)
}

// clockTopics are the reminders and the end of a clock.
func clockTopics(incident bool) []engagement.Topic {
	if incident {
		return []engagement.Topic{engagement.TopicResponse, engagement.TopicResponseEnd}
	}
	return []engagement.Topic{engagement.TopicValidity, engagement.TopicValidityEnd}
}

// checkTold looks at what an audience heard of one clock: the end once for each
// end there was at most, reminders of one end once, in order and one at a time,
// none after it.
func checkTold(rt *rapid.T, w *world, to engagement.Audience, incident bool) {
	type key struct {
		end    time.Time
		before time.Duration
	}
	seen := map[key]bool{}
	last := map[time.Time]time.Duration{}
	moment := time.Time{} // of the last reminder
	for _, s := range w.heard {
		if s.To != to || !slices.Contains(clockTopics(incident), s.Topic) {
			continue
		}
		k := key{s.At.UTC(), s.Before}
		if seen[k] {
			rt.Errorf("%s heard %s -%v of %s twice", to, s.Topic, s.Before, s.At)
		}
		seen[k] = true
		if before, ok := last[k.end]; ok && s.Before >= before {
			rt.Errorf("%s heard -%v after -%v", to, s.Before, before)
		}
		last[k.end] = s.Before
		if s.Before > 0 && s.at.Equal(moment) {
			rt.Errorf("%s heard the same twice at %s", to, moment)
		}
		if s.Before > 0 {
			moment = s.at
		}
		if s.Before > 0 && !s.at.Before(s.At) {
			rt.Errorf("%s was reminded at %s of what ended %s", to, s.at, s.At)
		}
	}
}

func TestEveryReminderOnceInOrderAndNeverAtNight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tm, start := drawTerms(rt), drawStart(rt)
		w := newWorld(t, start, tm, purchase(start))
		w.report("I1")
		w.do(w.c.Accept("I1", "li", "李工", w.now))
		for n := range rapid.IntRange(0, 8).Draw(rt, "steps") {
			w.until(w.now.Add(time.Duration(rapid.IntRange(0, 60*60*24*4).Draw(rt, "wait")) * time.Second))
			d := time.Duration(rapid.IntRange(1, 4).Draw(rt, "days")) * day
			from := len(w.heard)
			var e engagement.Effects
			switch rapid.IntRange(0, 4).Draw(rt, "act") {
			case 0:
				e, _ = w.c.Pause("I1", "李工", "x", w.now)
			case 1:
				e, _ = w.c.Resume("I1", "李工", w.now)
			case 2:
				e, _ = w.c.ExtendResponse("I1", "周经理", d, "x", w.now)
			case 3:
				e, _ = w.c.Extend("周经理", d, "x", w.now)
			case 4:
				e, _ = w.c.Renew(engagement.Purchase{Delivery: fmt.Sprint(n)}, w.now)
			}
			w.take(e)
			for _, s := range w.heard[from:] { // what somebody just did is told at once
				if slices.Contains(clockTopics(true), s.Topic) || slices.Contains(clockTopics(false), s.Topic) {
					rt.Errorf("%s said by a command", s.Topic)
				}
			}
		}
		e, _ := w.c.Resume("I1", "李工", w.now)
		w.take(e)
		w.until(w.now.Add(400 * day))
		for _, to := range []engagement.Audience{engagement.ToChannel, engagement.ToExpert} {
			checkTold(rt, w, to, true)
			checkTold(rt, w, to, false)
		}
		ends := map[engagement.Topic]time.Time{engagement.TopicResponseEnd: w.c.Incident("I1").Response.End, engagement.TopicValidityEnd: w.c.Validity.End}
		for topic, end := range ends {
			for _, to := range []engagement.Audience{engagement.ToChannel, engagement.ToExpert} {
				if !slices.ContainsFunc(w.heard, func(s said) bool { return s.To == to && s.Topic == topic && s.At.Equal(end) }) {
					rt.Errorf("%s never heard of the %s at %s", to, topic, end)
				}
			}
		}
		for _, s := range w.heard {
			clock := slices.Contains(clockTopics(true), s.Topic) || slices.Contains(clockTopics(false), s.Topic)
			if s.To == engagement.ToChannel && clock && isQuiet(tm, s.at.In(beijing())) {
				rt.Errorf("the customer heard %s at %s, in %s", s.Topic, s.at, tm.Reminders.Quiet)
			}
		}
		if len(w.due) > 3 { // the channel, and what is re-armed until somebody acts
			rt.Errorf("left over: %v", w.due)
		}
	})
}

func TestCaseNeverPanicsAndItsStatesStaySound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tm, start := drawTerms(rt), drawStart(rt)
		w := newWorld(t, start, tm, purchase(start))
		made := 0
		for n := range rapid.IntRange(0, 30).Draw(rt, "steps") {
			w.until(w.now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "wait")) * time.Minute))
			id := fmt.Sprint("I", rapid.IntRange(0, made+1).Draw(rt, "incident"))
			w.take(act(w, rt, id, n, &made))
			checkSound(rt, w)
		}
	})
}

// act does anything that anybody may type; what is refused must change nothing.
func act(w *world, rt *rapid.T, id string, n int, made *int) engagement.Effects {
	d := time.Duration(rapid.IntRange(-3, 5).Draw(rt, "days")) * day
	acts := []func() (engagement.Effects, error){
		func() (engagement.Effects, error) { return w.c.Contacted("li", "李工", w.now) },
		func() (engagement.Effects, error) { return w.c.Accept(id, "li", "李工", w.now) },
		func() (engagement.Effects, error) { return w.c.Reject(id, "li", "李工", "x", w.now) },
		func() (engagement.Effects, error) { return w.c.Update(id, "李工", "x", w.now) },
		func() (engagement.Effects, error) { return w.c.Deliver(id, "李工", "https://r.example/1", w.now) },
		func() (engagement.Effects, error) { return w.c.Resolve(id, "li", "李工", w.now) },
		func() (engagement.Effects, error) { return w.c.Reopen(id, "李工", w.now) },
		func() (engagement.Effects, error) { return w.c.Pause(id, "李工", "x", w.now) },
		func() (engagement.Effects, error) { return w.c.Resume(id, "李工", w.now) },
		func() (engagement.Effects, error) { return w.c.ExtendResponse(id, "周经理", d, "x", w.now) },
		func() (engagement.Effects, error) { return w.c.Extend("周经理", d, "x", w.now) },
		func() (engagement.Effects, error) {
			return w.c.Renew(engagement.Purchase{Delivery: fmt.Sprint(n)}, w.now)
		},
		func() (engagement.Effects, error) {
			if n < 20 {
				return engagement.Effects{}, nil
			}
			return w.c.Cancel(engagement.Purchase{Delivery: fmt.Sprint(n)}, w.now), nil
		},
		func() (engagement.Effects, error) {
			if i := w.c.OpenIncident(w.now); i != nil {
				return w.c.Add(i, engagement.Report{}), nil
			}
			*made++
			_, e, err := w.c.OpenNew(fmt.Sprint("I", *made), engagement.Report{Class: "network-attack"}, w.now)
			return e, err
		},
	}
	before := w.c.Listing(beijing())
	e, err := acts[rapid.IntRange(0, len(acts)-1).Draw(rt, "act")]()
	if err != nil {
		if len(e.Say)+len(e.Set)+len(e.Clear)+len(e.Calls)+len(e.Log) > 0 {
			rt.Errorf("refused with %v, and yet %+v", err, e)
		}
		if after := w.c.Listing(beijing()); fmt.Sprint(after.State, after.Incidents) != fmt.Sprint(before.State, before.Incidents) && len(after.Incidents) == len(before.Incidents) {
			for n := range after.Incidents {
				if after.Incidents[n].State != before.Incidents[n].State {
					rt.Errorf("refused with %v, and yet %+v", err, after.Incidents[n])
				}
			}
		}
	}
	return e
}

func checkSound(rt *rapid.T, w *world) {
	open := 0
	for _, i := range w.c.Incidents {
		if i.State == engagement.Accepted && i.Response.End.IsZero() || i.State == engagement.Rejected && !i.AcceptedAt.IsZero() {
			rt.Errorf("unsound: %+v", i)
		}
		if i.Open(w.now) {
			open++
		}
		_, set := w.due[engagement.KindResponse+"|"+i.ID]
		runs := i.State == engagement.Accepted && i.Response.PausedAt.IsZero() && w.now.Before(i.Response.End) && w.c.State != engagement.Cancelled
		if runs && !set {
			rt.Errorf("the response period of %s runs without a deadline", i.ID)
		}
	}
	if w.c.State == engagement.Cancelled && len(w.due) > 0 {
		rt.Errorf("cancelled, and yet %v", w.due)
	}
	if w.c.State == engagement.Active && !w.now.Before(w.c.Validity.End) {
		rt.Errorf("active after %s", w.c.Validity.End)
	}
}
