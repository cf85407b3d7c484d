package storetest

import (
	"fmt"
	"sync"
	"time"

	"guanjia/bot"
)

func mailTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"a message is kept once":                            (*suite).messageOnce,
		"a message that cannot be told apart is refused":    (*suite).messageWithoutID,
		"a conversation's messages come in order":           (*suite).messageOrder,
		"a burst is put into the order it was sent in":      (*suite).messagesSorted,
		"nothing comes before a message that is held":       (*suite).heldMessageStays,
		"conversations do not wait for each other":          (*suite).conversationsApart,
		"a dead replica's message is taken over":            (*suite).messageTakenOver,
		"a released message comes back when it was said to": (*suite).messageReleased,
		"a poison message is buried and the rest goes on":   (*suite).messageBuried,
		"many replicas handle each message once":            (*suite).messagesShared,
		"a lease is proved by its own fence only":           (*suite).fencesDiffer,
		"what waits behind a message comes with its end":    (*suite).nextMessage,
	}
}

func (s *suite) messageOnce() {
	s.receive(message("c1", "m1"))
	b := s.replica()
	for _, again := range [...]Backend{s.a, b} {
		fresh, err := again.Receive(s.Context(), message("c1", "m1"))
		s.must(err)
		if fresh {
			s.Error("a repeated message is taken as new")
		}
	}
	m := s.oneMail(b, day(), "m1", 1)
	s.same(message("c1", "m1"), m.Message)
	s.commit(bot.Change{Done: bot.Claim{Mail: &m}})
	if fresh, err := b.Receive(s.Context(), message("c1", "m1")); fresh || err != nil {
		s.Errorf("repeated after it was handled: %v %v", fresh, err)
	}
	s.noMail(b, at(time.Hour))
}

func (s *suite) messageWithoutID() {
	for _, m := range [...]bot.Message{message("c1", ""), message("", "m1")} {
		if _, err := s.a.Receive(s.Context(), m); err == nil {
			s.Errorf("%+v was taken", m)
		}
	}
	s.noMail(s.a, at(time.Hour))
}

func (s *suite) messageOrder() {
	s.receive(message("c1", "m0"), message("c1", "m1"), message("c1", "m2"))
	for i := range 3 {
		m := s.oneMail(s.a, day(), fmt.Sprint("m", i), 1)
		s.noMail(s.a, at(time.Second))
		s.commit(bot.Change{Done: bot.Claim{Mail: &m}})
	}
	s.noMail(s.a, at(time.Hour))
}

// sentAt is a message sent so many milliseconds into the day.
func sentAt(id string, ms int) bot.Message {
	m := message("c1", id)
	m.SentAt = day().Add(time.Duration(ms) * time.Millisecond)
	return m
}

// handledInOrder wants the messages of c1 to come in this order.
func (s *suite) handledInOrder(ids ...string) {
	for _, id := range ids {
		m := s.oneMail(s.a, at(time.Minute), id, 1)
		s.commit(bot.Change{Done: bot.Claim{Mail: &m}})
	}
	s.noMail(s.a, at(time.Hour))
}

func (s *suite) messagesSorted() {
	unknown := message("c1", "u")
	unknown.SentAt = time.Time{}
	s.receive(sentAt("m5", 5), sentAt("m1", 1), sentAt("m3", 3), sentAt("n3", 3), unknown, sentAt("m2", 2), sentAt("m9", 9))
	s.handledInOrder("m1", "m3", "n3", "m5", "u", "m2", "m9") // u stands in the way: nobody knows when it was sent
}

func (s *suite) heldMessageStays() {
	s.receive(sentAt("m5", 5), sentAt("m7", 7))
	held := s.oneMail(s.a, day(), "m5", 1)
	s.receive(sentAt("m6", 6), sentAt("m1", 1))
	s.commit(bot.Change{Done: bot.Claim{Mail: &held}})
	again := s.oneMail(s.a, day(), "m1", 1)
	s.must(s.a.ReleaseMail(s.Context(), again, day()))
	s.receive(sentAt("m0", 0)) // before one that was tried and waits
	m := s.oneMail(s.a, at(time.Minute), "m1", 2)
	s.commit(bot.Change{Done: bot.Claim{Mail: &m}})
	s.handledInOrder("m0", "m6", "m7")
}

func (s *suite) conversationsApart() {
	s.receive(message("c1", "m1"), message("c1", "m2"), message("c2", "n1"))
	mail, next, err := s.a.ClaimMail(s.Context(), day(), 10)
	s.must(err)
	if len(mail) != 2 {
		s.Fatalf("want the heads of two conversations, got %+v", mail)
	}
	if next.Before(at(lease)) || next.After(at(lease+time.Millisecond)) {
		s.Errorf("the next can be claimed at %v, want the end of the lease", next)
	}
}

func (s *suite) messageTakenOver() {
	b := s.replica()
	s.receive(message("c1", "m1"))
	lost := s.oneMail(s.a, day(), "m1", 1)
	s.noMail(b, at(lease-time.Millisecond))
	got := s.oneMail(b, at(lease+time.Millisecond), "m1", 2)
	late := bot.Change{
		Now: day(), Done: bot.Claim{Mail: &lost}, Say: []bot.Outgoing{{ID: "x", To: bot.User("u")}},
		Put: []bot.Doc{doc(escalation(1), 0, `{}`)}, Log: []bot.Entry{{Of: escalation(1), Text: "x"}},
	}
	s.want(s.a.Commit(s.Context(), late), bot.ErrFenced)
	s.want(s.a.ReleaseMail(s.Context(), lost, day()), bot.ErrFenced)
	s.want(s.a.BuryMail(s.Context(), lost, day(), "x"), bot.ErrFenced)
	if len(s.parcels(day(), 9)) != 0 || s.doc(escalation(1)).Version != 0 || len(s.timeline(escalation(1))) != 0 {
		s.Error("a commit without the lease left traces")
	}
	s.must(b.Commit(s.Context(), bot.Change{Now: day(), Done: bot.Claim{Mail: &got}}))
	s.noMail(s.a, at(time.Hour))
}

