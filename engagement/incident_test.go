package engagement_test

import (
	"testing"

	"guanjia/engagement"
)

func TestIncidentGoesItsWay(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	refused(t, second(w.c.Resolve("I5", "li", "李工", w.now)), engagement.WhyNotAccepted)
	refused(t, second(w.c.Pause("I5", "李工", "x", w.now)), engagement.WhyNotAccepted)
	refused(t, second(w.c.Deliver("I5", "李工", "https://x.example/1", w.now)), engagement.WhyNotAccepted)
	refused(t, second(w.c.Accept("I9", "li", "李工", w.now)), engagement.WhyUnknown)
	refused(t, second(w.c.Reopen("I5", "李工", w.now)), engagement.WhyNotResolved)
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	if r := refusal(t, second(w.c.Accept("I5", "wang", "王工", w.now)), engagement.WhyAccepted); r.By != "李工" {
		t.Errorf("told %+v", r)
	}
	refused(t, second(w.c.Reject("I5", "li", "李工", "误报", w.now)), engagement.WhyAccepted)
	refused(t, second(w.c.Resume("I5", "李工", w.now)), engagement.WhyNotPaused)
	refused(t, second(w.c.Deliver("I5", "李工", "javascript:alert(1)", w.now)), engagement.WhyBadReport)
	w.do(w.c.Pause("I5", "李工", "等日志", w.now))
	refused(t, second(w.c.Pause("I5", "李工", "等日志", w.now)), engagement.WhyPaused)
	w.do(w.c.Resolve("I5", "li", "李工", w.now))
	refused(t, second(w.c.Resolve("I5", "li", "李工", w.now)), engagement.WhyResolved)
	w.do(w.c.Reopen("I5", "李工", w.now))
	if i := w.c.Incident("I5"); i.State != engagement.Accepted || !i.Response.PausedAt.IsZero() {
		t.Errorf("reopened as %+v", i)
	}
	w.until(now.Add(7 * day))
	w.do(w.c.Resolve("I5", "li", "李工", w.now))
	refused(t, second(w.c.Reopen("I5", "李工", w.now)), engagement.WhyResponseOver)
}

func TestRejectedIncidentHasNoResponsePeriodAndCanBeReopened(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Reject("I5", "li", "李工", "演练", w.now))
	if i := w.c.Incident("I5"); i.State != engagement.Rejected || !i.Response.End.IsZero() {
		t.Errorf("%+v", i)
	}
	w.do(w.c.Reopen("I5", "李工", w.now))
	if i := w.c.Incident("I5"); i.State != engagement.Reported {
		t.Errorf("%+v", i)
	}
}

func TestFurtherReportsAndRecurrences(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	if i := w.c.OpenIncident(w.now); i == nil || i.ID != "I5" {
		t.Fatal("a report while I5 waits is not added to it")
	}
	w.take(w.c.Add(w.c.OpenIncident(w.now), engagement.Report{Class: "network-attack", By: "陈经理"}))
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.do(w.c.Pause("I5", "李工", "等日志", w.now))
	w.until(now.Add(10 * day))
	if i := w.c.OpenIncident(w.now); i == nil || i.Further != 1 {
		t.Fatal("a report during a pause is not added")
	}
	w.do(w.c.Resolve("I5", "li", "李工", w.now))
	if w.c.OpenIncident(w.now) != nil {
		t.Fatal("open after 结案")
	}
	if i := w.report("I6"); i.Recurrence != "I5" {
		t.Errorf("I6 recurs %q", i.Recurrence)
	}
}

func TestRecurrenceAfterTheResponsePeriod(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(now.Add(6 * day))
	if i := w.report("I6"); i.Recurrence != "I5" {
		t.Errorf("I6 recurs %q", i.Recurrence)
	}
	refused(t, second(w.c.Pause("I5", "李工", "x", w.now)), engagement.WhyResponseOver)
	w.do(w.c.ExtendResponse("I5", "周经理", 2*day, "补充取证", w.now))
	if w.c.Incident("I5").Response.End.Before(w.now) {
		t.Error("not extended")
	}
	refused(t, second(w.c.ExtendResponse("I6", "周经理", 2*day, "", w.now)), engagement.WhyNotAccepted)
}

func TestPeopleOfACase(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	p := purchase(now)
	p.Contacts[0].UnionID = "union1"
	w := newWorld(t, now, terms(), p)
	if !w.c.Has("", "union1") || w.c.Has("") || w.c.Has("cust002") {
		t.Error("who belongs is wrong")
	}
	if !w.c.CodeIs(" k7m2qx ") || w.c.CodeIs("") || w.c.CodeIs("K7M2Q") {
		t.Error("the code is read wrong")
	}
	fresh, e := w.c.Bind("cust002", "小王")
	w.take(e)
	if again, _ := w.c.Bind("cust002", "小王"); !fresh || again || !w.c.Has("cust002") {
		t.Error("bound wrong")
	}
}
