package storetest

import (
	"errors"
	"time"

	"guanjia/bot"
)

// hand is somebody of the process who sends replies.
type hand struct {
	busy  bool
	asked int
	given []*bot.Parcel
}

func (h *hand) reserve() (give func(*bot.Parcel), ok bool) {
	h.asked++
	return func(p *bot.Parcel) { h.given = append(h.given, p) }, !h.busy
}

// answered hears a message and answers it, as the dispatcher does.
func (s *suite) answered(id string, os ...bot.Outgoing) error {
	s.Helper()
	s.receive(message("c"+id, id))
	m := s.oneMail(s.a, day(), id, 1)
	_, err := s.a.FinishMail(s.Context(), bot.Change{Now: day(), Say: os, Done: bot.Claim{Mail: &m}}, at(0))
	return err
}

func (s *suite) replyHanded() {
	h := &hand{}
	s.a.OnReply(h.reserve)
	s.must(s.answered("m1", say("m1.0", "user:u", bot.PriorityNormal), say("m1.1", "user:u", bot.PriorityNormal)))
	if len(h.given) != 1 || h.given[0] == nil {
		s.Fatalf("given %v", h.given)
	}
	p := *h.given[0]
	if p.Outgoing.ID != "m1.0" || p.Outgoing.Text != "话 m1.0" || p.Attempt != 1 || !p.Outgoing.CreatedAt.Equal(day()) || !p.Until.Equal(at(lease)) {
		s.Errorf("%+v", p)
	}
	s.same([]string(nil), ids(s.parcels(at(lease-1), 9))) // it is leased, and what waits behind it too
	next, err := s.a.Delivered(s.Context(), p, []bot.Delivery{{OK: true}}, day(), true)
	s.must(err)
	if next == nil || next.Outgoing.ID != "m1.1" {
		s.Errorf("behind it: %+v", next)
	}
}

// replyHolderDies is about a reply whose sender was never heard of again.
func (s *suite) replyHolderDies() {
	h := &hand{}
	s.a.OnReply(h.reserve)
	s.must(s.answered("m1", say("m1.0", "user:u", bot.PriorityNormal)))
	ps := s.parcels(at(lease+time.Millisecond), 9)
	s.same([]string{"m1.0"}, ids(ps))
	s.same(2, ps[0].Attempt)
	_, err := s.a.Delivered(s.Context(), *h.given[0], []bot.Delivery{{OK: true}}, at(lease+time.Millisecond), true)
	s.want(err, bot.ErrFenced)
	s.delivered(ps[0], bot.Delivery{OK: true})
}

// replyLeft is about replies that are left to be claimed: then whoever was
// reserved is let go, and is free.
func (s *suite) replyLeft() {
	h := &hand{}
	s.a.OnReply(h.reserve)
	s.say(say("x", "user:u", bot.PriorityNormal))
	s.must(s.answered("m1", say("m1.0", "user:u", bot.PriorityNormal))) // behind x
	s.must(s.answered("m2", say("m2.0", "user:v", bot.PriorityPage)))
	s.must(s.answered("m3"))
	s.same(2, h.asked)
	s.same([]*bot.Parcel{nil, nil}, h.given)
	s.receive(message("cm4", "m4"))
	m := s.oneMail(s.a, day(), "m4", 1)
	s.must(s.a.ReleaseMail(s.Context(), m, at(time.Hour)))
	_, err := s.a.FinishMail(s.Context(), bot.Change{Now: day(), Say: []bot.Outgoing{say("m4.0", "user:w", bot.PriorityNormal)}, Done: bot.Claim{Mail: &m}}, day())
	s.want(err, bot.ErrFenced)
	s.same([]*bot.Parcel{nil, nil, nil}, h.given)
	h.busy = true
	s.must(s.answered("m5", say("m5.0", "user:w", bot.PriorityNormal)))
	s.same(3, len(h.given))
	s.same([]string{"m2.0", "x", "m5.0"}, ids(s.parcels(day(), 9)))
	if err := s.answered("m6", bot.Outgoing{}); err == nil || errors.Is(err, bot.ErrFenced) {
		s.Errorf("a reply without an id: %v", err)
	}
}
