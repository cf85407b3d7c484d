package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"guanjia/bot"
)

func outboxTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"pages go first":                                       (*suite).pagesFirst,
		"pages can be claimed alone":                           (*suite).pagesAlone,
		"a recipient's messages keep their order":              (*suite).outgoingOrder,
		"messages that may be merged come together":            (*suite).outgoingMerged,
		"a message is said once":                               (*suite).outgoingOnce,
		"a message that was not sent is tried again":           (*suite).outgoingRetried,
		"pages and messages of one recipient end apart":        (*suite).outgoingApart,
		"a dead replica's parcel is taken over":                (*suite).parcelTakenOver,
		"a delivery is reported where asked":                   (*suite).deliveryReported,
		"the merged ones are reported too, the rest stays":     (*suite).mergedReported,
		"loops of the process are woken by what concerns them": (*suite).woken,
		"the outbox is counted by priority":                    (*suite).parcelsCounted,
		"what waits behind a parcel comes with its end":        (*suite).nextParcel,
		"nobody goes on with small talk while a page waits":    (*suite).nextParcelYields,
		"a reply is leased for who is free to send it":         (*suite).replyHanded,
		"a reply whose sender died is taken over":              (*suite).replyHolderDies,
		"a reply that must wait is left to be claimed":         (*suite).replyLeft,
	}
}

func say(id string, to bot.Recipient, p bot.Priority) bot.Outgoing {
	return bot.Outgoing{ID: id, To: to, Priority: p, Text: "话 " + id}
}

func (s *suite) say(os ...bot.Outgoing) { s.Helper(); s.commit(bot.Change{Say: os}) }

func (s *suite) delivered(p bot.Parcel, ds ...bot.Delivery) {
	s.Helper()
	if _, err := s.a.Delivered(s.Context(), p, ds, day(), false); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) pagesFirst() {
	s.say(say("1", "user:u", bot.PriorityNormal), say("2", "user:v", bot.PriorityNormal))
	s.same(0, len(s.parcels(at(time.Second), 0))) // none leases none
	s.commit(bot.Change{Now: at(time.Second), Say: []bot.Outgoing{say("3", "user:w", bot.PriorityPage)}})
	s.same([]string{"3"}, ids(s.parcels(at(time.Second), 1)))
	ps := s.parcels(at(time.Second), 9)
	s.same([]string{"1", "2"}, ids(ps))
	s.same("话 1", ps[0].Outgoing.Text)
	if !ps[0].Outgoing.CreatedAt.Equal(day()) {
		s.Errorf("created at %v", ps[0].Outgoing.CreatedAt)
	}
}

func (s *suite) outgoingOrder() {
	s.say(say("1", "user:u", bot.PriorityNormal), say("2", "user:u", bot.PriorityNormal))
	s.say(say("3", "user:u", bot.PriorityNormal))
	for i := range 3 {
		ps := s.parcels(day(), 9)
		s.same([]string{fmt.Sprint(i + 1)}, ids(ps))
		s.delivered(ps[0], bot.Delivery{OK: true})
	}
	s.same([]string(nil), ids(s.parcels(at(time.Hour), 9)))
}

func (s *suite) outgoingMerged() {
	var all []bot.Outgoing
	for i := range 9 {
		o := say(fmt.Sprint(i), "group:g", bot.PriorityNormal)
		o.Mergeable = i != 8
		all = append(all, o)
	}
	s.say(all...)
	ps := s.parcels(day(), 9)
	s.same([]string{"0+1+2+3+4+5"}, ids(ps))
	s.delivered(ps[0], bot.Delivery{OK: true}, bot.Delivery{OK: true})
	ps = s.parcels(day(), 9)
	s.same([]string{"2+3+4+5+6+7"}, ids(ps))
	s.delivered(ps[0], make([]bot.Delivery, 6)...)
	s.same([]string{"8"}, ids(s.parcels(day(), 9)))
	if _, err := s.a.Delivered(s.Context(), ps[0], make([]bot.Delivery, 7), day(), false); err == nil {
		s.Error("more was delivered than was handed out")
	}
}

