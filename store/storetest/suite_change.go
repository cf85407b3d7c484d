package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

func changeTests() map[string]func(*suite) {
	return map[string]func(*suite){
		"a change makes everything it says":               (*suite).changeWhole,
		"a change on outdated state leaves no trace":      func(s *suite) { s.changeConflict(escalation(1)) },
		"nor does one on an outdated small document":      func(s *suite) { s.changeConflict(small()) },
		"a change that is not JSON is refused":            (*suite).changeNotJSON,
		"a repeated operation has one effect":             (*suite).changeRepeated,
		"a finished message's commit can be repeated":     (*suite).changeOfMailRepeated,
		"a deleted document is gone and can be made anew": func(s *suite) { s.documentDeleted(escalation(1)) },
		"so is a small one":                               func(s *suite) { s.documentDeleted(small()) },
		"many writers of one document lose nothing":       (*suite).documentContended,
		"indexes are sorted and bounded":                  (*suite).indexes,
		"numbers are given once":                          (*suite).numbers,
		"a lost answer does not double a change":          (*suite).answerLost,
	}
}

func (s *suite) changeWhole() {
	e := escalation(1)
	s.receive(message("c1", "m1"))
	m := s.oneMail(s.a, day(), "m1", 1)
	s.commit(bot.Change{
		Put:   []bot.Doc{doc(e, 0, `{"n":1,"词":"语"}`)},
		Set:   []scheduler.Deadline{{ID: "d1", Due: at(time.Minute), Kind: "page", Subject: "E1", Run: 2}},
		Say:   []bot.Outgoing{{ID: "o1", To: bot.User("u"), Text: "好"}},
		Log:   []bot.Entry{{Of: e, At: day(), Kind: "opened", By: "bot", Text: "ok", Internal: true}},
		Index: []bot.IndexChange{{Index: "open", Member: "E1", Score: 7}},
		Done:  bot.Claim{Mail: &m},
	})
	s.same(doc(e, 1, `{"n":1,"词":"语"}`), s.doc(e))
	s.same([]bot.Entry{{Of: e, At: day(), Kind: "opened", By: "bot", Text: "ok", Internal: true}}, s.timeline(e))
	s.same([]string{"o1"}, ids(s.parcels(day(), 9)))
	if ds := s.deadlines(at(time.Minute)); len(ds) != 1 || ds[0].Subject != "E1" || ds[0].Run != 2 {
		s.Errorf("deadlines: %+v", ds)
	}
	open, err := s.a.Index(s.Context(), "open", 0, 10, 10)
	s.must(err)
	s.same([]string{"E1"}, open)
	s.noMail(s.a, at(time.Hour))
}

// small is a document that shares a hash with others.
func small() bot.DocRef { return bot.DocRef{Kind: "order", ID: "订单 1"} }

func (s *suite) changeConflict(e bot.DocRef) {
	s.commit(bot.Change{Put: []bot.Doc{doc(e, 0, `{"n":1}`)}})
	s.receive(message("c1", "m1"))
	m := s.oneMail(s.a, day(), "m1", 1)
	late := bot.Change{
		Now: day(), Say: []bot.Outgoing{{ID: "x", To: bot.User("u")}}, Set: []scheduler.Deadline{{ID: "d", Due: day()}},
		Log: []bot.Entry{{Of: e, Text: "x"}}, Index: []bot.IndexChange{{Index: "i", Member: "m"}}, Done: bot.Claim{Mail: &m},
	}
	put, check, gone := late, late, late
	put.Put = []bot.Doc{doc(e, 0, `{"n":2}`)}
	check.Check = []bot.Doc{doc(e, 0, "")}
	gone.Delete = []bot.Doc{doc(e, 7, "")}
	for _, c := range [...]bot.Change{put, check, gone} {
		s.want(s.a.Commit(s.Context(), c), bot.ErrConflict)
	}
	s.same(doc(e, 1, `{"n":1}`), s.doc(e))
	if n, err := s.a.Count(s.Context(), "i", 0, 1); n != 0 || err != nil {
		s.Errorf("index: %d %v", n, err)
	}
	if len(s.parcels(day(), 9))+len(s.deadlines(day()))+len(s.timeline(e)) != 0 {
		s.Error("a refused change left traces")
	}
	late.Check = []bot.Doc{doc(e, 1, ""), doc(escalation(2), 0, "")}
	s.commit(late)
	s.noMail(s.a, at(time.Hour))
}

func (s *suite) changeNotJSON() {
	c := bot.Change{Now: day(), Put: []bot.Doc{doc(escalation(1), 0, "{")}}
	if err := s.a.Commit(s.Context(), c); err == nil {
		s.Error("it was stored")
	}
	for _, o := range [...]bot.Outgoing{{To: bot.User("u")}, {ID: "o"}} {
		if err := s.a.Commit(s.Context(), bot.Change{Now: day(), Say: []bot.Outgoing{o}}); err == nil {
			s.Errorf("%+v was stored", o)
		}
	}
}

