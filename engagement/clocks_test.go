package engagement_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/engagement"
)

func TestBoughtOnTheFirstIsValidToTheEndOfTheSixteenth(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	if got, want := w.c.Validity.End, at(t, "2027-07-17 00:00"); !got.Equal(want) {
		t.Errorf("civil: %s, want %s", got, want)
	}
	exact := terms()
	exact.Service.Count = "exact"
	w = newWorld(t, now, exact, purchase(now))
	if got, want := w.c.Validity.End, at(t, "2027-07-16 10:30"); !got.Equal(want) {
		t.Errorf("exact: %s, want %s", got, want)
	}
}

func TestRemindersOfTheValidity(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	for name, tc := range map[string]struct {
		quiet           string
		customer, staff []string
	}{
		"quiet at night": {
			"22:00-08:00",
			[]string{"07-13 21:59 -72h0m0s", "07-15 21:59 -24h0m0s", "07-16 21:59"},
			[]string{"07-14 00:00 -72h0m0s", "07-16 00:00 -24h0m0s", "07-17 00:00"},
		},
		"never quiet": {
			"",
			[]string{"07-14 00:00 -72h0m0s", "07-16 00:00 -24h0m0s", "07-17 00:00"},
			[]string{"07-14 00:00 -72h0m0s", "07-16 00:00 -24h0m0s", "07-17 00:00"},
		},
		"quiet at noon": {
			"12:00-14:00",
			[]string{"07-14 00:00 -72h0m0s", "07-16 00:00 -24h0m0s", "07-17 00:00"},
			[]string{"07-14 00:00 -72h0m0s", "07-16 00:00 -24h0m0s", "07-17 00:00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			terms := terms()
			terms.Reminders.Quiet = tc.quiet
			w := newWorld(t, now, terms, purchase(now))
			w.do(w.c.Contacted("li", "李工", now))
			w.until(now.Add(40 * day))
			if d := cmp.Diff(tc.customer, w.told(engagement.ToChannel, engagement.TopicValidity, engagement.TopicValidityEnd)); d != "" {
				t.Errorf("customer:\n%s", d)
			}
			if d := cmp.Diff(tc.staff, w.told(engagement.ToExpert, engagement.TopicValidity, engagement.TopicValidityEnd)); d != "" {
				t.Errorf("staff:\n%s", d)
			}
			if w.c.State != engagement.Expired || len(w.due) > 1 {
				t.Errorf("the case is %s, with deadlines %v", w.c.State, w.due)
			}
		})
	}
}

func TestRemindersThatArePastWhenAClockStartsAreLeftOut(t *testing.T) {
	bought := at(t, "2027-07-01 10:30")
	w := newWorld(t, at(t, "2027-07-15 09:00"), terms(), purchase(bought))
	w.until(bought.Add(20 * day))
	if d := cmp.Diff([]string{"07-15 21:59 -24h0m0s", "07-16 21:59"}, w.told(engagement.ToChannel, engagement.TopicValidity, engagement.TopicValidityEnd)); d != "" {
		t.Error(d)
	}
}

