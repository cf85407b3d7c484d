package chaos_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"guanjia/dingsim"
)

// kind is what is owed for a message.
type kind string

const (
	kindQuestion kind = "question" // one stored answer, where it was asked
	kindRelayed  kind = "relayed"  // the same words at the holder, or a note that they did not get there
	kindUrgent   kind = "urgent"   // a page with the words, and then somebody who takes it, or the catch-all
	kindTake     kind = "take"     // 接单: the asker is told
	kindClose    kind = "close"    // 结束: the asker is told
	kindOther    kind = "other"    // nothing that could be told apart
)

// said is something that somebody said to the bot, and what is owed for it.
type said struct {
	id    string // msgId
	kind  kind
	from  string // user id
	where string // where the answer is owed: a user id, or a group
	order string // what is said under one order is answered in order; empty: no matter
	want  string // see judge.go: what an answer is recognised by
	at    time.Time
	acked time.Time // by when the bot had acknowledged it with 200; zero: never
}

// purchase is an order that the shop told the bot of.
type purchase struct {
	company string    // unique
	at      time.Time // purchased
	contact bool      // somebody is to say 已联系
}

// event is something that was broken, or done.
type event struct {
	at   time.Time
	what string
	pid  int // of the process it was done to, if any
}

// book holds what people and breakers did.
type book struct {
	mu        sync.Mutex
	said      map[string]*said
	order     []string
	purchases []purchase
	events    []event
	pushes    map[string]int // how frames ended
	next      int
}

func newBook() *book { return &book{said: map[string]*said{}, pushes: map[string]int{}} }

// evidence is what the judge gets.
type evidence struct {
	said      []said // in the order in which it was said
	purchases []purchase
	events    []event
	pushes    map[string]int
	records   []dingsim.Record
	sends     map[int64]send // the calls behind the records
	groups    []room
	cases     map[string]int // how many the program lists, by company
}

type room struct{ id, title string }

func (b *book) evidence() evidence {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := evidence{purchases: slices.Clone(b.purchases), events: slices.Clone(b.events), pushes: maps.Clone(b.pushes)}
	for _, id := range b.order {
		e.said = append(e.said, *b.said[id])
	}
	return e
}

// mark is a new unique number.
func (b *book) mark(letter string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	return fmt.Sprintf("%s%06d", letter, b.next)
}

func (b *book) happened(what string, pid int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, event{time.Now(), what, pid})
}

func (b *book) bought(p purchase) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.purchases = append(b.purchases, p)
}

// say notes a message and says it.
func (b *book) say(sim *dingsim.Server, s said, text string, say dingsim.Say) (string, error) {
	s.id = b.mark("m")
	s.from, s.at = say.From, time.Now()
	b.mu.Lock()
	b.said[s.id] = &s
	b.order = append(b.order, s.id)
	b.mu.Unlock()
	say.MsgID, say.Text = s.id, text
	_, err := sim.Say(say)
	return s.id, err
}

// ackedBy tells when a message was known to be acknowledged; zero: not yet.
func (b *book) ackedBy(id string) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said[id].acked
}

// readAcks writes down how frames ended, until ctx ends.
func (b *book) readAcks(ctx context.Context, sim *dingsim.Server) {
	for since := int64(0); pause(ctx, 25*time.Millisecond); {
		since = b.readAcksOnce(sim, since)
	}
}

func (b *book) readAcksOnce(sim *dingsim.Server, since int64) int64 {
	rows := sim.Acks(since)
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range rows {
		since = a.Seq
		outcome := a.Outcome
		if outcome == "acked" && a.Code != 200 {
			outcome = "refused"
		}
		b.pushes[outcome]++
		if s := b.said[a.MsgID]; s != nil && a.Code == 200 && s.acked.IsZero() {
			s.acked = now
		}
	}
	return since
}