func (s *suite) changeRepeated() {
	c := bot.Change{
		Op: "once", Now: day(), Put: []bot.Doc{doc(escalation(1), 0, `{}`)}, Log: []bot.Entry{{Of: escalation(1), Text: "x"}},
		Say: []bot.Outgoing{{ID: "a", To: bot.User("u"), Text: "x", Mergeable: true}},
	}
	b := s.replica()
	for _, r := range [...]Backend{s.a, b, s.a} {
		s.must(r.Commit(s.Context(), c))
	}
	s.same([]string{"a"}, ids(s.parcels(day(), 9)))
	if n := len(s.timeline(escalation(1))); n != 1 || s.doc(escalation(1)).Version != 1 {
		s.Errorf("%d entries, version %d", n, s.doc(escalation(1)).Version)
	}
}

func (s *suite) changeOfMailRepeated() {
	s.receive(message("c1", "m1"), message("c1", "m2"))
	m := s.oneMail(s.a, day(), "m1", 1)
	c := bot.Change{Now: day(), Done: bot.Claim{Mail: &m}, Log: []bot.Entry{{Of: escalation(1), Text: "x"}}}
	s.must(s.a.Commit(s.Context(), c))
	s.want(s.a.Commit(s.Context(), c), bot.ErrFenced)
	if n := len(s.timeline(escalation(1))); n != 1 {
		s.Errorf("%d effects", n)
	}
	s.oneMail(s.a, day(), "m2", 1)
}

func (s *suite) documentDeleted(e bot.DocRef) {
	s.commit(bot.Change{Put: []bot.Doc{doc(e, 0, `{"n":1}`)}})
	s.commit(bot.Change{Delete: []bot.Doc{s.doc(e)}})
	s.same(bot.Doc{DocRef: e}, s.doc(e))
	s.commit(bot.Change{Put: []bot.Doc{doc(e, 0, `{"n":2}`)}})
	s.same(doc(e, 1, `{"n":2}`), s.doc(e))
	docs, err := s.a.Load(s.Context())
	if len(docs) != 0 || err != nil {
		s.Errorf("loading nothing: %v %v", docs, err)
	}
}

func (s *suite) documentContended() {
	const writers, each = 8, 10
	var all sync.WaitGroup
	for range writers {
		b := s.replica()
		all.Go(func() {
			for range each {
				if err := s.increment(b); err != nil {
					s.Error(err)
				}
			}
		})
	}
	all.Wait()
	s.same(fmt.Sprint(writers*each), string(s.doc(escalation(1)).Body))
}

// increment adds one to a number that others change too.
func (s *suite) increment(b Backend) error {
	for {
		docs, err := b.Load(s.Context(), escalation(1))
		if err != nil {
			return err
		}
		n := 0
		if docs[0].Version > 0 {
			if err := json.Unmarshal(docs[0].Body, &n); err != nil {
				return err
			}
		}
		docs[0].Body = fmt.Append(nil, n+1)
		err = b.Commit(s.Context(), bot.Change{Now: day(), Put: docs})
		if !errors.Is(err, bot.ErrConflict) {
			return err
		}
	}
}

func (s *suite) indexes() {
	var c bot.Change
	for i := range 5 {
		c.Index = append(c.Index, bot.IndexChange{Index: "cases", Member: fmt.Sprint("C", i), Score: float64(i) + 0.5})
	}
	s.commit(c)
	s.commit(bot.Change{Index: []bot.IndexChange{{Index: "cases", Member: "C1", Remove: true}, {Index: "cases", Member: "C0", Score: 9}}})
	got, err := s.a.Index(s.Context(), "cases", 0, 100, 3)
	s.must(err)
	s.same([]string{"C2", "C3", "C4"}, got)
	got, err = s.a.Index(s.Context(), "cases", 3.5, 4.5, 10)
	s.must(err)
	s.same([]string{"C3", "C4"}, got)
	n, err := s.a.Count(s.Context(), "cases", 3, 1e18)
	s.must(err)
	s.same(int64(3), n)
}

func (s *suite) numbers() {
	b := s.replica()
	for want := range int64(6) {
		n, err := [...]Backend{s.a, b}[want%2].NextID(s.Context(), "C", fmt.Sprint("m", want))
		s.must(err)
		s.same(want+1, n)
	}
	for kind, want := range map[string]int64{"C": 3, "E": 1} { // m2 is decided again, elsewhere
		n, err := b.NextID(s.Context(), kind, "m2")
		s.must(err)
		s.same(want, n)
	}
}

// answerLost is a write that was made and whose answer never came: the caller
// does it again, as it must.
func (s *suite) answerLost() {
	lost := errors.New("connection reset")
	f := Flaky(s.a, loseEverySecond(lost))
	for i := range 10 {
		m := message("c1", fmt.Sprint("m", i))
		_, err := f.Receive(s.Context(), m)
		for errors.Is(err, lost) {
			_, err = f.Receive(s.Context(), m)
		}
		s.must(err)
	}
	for i := range 10 {
		m := s.oneMail(s.a, day(), fmt.Sprint("m", i), 1)
		c := bot.Change{Now: day(), Done: bot.Claim{Mail: &m}, Log: []bot.Entry{{Of: escalation(1), Text: "x"}}}
		err, again := f.Commit(s.Context(), c), false
		for errors.Is(err, lost) {
			err, again = f.Commit(s.Context(), c), true
		}
		if err != nil && (!again || !errors.Is(err, bot.ErrFenced)) { // it was made: its lease is over
			s.Fatal(err)
		}
	}
	if n := len(s.timeline(escalation(1))); n != 10 {
		s.Errorf("%d effects of 10 messages", n)
	}
}