func (s *suite) pagesAlone() {
	s.say(say("word", "user:u", bot.PriorityNormal), say("page", "user:v", bot.PriorityPage))
	ps, _, err := s.a.ClaimParcels(s.Context(), day(), 9, bot.PriorityPage)
	s.must(err)
	s.same([]string{"page"}, ids(ps))
	s.delivered(ps[0], bot.Delivery{OK: true})
	if ps, next, err := s.a.ClaimParcels(s.Context(), day(), 9, bot.PriorityPage); len(ps) > 0 || !next.IsZero() || err != nil {
		s.Errorf("%v, next at %v, %v", ids(ps), next, err)
	}
	s.same([]string{"word"}, ids(s.parcels(day(), 9)))
}

func (s *suite) outgoingOnce() {
	o := say("1", "user:u", bot.PriorityNormal)
	s.say(o)
	s.say(o)
	ps := s.parcels(day(), 9)
	s.same([]string{"1"}, ids(ps))
	s.delivered(ps[0], bot.Delivery{OK: true})
	s.say(o, say("2", "user:u", bot.PriorityNormal))
	s.same([]string{"2"}, ids(s.parcels(day(), 9)))
}

func (s *suite) outgoingRetried() {
	s.say(say("1", "user:u", bot.PriorityNormal), say("2", "user:u", bot.PriorityNormal))
	p := s.parcels(day(), 9)[0]
	s.must(s.a.RetryParcel(s.Context(), p, at(time.Minute)))
	ps, next, err := s.a.ClaimParcels(s.Context(), at(time.Second), 9, bot.PriorityNormal)
	s.must(err)
	if len(ps) != 0 || !next.Equal(at(time.Minute)) {
		s.Errorf("%v, next at %v", ids(ps), next)
	}
	ps = s.parcels(at(time.Minute), 9)
	s.same([]string{"1"}, ids(ps))
	s.same(2, ps[0].Attempt)
}

// outgoingApart: both lanes of one recipient are leased in one claim, and the end
// of one must not pass for the end of the other.
func (s *suite) outgoingApart() {
	s.say(say("page", "user:u", bot.PriorityPage), say("word", "user:u", bot.PriorityNormal))
	ps := s.parcels(day(), 9)
	s.same([]string{"page", "word"}, ids(ps))
	s.delivered(ps[0], bot.Delivery{OK: true})
	s.delivered(ps[1], bot.Delivery{OK: true})
	s.same([]string(nil), ids(s.parcels(at(time.Hour), 9)))
}

func (s *suite) parcelTakenOver() {
	s.say(say("1", "user:u", bot.PriorityPage))
	lost := s.parcels(day(), 9)[0]
	s.same([]string(nil), ids(s.parcels(at(lease-time.Millisecond), 9)))
	got := s.parcels(at(lease+time.Millisecond), 9)
	s.same([]string{"1"}, ids(got))
	s.same(2, got[0].Attempt)
	if !lost.Until.Equal(at(lease)) || !got[0].Until.Equal(at(2*lease+time.Millisecond)) {
		s.Errorf("leased until %v, then until %v", lost.Until, got[0].Until)
	}
	_, err := s.a.Delivered(s.Context(), lost, []bot.Delivery{{OK: true}}, day(), true)
	s.want(err, bot.ErrFenced)
	s.want(s.a.RetryParcel(s.Context(), lost, day()), bot.ErrFenced)
	s.delivered(got[0], bot.Delivery{OK: true})
	_, err = s.a.Delivered(s.Context(), got[0], []bot.Delivery{{OK: true}}, day(), true) // its answer was lost
	s.want(err, bot.ErrFenced)
}

func (s *suite) deliveryReported() {
	ok, failed, quiet := say("1", "user:u", bot.PriorityNormal), say("2", "user:v", bot.PriorityNormal), say("3", "user:w", bot.PriorityNormal)
	ok.Report, ok.Subject, ok.Run = "delivery", "E1", 3
	failed.Report, failed.ReportFailureOnly = "delivery", true
	quiet.Report, quiet.ReportFailureOnly = "delivery", true
	s.say(ok, failed, quiet)
	for _, p := range s.parcels(day(), 9) {
		s.delivered(p, bot.Delivery{ID: p.Outgoing.ID, OK: p.Outgoing.ID != "2", Reason: "群已解散", Receipt: "r" + p.Outgoing.ID})
	}
	got := map[string]bot.Delivery{}
	for _, d := range s.deadlines(day()) {
		var about bot.Delivery
		s.must(json.Unmarshal(d.Data, &about))
		got[d.ID+" "+d.Kind+" "+d.Subject+fmt.Sprint(d.Run)] = about
	}
	s.same(map[string]bot.Delivery{
		"report|1 delivery E13": {ID: "1", OK: true, Reason: "群已解散", Receipt: "r1"},
		"report|2 delivery 0":   {ID: "2", Reason: "群已解散", Receipt: "r2"},
	}, got)
	dead, err := s.a.DeadLetters(s.Context(), 10)
	s.must(err)
	if len(dead) != 1 || dead[0].ID != "outgoing|2" || dead[0].Reason != "群已解散" {
		s.Errorf("dead letters: %+v", dead)
	}
}