func (s *suite) messageReleased() {
	s.receive(message("c1", "m1"), message("c1", "m2"))
	m := s.oneMail(s.a, day(), "m1", 1)
	s.must(s.a.ReleaseMail(s.Context(), m, at(time.Minute)))
	s.noMail(s.a, at(time.Minute-time.Millisecond))
	m = s.oneMail(s.a, at(time.Minute), "m1", 2)
	s.commit(bot.Change{Done: bot.Claim{Mail: &m}})
	s.oneMail(s.a, at(time.Minute), "m2", 1)
}

func (s *suite) messageBuried() {
	s.receive(message("c1", "poison"), message("c1", "next"))
	now := day()
	for attempt := range 3 {
		s.oneMail(s.a, now, "poison", attempt+1)
		now = now.Add(lease + time.Second)
	}
	m := s.oneMail(s.a, now, "poison", 4)
	s.must(s.a.BuryMail(s.Context(), m, now, "panic"))
	s.oneMail(s.a, now, "next", 1)
	dead, err := s.a.DeadLetters(s.Context(), 10)
	s.must(err)
	if len(dead) != 1 || dead[0].ID != "mail|poison" || dead[0].Reason != "panic" || !dead[0].At.Equal(now) {
		s.Errorf("%+v", dead)
	}
}

// messagesShared is handling by three replicas that race for every message.
func (s *suite) messagesShared() {
	const conversations, each = 10, 15
	for i := range conversations * each {
		s.receive(message(fmt.Sprint("c", i%conversations), fmt.Sprint("m", i)))
	}
	var mu sync.Mutex
	handled := map[string][]string{}
	handle := func(b Backend, m bot.Mail) error {
		mu.Lock()
		handled[m.Message.Conversation] = append(handled[m.Message.Conversation], m.Message.ID)
		mu.Unlock()
		return b.Commit(s.Context(), bot.Change{Now: day(), Done: bot.Claim{Mail: &m}, Log: []bot.Entry{{Of: escalation(1), Text: m.Message.ID}}})
	}
	var replicas sync.WaitGroup
	for range 3 {
		b := s.replica()
		replicas.Go(func() { s.drain(b, handle) })
	}
	replicas.Wait()
	for i := range conversations {
		var want []string
		for j := range each {
			want = append(want, fmt.Sprint("m", j*conversations+i))
		}
		s.same(want, handled[fmt.Sprint("c", i)])
	}
	if n := len(s.timeline(escalation(1))); n != conversations*each {
		s.Errorf("%d effects of %d messages", n, conversations*each)
	}
}

// drain handles mail until none is left.
func (s *suite) drain(b Backend, handle func(Backend, bot.Mail) error) {
	for {
		mail, _, err := b.ClaimMail(s.Context(), day(), 3)
		if err != nil {
			s.Error(err)
			return
		}
		for _, m := range mail {
			if err := handle(b, m); err != nil {
				s.Error(err)
			}
		}
		if len(mail) > 0 {
			continue
		}
		if st, err := b.Stats(s.Context(), day()); err != nil || st.Mail == 0 {
			return
		}
	}
}

// fencesDiffer is about a clock that stands still, as it does in a bubble.
func (s *suite) fencesDiffer() {
	s.receive(message("c1", "m1"))
	first := s.oneMail(s.a, day(), "m1", 1)
	s.must(s.a.ReleaseMail(s.Context(), first, day()))
	second := s.oneMail(s.a, day(), "m1", 2)
	s.want(s.a.Commit(s.Context(), bot.Change{Op: "late", Now: day(), Done: bot.Claim{Mail: &first}}), bot.ErrFenced)
	s.must(s.a.ReleaseMail(s.Context(), second, day()))
	s.oneMail(s.a, day(), "m1", 3)
}

func (s *suite) nextMessage() {
	s.receive(message("c1", "m1"), message("c1", "m2"), message("c1", "m3"))
	m := s.oneMail(s.a, day(), "m1", 1)
	end := bot.Change{Now: day(), Done: bot.Claim{Mail: &m}}
	next, err := s.a.FinishMail(s.Context(), end, at(time.Second))
	s.must(err)
	if next == nil || next.Message.ID != "m2" || next.Attempt != 1 {
		s.Fatalf("%+v", next)
	}
	s.noMail(s.a, at(lease))
	again, err := s.a.FinishMail(s.Context(), end, at(time.Second)) // its answer was lost
	s.must(err)
	s.same(next, again)
	s.want(s.a.Commit(s.Context(), bot.Change{Op: "late", Now: day(), Done: bot.Claim{Mail: &m}}), bot.ErrFenced)
	second := bot.Change{Now: day(), Done: bot.Claim{Mail: next}}
	if left, err := s.a.FinishMail(s.Context(), second, time.Time{}); left != nil || err != nil {
		s.Errorf("leased without being asked: %+v %v", left, err)
	}
	m = s.oneMail(s.a, day(), "m3", 1)
	if left, err := s.a.FinishMail(s.Context(), bot.Change{Now: day(), Done: bot.Claim{Mail: &m}}, day()); left != nil || err != nil {
		s.Errorf("behind the last: %+v %v", left, err)
	}
	s.receive(message("c1", "m4"))
	s.oneMail(s.a, day(), "m4", 1)
}