func TestOnlyWhatFallsIntoTheQuietHoursMovesToTheMinuteBefore(t *testing.T) {
	for name, tc := range map[string]struct {
		accepted string
		customer []string
	}{
		"a reminder in the minute before keeps its time": {"07-01 21:57:00", []string{"21:58:50 -1m40s", "21:59:30 -1m0s", "21:59:30"}},
		"what moves goes to that minute's beginning":     {"07-01 21:58:20", []string{"21:59:00 -1m0s", "21:59:00"}},
		"accepted in the minute before: the end at once": {"07-01 21:59:20", []string{"21:59:20"}},
		"accepted in the quiet hours: the end after it":  {"07-01 22:00:00", []string{"08:00:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			tm := terms()
			tm.Service.Count, tm.Service.ResponsePeriod = "exact", 3*time.Minute+30*time.Second
			tm.Reminders.Response = []time.Duration{100 * time.Second, time.Minute}
			start, err := time.ParseInLocation("2006-01-02 15:04:05", "2027-"+tc.accepted, beijing())
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, start, tm, purchase(start))
			w.report("I5")
			w.do(w.c.Accept("I5", "li", "李工", w.now))
			w.until(start.Add(12 * time.Hour))
			var got []string
			for _, s := range w.heard {
				if s.To != engagement.ToChannel || s.Topic != engagement.TopicResponse && s.Topic != engagement.TopicResponseEnd {
					continue
				}
				line := s.at.Format(time.TimeOnly)
				if s.Before > 0 {
					line += " -" + s.Before.String()
				}
				got = append(got, line)
			}
			if d := cmp.Diff(tc.customer, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAfterAnOutageTheLastReminderIsEnough(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.now = at(t, "2027-07-06 21:00") // nothing ran for days
	w.until(at(t, "2027-07-08 00:00"))
	for _, to := range []engagement.Audience{engagement.ToChannel, engagement.ToExpert} {
		if d := cmp.Diff([]string{"07-06 21:00 -4h0m0s"}, w.told(to, engagement.TopicResponse)); d != "" {
			t.Errorf("%s: %s", to, d)
		}
	}
}

func TestResponseIsRemindedOfAndEndsWithAWordToTheManager(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	if got, want := w.c.Incident("I5").Response.End, at(t, "2027-07-07 00:00"); !got.Equal(want) {
		t.Errorf("ends %s, want %s", got, want)
	}
	w.until(at(t, "2027-07-08 00:00"))
	customer := w.told(engagement.ToChannel, engagement.TopicResponse, engagement.TopicResponseEnd)
	if d := cmp.Diff([]string{"07-04 21:59 -48h0m0s", "07-05 21:59 -24h0m0s", "07-06 20:00 -4h0m0s", "07-06 21:59"}, customer); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"07-07 00:00"}, w.told(engagement.ToManagers, engagement.TopicNoReport)); d != "" {
		t.Error(d)
	}
}

func TestManagerHearsNothingOfAResponseThatEndsWithAReport(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.do(w.c.Deliver("I5", "李工", "https://example.com/r.pdf", w.now))
	w.until(at(t, "2027-07-08 00:00"))
	if got := w.told(engagement.ToManagers, engagement.TopicNoReport); got != nil {
		t.Error(got)
	}
	if got := w.told(engagement.ToExpert, engagement.TopicResponseEnd); len(got) != 1 {
		t.Errorf("the end is announced %v", got)
	}
}

func TestPauseShiftsAllThatRemains(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(at(t, "2027-07-05 09:00")) // two days left, the first reminder was said
	w.do(w.c.Pause("I5", "李工", "等客户日志", w.now))
	w.until(at(t, "2027-07-08 21:00"))
	w.do(w.c.Resume("I5", "李工", w.now))
	if got, want := w.c.Incident("I5").Response.End, at(t, "2027-07-10 12:00"); !got.Equal(want) {
		t.Errorf("ends %s, want %s", got, want)
	}
	w.until(at(t, "2027-07-12 00:00"))
	customer := w.told(engagement.ToChannel, engagement.TopicResponse, engagement.TopicResponseEnd)
	if d := cmp.Diff([]string{"07-04 21:59 -48h0m0s", "07-09 12:00 -24h0m0s", "07-10 08:00 -4h0m0s", "07-10 12:00"}, customer); d != "" {
		t.Error(d)
	}
	staff := w.told(engagement.ToExpert, engagement.TopicResponse, engagement.TopicResponseEnd)
	if d := cmp.Diff([]string{"07-05 00:00 -48h0m0s", "07-09 12:00 -24h0m0s", "07-10 08:00 -4h0m0s", "07-10 12:00"}, staff); d != "" {
		t.Error(d)
	}
}

func TestEndThatWasAnnouncedBeforeAPauseIsAnnouncedAnew(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(at(t, "2027-07-06 22:30")) // the customer knows that it ends at 24:00
	w.do(w.c.Pause("I5", "李工", "等客户日志", w.now))
	w.until(at(t, "2027-07-07 09:00"))
	w.do(w.c.Resume("I5", "李工", w.now))
	w.until(at(t, "2027-07-08 09:00"))
	if d := cmp.Diff([]string{"07-06 21:59", "07-07 10:30"}, w.told(engagement.ToChannel, engagement.TopicResponseEnd)); d != "" {
		t.Error(d)
	}
}

func TestExtensionDuringAPauseCountsFromThePause(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(at(t, "2027-07-05 09:00"))
	w.do(w.c.Pause("I5", "李工", "等客户日志", w.now))
	w.until(at(t, "2027-07-12 09:00"))
	w.do(w.c.ExtendResponse("I5", "周经理", day, "等得久", w.now))
	w.until(at(t, "2027-07-12 10:00"))
	w.do(w.c.Resume("I5", "李工", w.now))
	w.until(at(t, "2027-07-20 09:00"))
	staff := w.told(engagement.ToExpert, engagement.TopicResponse)
	if d := cmp.Diff([]string{"07-05 00:00 -48h0m0s", "07-13 01:00 -48h0m0s", "07-14 01:00 -24h0m0s", "07-14 21:00 -4h0m0s"}, staff); d != "" {
		t.Error(d)
	}
}

func TestExtensionSaysAgainWhatLiesAheadOnceMore(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.do(w.c.Contacted("li", "李工", now))
	w.until(at(t, "2027-07-15 12:00")) // 72 h and, to the staff, nothing else yet
	w.do(w.c.Extend("周经理", 3*day, "客户申请", w.now))
	if got, want := w.c.Validity.End, at(t, "2027-07-20 00:00"); !got.Equal(want) {
		t.Errorf("ends %s, want %s", got, want)
	}
	w.until(at(t, "2027-07-25 00:00"))
	want := []string{"07-13 21:59 -72h0m0s", "07-16 21:59 -72h0m0s", "07-18 21:59 -24h0m0s", "07-19 21:59"}
	if d := cmp.Diff(want, w.told(engagement.ToChannel, engagement.TopicValidity, engagement.TopicValidityEnd)); d != "" {
		t.Error(d)
	}
}

func TestRenewalEndsAtTheLaterOfEndAndNowPlusTheValidity(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	for name, tc := range map[string]struct{ when, end string }{
		"within":  {"2027-07-10 10:00", "2027-08-01 00:00"},
		"expired": {"2027-07-20 10:00", "2027-08-05 00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, now, terms(), purchase(now))
			w.until(at(t, tc.when))
			p := engagement.Purchase{Type: engagement.PurchaseRenewed, OrderID: "order-1", Delivery: "msg_2"}
			w.do(w.c.Renew(p, w.now))
			w.do(w.c.Renew(p, w.now)) // the same delivery again
			if got, want := w.c.Validity.End, at(t, tc.end); !got.Equal(want) || w.c.State != engagement.Active {
				t.Errorf("%s, ends %s, want %s", w.c.State, got, want)
			}
		})
	}
}

func TestResponseRunsItsFullLengthAcrossTheEndOfTheValidity(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.until(at(t, "2027-07-16 23:00"))
	w.report("I5")
	w.until(at(t, "2027-07-17 00:05"))
	if w.c.State != engagement.Expired {
		t.Errorf("the case is %s", w.c.State)
	}
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	if got, want := w.c.Incident("I5").Response.End, at(t, "2027-07-23 00:00"); !got.Equal(want) {
		t.Errorf("ends %s, want %s", got, want)
	}
	w.until(at(t, "2027-07-20 09:00"))
	if w.c.OpenIncident(w.now) == nil {
		t.Error("a further report would not be added")
	}
	w.until(at(t, "2027-07-24 00:00"))
	if w.c.OpenIncident(w.now) != nil {
		t.Error("open after its response period")
	}
	refused(t, w.c.MayReport(w.now), engagement.WhyExpired)
}

func TestCancellingStopsClocksAndReminders(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.take(w.c.Cancel(engagement.Purchase{Type: engagement.PurchaseCancelled, Delivery: "msg_3"}, w.now))
	if len(w.due) != 0 {
		t.Errorf("left: %v", w.due)
	}
	n := len(w.heard)
	w.until(now.Add(30 * day))
	if len(w.heard) != n {
		t.Errorf("heard afterwards: %v", w.heard[n:])
	}
	_, err := w.c.Renew(engagement.Purchase{Type: engagement.PurchaseRenewed, Delivery: "msg_4"}, w.now)
	refused(t, err, engagement.WhyCancelled)
	refused(t, w.c.MayReport(w.now), engagement.WhyCancelled)
	_, err = w.c.Resolve("I5", "li", "李工", w.now)
	refused(t, err, engagement.WhyCancelled)
}

func TestFirstContactWarnsTwiceAndThenCallsTheLadder(t *testing.T) {
	now := at(t, "2027-07-01 03:00") // around the clock
	w := newWorld(t, now, terms(), purchase(now))
	w.until(now.Add(29 * time.Minute))
	if d := cmp.Diff([]string{"07-01 03:15 -15m0s", "07-01 03:22 -7m30s"}, w.told(engagement.ToFirst, engagement.TopicContactWarning)); d != "" {
		t.Error(d)
	}
	if len(w.calls) != 0 {
		t.Errorf("called early: %v", w.calls)
	}
	w.until(now.Add(30 * time.Minute))
	if d := cmp.Diff([]engagement.Call{{Do: engagement.CallOpen, Subject: "C3", Urgent: true}}, w.calls); d != "" {
		t.Error(d)
	}
	w.do(w.c.Contacted("li", "李工", w.now))
	r := refusal(t, second(w.c.Contacted("wang", "王工", w.now.Add(time.Minute))), engagement.WhyContacted)
	if r.By != "李工" || !r.At.Equal(w.now) {
		t.Errorf("told %+v", r)
	}
}

func second(_ engagement.Effects, err error) error { return err }

func TestContactedInTimeCallsNobody(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.do(w.c.Contacted("li", "李工", now.Add(time.Minute)))
	w.until(now.Add(2 * time.Hour))
	for _, c := range w.calls {
		if c.Do == engagement.CallOpen {
			t.Error("the ladder was called")
		}
	}
	if got := w.told(engagement.ToFirst, engagement.TopicContactWarning); got != nil {
		t.Error(got)
	}
}

func TestUnacceptedIncidentPagesTheNextStep(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.do(w.c.Contacted("li", "李工", now))
	w.calls = nil
	w.report("I5")
	w.until(now.Add(16 * time.Minute))
	want := []engagement.Call{{Do: engagement.CallOpen, Subject: "I5", Urgent: true}, {Do: engagement.CallNext, Subject: "I5", Urgent: true}}
	if d := cmp.Diff(want, w.calls); d != "" {
		t.Error(d)
	}
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(now.Add(2 * time.Hour))
	if got := w.calls[len(w.calls)-1]; got.Do != engagement.CallAck || got.Member != "li" || len(w.calls) != 3 {
		t.Errorf("last call %+v", got)
	}
}

func TestExpertIsRemindedOfASilentCustomerOutsideQuietHours(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(at(t, "2027-07-01 13:00"))
	w.do(w.c.Update("I5", "李工", "正在排查", w.now))
	w.until(at(t, "2027-07-02 09:00"))
	if d := cmp.Diff([]string{"07-01 17:00", "07-01 21:00", "07-02 08:00"}, w.told(engagement.ToExpert, engagement.TopicUpdateDue)); d != "" {
		t.Error(d)
	}
}

func TestProfessionalEditionIsNudgedUntilDone(t *testing.T) {
	now := at(t, "2027-07-01 23:30")
	p := purchase(now)
	p.Product = engagement.Professional
	w := newWorld(t, now, terms(), p)
	if !w.c.Validity.End.IsZero() || w.c.Room.Driver != engagement.DriverNone {
		t.Errorf("it has clocks or a channel: %+v", w.c)
	}
	w.until(now.Add(30 * day))
	if d := cmp.Diff([]string{"07-02 21:59", "07-04 21:59"}, w.told(engagement.ToContacts, engagement.TopicChecklistNudge)); d != "" {
		t.Error(d)
	}
	w.do(w.c.ChecklistDone("陈经理", w.now))
	refused(t, second(w.c.ChecklistDone("陈经理", w.now)), engagement.WhyNoChecklist)
	refused(t, w.c.MayReport(w.now), engagement.WhyNoIncidents)
}

func TestPauseOfNoLengthChangesNothing(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", w.now))
	w.until(at(t, "2027-07-06 22:30")) // the customer knows that it ends at 24:00
	w.do(w.c.Pause("I5", "李工", "等客户日志", w.now))
	w.do(w.c.Resume("I5", "李工", w.now))
	w.until(at(t, "2027-07-08 09:00"))
	if d := cmp.Diff([]string{"07-06 21:59"}, w.told(engagement.ToChannel, engagement.TopicResponseEnd)); d != "" {
		t.Error(d)
	}
}

func TestNobodyIsCalledForTheFirstContactOfACaseThatIsOver(t *testing.T) {
	for name, contacted := range map[string]bool{"nobody telephoned": false, "somebody did": true} {
		start := time.Date(2027, 7, 1, 10, 0, 0, 0, beijing())
		w := newWorld(t, start, terms(), purchase(start))
		if contacted {
			e, err := w.c.Contacted("li", "李工", w.now)
			if err != nil {
				t.Fatal(err)
			}
			w.take(e)
		}
		w.calls = nil
		w.until(start.AddDate(0, 0, 20))
		ended := slices.ContainsFunc(w.calls, func(c engagement.Call) bool { return c.Do == engagement.CallEnd && c.Subject == w.c.ID })
		if w.c.State != engagement.Expired || ended == contacted {
			t.Errorf("%s: %s, ended %v", name, w.c.State, ended)
		}
	}
}

func TestAClockThatIsPutBackDelaysNeitherTheFirstContactNorTheAcceptance(t *testing.T) {
	now := at(t, "2027-07-01 03:00")
	w := newWorld(t, now, terms(), purchase(now))
	w.report("I1")
	w.now = now.Add(-time.Hour)
	for id, d := range w.due { // as the store does when it sees the step
		if d.Wait > 0 {
			d.Due = w.now.Add(d.Wait)
			w.due[id] = d
		}
	}
	w.calls = nil
	w.until(w.now.Add(15 * time.Minute))
	if d := cmp.Diff([]engagement.Call{{Do: engagement.CallNext, Subject: "I1", Urgent: true}}, w.calls); d != "" {
		t.Error(d)
	}
	w.until(w.now.Add(15 * time.Minute))
	if first := (engagement.Call{Do: engagement.CallOpen, Subject: "C3", Urgent: true}); !slices.Contains(w.calls, first) || len(w.calls) != 3 {
		t.Errorf("%+v", w.calls)
	}
}