func (s *suite) mergedReported() {
	var all []bot.Outgoing
	for i := range 3 {
		o := say(fmt.Sprint(i), "user:u", bot.PriorityNormal)
		o.Mergeable, o.Report = true, "delivery"
		all = append(all, o)
	}
	s.say(all...)
	s.delivered(s.parcels(day(), 9)[0], bot.Delivery{OK: true}, bot.Delivery{OK: true})
	if ds := s.deadlines(day()); len(ds) != 2 || ds[0].ID != "report|0" || ds[1].ID != "report|1" {
		s.Errorf("%+v", ds)
	}
	s.same([]string{"2"}, ids(s.parcels(day(), 9)))
}

func (s *suite) woken() {
	var got string
	note := func(what string) func() { return func() { got += what } }
	s.a.OnWork(note("m"), note("d"), note("o"))
	reported := say("1", "user:u", bot.PriorityNormal)
	reported.Report = "delivery"
	s.receive(message("c1", "m1"))
	s.say(reported)
	s.delivered(s.parcels(day(), 9)[0], bot.Delivery{OK: true})
	s.commit(bot.Change{})
	s.same("mod", got)
	s.a.OnWork(nil, nil, nil)
	s.receive(message("c1", "m2"))
}

func (s *suite) parcelsCounted() {
	s.say(say("1", "user:u", bot.PriorityPage), say("2", "user:u", bot.PriorityPage), say("3", "user:v", bot.PriorityNormal))
	st, err := s.a.Stats(s.Context(), at(time.Minute))
	s.must(err)
	if st.Pages != 2 || st.Messages != 1 || st.OutLag != time.Minute {
		s.Errorf("%+v", st)
	}
}

func (s *suite) nextParcel() {
	first, second := say("1", "user:u", bot.PriorityNormal), say("2", "user:u", bot.PriorityNormal)
	s.say(first, second, say("3", "user:u", bot.PriorityNormal))
	p := s.parcels(day(), 9)[0]
	next, err := s.a.Delivered(s.Context(), p, []bot.Delivery{{OK: true}}, at(time.Second), true)
	s.must(err)
	if next == nil || next.Outgoing.ID != "2" || next.Attempt != 1 || !next.Until.Equal(at(lease+time.Second)) {
		s.Fatalf("%+v", next)
	}
	s.same([]string(nil), ids(s.parcels(at(lease), 9)))
	again, err := s.a.Delivered(s.Context(), p, []bot.Delivery{{OK: true}}, at(time.Second), true) // its answer was lost
	s.must(err)
	s.same(next, again)
	s.delivered(*next, bot.Delivery{OK: true})
	p = s.parcels(day(), 9)[0]
	s.same("3", p.Outgoing.ID)
	if next, err := s.a.Delivered(s.Context(), p, []bot.Delivery{{OK: true}}, day(), true); next != nil || err != nil {
		s.Errorf("behind the last: %+v %v", next, err)
	}
}

func (s *suite) nextParcelYields() {
	s.say(say("1", "user:u", bot.PriorityNormal), say("2", "user:u", bot.PriorityNormal))
	p := s.parcels(day(), 9)[0]
	s.say(say("page", "user:v", bot.PriorityPage), say("page 2", "user:v", bot.PriorityPage))
	if next, err := s.a.Delivered(s.Context(), p, []bot.Delivery{{OK: true}}, day(), true); next != nil || err != nil {
		s.Fatalf("%+v %v", next, err)
	}
	ps := s.parcels(day(), 9)
	s.same([]string{"page", "2"}, ids(ps))
	next, err := s.a.Delivered(s.Context(), ps[0], []bot.Delivery{{OK: true}}, day(), true)
	s.must(err)
	if next == nil || next.Outgoing.ID != "page 2" {
		s.Errorf("behind a page: %+v", next)
	}
}
