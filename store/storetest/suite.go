package storetest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/scheduler"
)

// Run asks of a store everything that the rest of the program relies on. open
// gives a store whose keys carry the tag; with the same tag it is asked for a
// second replica on the same state. The lease must be 10 s.
func Run(t *testing.T, open func(tb testing.TB, tag string) Backend) {
	t.Helper()
	for _, group := range [...]map[string]func(*suite){mailTests(), changeTests(), outboxTests(), deadlineTests(), wordTests(), upkeepTests(), recallTests()} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				s := &suite{T: t, open: open, tag: rand.Text()}
				s.a = s.replica()
				test(s)
			})
		}
	}
}

// suite is one test of the suite: it begins with one replica and no state.
type suite struct {
	*testing.T
	open func(tb testing.TB, tag string) Backend
	tag  string
	a    Backend
}

const lease = 10 * time.Second

func (s *suite) replica() Backend {
	s.Helper()
	return s.open(s.T, s.tag)
}

// day is when everything begins.
func day() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) }

func at(after time.Duration) time.Time { return day().Add(after) }

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) want(got, want error) {
	s.Helper()
	if !errors.Is(got, want) {
		s.Fatalf("got %v, want %v", got, want)
	}
}

func (s *suite) same(want, got any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Fatal(diff)
	}
}

func message(conversation, id string) bot.Message {
	return bot.Message{
		ID: id, Conversation: conversation, Kind: bot.KindText, Text: "问题 " + id,
		Sender: bot.Person{StaffID: "cust001", UnionID: "union001", Name: "陈晓"}, ReceivedAt: day(),
	}
}

func (s *suite) receive(ms ...bot.Message) {
	s.Helper()
	for _, m := range ms {
		fresh, err := s.a.Receive(s.Context(), m)
		s.must(err)
		if !fresh {
			s.Fatalf("%s is new, and not taken as new", m.ID)
		}
	}
}

func (s *suite) commit(c bot.Change) {
	s.Helper()
	if c.Now.IsZero() {
		c.Now = day()
	}
	s.must(s.a.Commit(s.Context(), c))
}

func (s *suite) mail(b Backend, now time.Time) []bot.Mail {
	s.Helper()
	mail, _, err := b.ClaimMail(s.Context(), now, 100)
	s.must(err)
	return mail
}

// oneMail claims and expects a certain message.
func (s *suite) oneMail(b Backend, now time.Time, id string, attempt int) bot.Mail {
	s.Helper()
	mail := s.mail(b, now)
	if len(mail) != 1 || mail[0].Message.ID != id || mail[0].Attempt != attempt {
		s.Fatalf("want %s at attempt %d, got %+v", id, attempt, mail)
	}
	return mail[0]
}

func (s *suite) noMail(b Backend, now time.Time) {
	s.Helper()
	if mail := s.mail(b, now); len(mail) > 0 {
		s.Fatalf("there is mail: %+v", mail)
	}
}

func (s *suite) parcels(now time.Time, n int) []bot.Parcel {
	s.Helper()
	ps, _, err := s.a.ClaimParcels(s.Context(), now, n, bot.PriorityNormal)
	s.must(err)
	return ps
}

// ids tells parcels apart: the first message's id, then those that may be merged.
func ids(ps []bot.Parcel) []string {
	var out []string
	for _, p := range ps {
		var id strings.Builder
		id.WriteString(p.Outgoing.ID)
		for _, m := range p.More {
			id.WriteString("+" + m.ID)
		}
		out = append(out, id.String())
	}
	return out
}

func (s *suite) deadlines(now time.Time) []scheduler.Claimed {
	s.Helper()
	ds, _, err := s.a.ClaimDeadlines(s.Context(), now, 100)
	s.must(err)
	return ds
}

func (s *suite) doc(ref bot.DocRef) bot.Doc {
	s.Helper()
	docs, err := s.a.Load(s.Context(), ref)
	s.must(err)
	return docs[0]
}

func (s *suite) timeline(of bot.DocRef) []bot.Entry {
	s.Helper()
	log, err := s.a.Timeline(s.Context(), of)
	s.must(err)
	return log
}

func doc(ref bot.DocRef, version int64, body string) bot.Doc {
	return bot.Doc{DocRef: ref, Version: version, Body: []byte(body)}
}

func escalation(n int) bot.DocRef { return bot.DocRef{Kind: "escalation", ID: fmt.Sprint("E", n)} }
