package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// Commit makes a change happen, all of it or nothing; see bot.Committer. A
// change whose operation was done before is done: it returns nil, or bot.ErrFenced
// if it ends work.
func (s *Store) Commit(ctx context.Context, c bot.Change) error {
	_, err := s.commit(ctx, c, time.Time{})
	return err
}

// commit makes a change happen. With a time it leases what follows the mail that
// the change ends, and returns that lease; the answer to the mail is leased for
// whoever of this process can send it at once.
func (s *Store) commit(ctx context.Context, c bot.Change, leaseAt time.Time) (leased []string, err error) {
	var h handover
	if !leaseAt.IsZero() && len(c.Say) > 0 {
		h = s.reserveSender(leaseAt)
	}
	st, err := s.stepsOf(c, leaseAt, &h)
	if err != nil {
		h.end(false)
		return nil, err
	}
	leased, handed, err := s.runAndLease(ctx, st)
	h.end(handed)
	if err != nil {
		return nil, err
	}
	s.wakeFor(c, handed)
	return leased, nil
}

func (s *Store) stepsOf(c bot.Change, leaseAt time.Time, h *handover) (*steps, error) {
	st := newSteps(s.keys.op(operation(c)))
	s.checkChange(st, c)
	s.finish(st, c, leaseAt)
	if err := s.writeDocs(st, c); err != nil {
		return nil, err
	}
	for _, id := range c.Clear {
		if !setAgain(c, id) {
			s.clearDeadline(st, id)
		}
	}
	for _, d := range c.Set {
		if err := s.setDeadline(st, d, c.Now); err != nil {
			return nil, err
		}
	}
	for _, o := range c.Say {
		if err := s.enqueue(st, o, c, h); err != nil {
			return nil, err
		}
	}
	s.writeTimeline(st, c.Log)
	s.writeIndexes(st, c.Index)
	return st, nil
}

func (s *Store) wakeFor(c bot.Change, handed bool) {
	if len(c.Say) > 1 || len(c.Say) > 0 && !handed {
		s.wakers.outgoing()
	}
	if len(c.Set) > 0 {
		s.wakers.deadline()
	}
}

// operation is the idempotency key of a change. Work that ends can end but once,
// so its fence serves.
func operation(c bot.Change) string {
	switch {
	case c.Op != "":
		return c.Op
	case c.Done.Mail != nil:
		return "mail|" + c.Done.Mail.Message.ID + "|" + strconv.FormatInt(c.Done.Mail.Fence, 10)
	case c.Done.Deadline != nil:
		return "deadline|" + c.Done.Deadline.ID + "|" + strconv.FormatInt(c.Done.Deadline.Fence, 10)
	}
	return rand.Text()
}

func (s *Store) checkChange(st *steps, c bot.Change) {
	if m := c.Done.Mail; m != nil {
		st.fence(s.mailWork(*m))
	}
	if d := c.Done.Deadline; d != nil {
		st.fence(s.deadlineWork(*d))
	}
	for _, docs := range [...][]bot.Doc{c.Put, c.Check, c.Delete} {
		for _, d := range docs {
			p := s.keys.doc(d.DocRef)
			st.check("V", st.key(p.key), p.field, d.Version)
		}
	}
}

// setAgain reports whether a change that ends a deadline sets it anew: that is all
// there is to do then.
func setAgain(c bot.Change, id string) bool {
	return slices.ContainsFunc(c.Set, func(d scheduler.Deadline) bool { return d.ID == id })
}

// finish ends the work that led to the change.
func (s *Store) finish(st *steps, c bot.Change, leaseAt time.Time) {
	if m := c.Done.Mail; m != nil {
		w := s.mailWork(*m)
		if leaseAt.IsZero() {
			st.take(w, s.keys.mailbox(w.id), 1, c.Now)
		} else {
			st.takeAndLease(w, s.keys.mailbox(w.id), 1, leaseAt, s.cfg.Lease, 1, w.lane)
		}
	}
	if d := c.Done.Deadline; d != nil && !setAgain(c, d.ID) {
		s.clearDeadline(st, d.ID)
	}
}

func (s *Store) writeDocs(st *steps, c bot.Change) error {
	for _, d := range c.Put {
		if !json.Valid(d.Body) {
			return fmt.Errorf("document %s %s is not valid JSON", d.Kind, d.ID)
		}
		p := s.keys.doc(d.DocRef)
		st.write("P", st.key(p.key), p.field, storedDoc(d.Version+1, d.Body))
	}
	for _, d := range c.Delete {
		p := s.keys.doc(d.DocRef)
		st.write("D", st.key(p.key), p.field)
	}
	return nil
}

// rememberSaid is how long an outgoing message's id is refused a second time.
const rememberSaid = 48 * time.Hour

// saidOnce reports whether a message has its id from the work that ends with it.
// That happens but once, so that no mark is needed to say it once.
func saidOnce(done bot.Claim, id string) bool {
	switch {
	case done.Mail != nil:
		return strings.HasPrefix(id, done.Mail.Message.ID+".")
	case done.Deadline != nil:
		return strings.HasPrefix(id, done.Deadline.ID+"|"+strconv.FormatInt(done.Deadline.Fence, 10)+"|")
	}
	return false
}

// enqueue appends to the outbox, once for each id.
func (s *Store) enqueue(st *steps, o bot.Outgoing, c bot.Change, h *handover) error {
	now := c.Now
	if o.ID == "" || o.To == "" {
		return errors.New("a message to be said has no id or no recipient")
	}
	if o.Priority != bot.PriorityPage {
		o.Priority = bot.PriorityNormal
	}
	o.CreatedAt = now
	item, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode message %s: %w", o.ID, err)
	}
	list, lane := st.key(s.keys.outbox(o.Priority, o.To)), s.keys.out(o.Priority)
	switch {
	case !saidOnce(c.Done, o.ID):
		st.write("O", st.key(s.keys.said(o.ID)), list, st.key(lane.due), seconds(rememberSaid), string(o.To), micros(now), string(item))
	case h.take(o):
		st.write("H", list, st.key(lane.due), st.key(lane.tries), string(o.To), micros(now), string(item), h.parcel.Fence)
	default:
		st.write("A", list, st.key(lane.due), string(o.To), micros(now), string(item))
	}
	return nil
}

// writeTimeline appends entries, and notes which timelines hold words or names of
// people, so that they can be found when they must go.
func (s *Store) writeTimeline(st *steps, log []bot.Entry) {
	for _, e := range log {
		st.write("L", st.key(s.keys.timeline(e.Of)), encodeLine(e))
		if age := wordsAge(e); age > 0 {
			of := refMember(e.Of)
			st.write("W", st.key(s.keys.wordsByAge()), st.key(s.keys.words(share(of))), share(of), age, of)
		}
	}
}

func (s *Store) writeIndexes(st *steps, changes []bot.IndexChange) {
	for _, x := range changes {
		if x.Remove {
			st.write("R", st.key(s.keys.index(x.Index)), x.Member)
		} else {
			st.write("Z", st.key(s.keys.index(x.Index)), x.Score, x.Member)
		}
	}
}
