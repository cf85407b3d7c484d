package storetest

import (
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/store"
)

func wordTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"a person's words are erased and the skeleton stays": (*suite).erased,
		"erasing leaves what is in hand alone":               (*suite).erasedMeanwhile,
		"words run out after their time":                     (*suite).purged,
		"words said while others run out are kept":           (*suite).purgedPartly,
		"words in dead letters run out and the letters stay": (*suite).deadPurged,
	}
}

func said(of bot.DocRef, after time.Duration, person, text string) bot.Entry {
	return bot.Entry{Of: of, At: at(after), Kind: "said", By: "名 " + person, Person: person, Text: text}
}

func (s *suite) erased() {
	e, person := escalation(1), bot.DocRef{Kind: "person", ID: "cust001"}
	s.commit(bot.Change{
		Put: []bot.Doc{doc(person, 0, `{"name":"陈晓"}`), doc(bot.DocRef{Kind: "person", ID: "cust002"}, 0, `{"name":"Alice"}`)},
		Log: []bot.Entry{
			said(e, 0, "cust001", "我们被勒索了"), said(e, time.Hour, "cust002", "us too"), said(e, time.Hour, "union001", "又来了"),
			{Of: e, At: day(), Kind: "acked", By: "李工", Text: "接单"},
		},
		Say: []bot.Outgoing{say("1", "user:cust001", bot.PriorityNormal), say("2", "user:cust002", bot.PriorityNormal)},
	})
	s.receive(message("c1", "m1"))
	other := message("c1", "m2")
	other.Sender = bot.Person{StaffID: "cust002"}
	s.receive(other)
	got, err := s.a.Erase(s.Context(), "cust001", "union001", "")
	s.must(err)
	s.same(store.Erased{Documents: 1, Entries: 2, Mail: 1, Waiting: 1}, got)

	log := s.timeline(e)
	s.same([]bot.Entry{{Of: e, At: day(), Kind: "said", Person: "cust001"}, said(e, time.Hour, "cust002", "us too")}, log[:2])
	s.same("接单", log[3].Text)
	s.same(int64(0), s.doc(person).Version)
	s.same([]string{"2"}, ids(s.parcels(day(), 9)))
	mail, next, err := s.a.ClaimMail(s.Context(), day(), 9)
	s.must(err)
	if len(mail) > 0 || !next.Equal(day()) {
		s.Errorf("where something was erased, the rest is not claimed at once: %+v, next at %v", mail, next)
	}
	s.oneMail(s.a, day(), "m2", 1)
	got, err = s.a.Erase(s.Context(), "cust001", "union001")
	s.must(err)
	s.same(store.Erased{}, got)
}

// erasedMeanwhile erases while a replica sends to the person, and says more to
// them before it is done: its end must take away its own message only.
func (s *suite) erasedMeanwhile() {
	s.say(say("1", "user:cust001", bot.PriorityNormal))
	p := s.parcels(day(), 9)[0]
	s.receive(message("c1", "m1"))
	m := s.oneMail(s.a, day(), "m1", 1)
	_, err := s.a.Erase(s.Context(), "cust001")
	s.must(err)
	s.say(say("2", "user:cust001", bot.PriorityNormal))
	s.receive(message("c1", "m2"))
	s.delivered(p, bot.Delivery{OK: true})
	s.commit(bot.Change{Done: bot.Claim{Mail: &m}})
	s.same([]string{"2"}, ids(s.parcels(day(), 9)))
	s.oneMail(s.a, day(), "m2", 1)
}

func (s *suite) purged() {
	e := escalation(1)
	s.commit(bot.Change{Log: []bot.Entry{
		said(e, 0, "cust001", "旧"), {Of: e, At: day(), Kind: "acked", By: "李工", Text: "接单"}, said(e, 2*time.Hour, "cust001", "新"),
	}})
	s.purge(at(time.Hour), 1)
	s.same([]bot.Entry{
		{Of: e, At: day(), Kind: "said", By: "名 cust001", Person: "cust001"},
		{Of: e, At: day(), Kind: "acked", By: "李工", Text: "接单"},
		said(e, 2*time.Hour, "cust001", "新"),
	}, s.timeline(e))
	s.purge(at(time.Hour), 0)
	s.purge(at(3*time.Hour), 1)
	s.purge(at(3*time.Hour), 0)
	got, err := s.a.Erase(s.Context(), "cust001") // whose name is still there
	s.must(err)
	s.same(2, got.Entries)
	s.same(bot.Entry{Of: e, At: at(2 * time.Hour), Kind: "said", Person: "cust001"}, s.timeline(e)[2])
	got, err = s.a.Erase(s.Context(), "cust001")
	s.must(err)
	s.same(0, got.Entries)
}

func (s *suite) purge(before time.Time, want int) {
	s.Helper()
	n, err := s.a.PurgeTexts(s.Context(), before)
	s.must(err)
	s.same(want, n)
}

func (s *suite) purgedPartly() {
	for i := range 5 {
		s.commit(bot.Change{Log: []bot.Entry{said(escalation(i), time.Duration(i)*time.Hour, "cust001", "旧")}})
	}
	s.purge(at(2*time.Hour), 2)
	s.commit(bot.Change{Log: []bot.Entry{said(escalation(0), 10*time.Hour, "cust001", "新")}})
	s.purge(at(20*time.Hour), 4)
	got, err := s.a.Erase(s.Context(), "cust001")
	s.must(err)
	s.same(6, got.Entries) // of which the names were left
}

func (s *suite) deadPurged() {
	s.receive(message("c1", "m1"))
	s.must(s.a.BuryMail(s.Context(), s.oneMail(s.a, day(), "m1", 1), day(), "panic"))
	s.receive(message("c1", "m2"))
	s.must(s.a.BuryMail(s.Context(), s.oneMail(s.a, day(), "m2", 1), at(time.Hour), "panic"))
	s.say(say("o1", "user:cust002", bot.PriorityNormal))
	s.delivered(s.parcels(day(), 9)[0], bot.Delivery{Reason: "x"})
	s.purge(at(time.Minute), 2)
	got, err := s.a.Erase(s.Context(), "union001")
	s.must(err)
	s.same(store.Erased{Dead: 1}, got)
	dead, err := s.a.DeadLetters(s.Context(), 9)
	s.must(err)
	s.same(3, len(dead))
	for _, d := range dead {
		body := string(d.Body)
		if strings.Contains(body, "问题") || strings.Contains(body, "陈晓") || strings.Contains(body, "话") || d.Reason == "" {
			s.Errorf("%s: %s", d.ID, body)
		}
		if !strings.Contains(body, `"id"`) {
			s.Errorf("%s lost its skeleton: %s", d.ID, body)
		}
	}
}
