package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// steps collects what changeScript is to do. Checks and writes are kept apart,
// so that the checks always come first.
type steps struct {
	keys     []string
	position map[string]int
	checks   []any
	writes   []any
	fenced   int // 1 if a check is that of a fence
}

func newSteps(opKey string) *steps {
	return &steps{keys: []string{opKey}, position: map[string]int{opKey: 1}}
}

// key is the position of a key, as the script counts them.
func (s *steps) key(k string) int {
	if n, ok := s.position[k]; ok {
		return n
	}
	s.keys = append(s.keys, k)
	s.position[k] = len(s.keys)
	return len(s.keys)
}

func (s *steps) check(args ...any) { s.checks = append(s.checks, args...) }
func (s *steps) write(args ...any) { s.writes = append(s.writes, args...) }

// fence checks that the work is still ours.
func (s *steps) fence(w work) {
	s.fenced = 1
	s.check("F", s.key(w.lane.due), w.id, w.fence)
}

// take removes the first items of a list whose lane is leased.
func (s *steps) take(w work, list string, count int, now time.Time) {
	s.write("M", s.key(list), s.key(w.lane.due), s.key(w.lane.tries), w.id, micros(now), count)
}

// takeAndLease is take, and leases what is left of the list for whoever took:
// its next item needs no claim of its own. It does not while before has work.
func (s *steps) takeAndLease(w work, list string, count int, now time.Time, lease time.Duration, items int, before lane) {
	s.write("N", s.key(list), s.key(w.lane.due), s.key(w.lane.tries), w.id, micros(now), count,
		lease.Microseconds(), items, s.key(before.due))
}

// rememberOp is how long an operation's id is kept: far longer than the client
// library goes on repeating a write.
const rememberOp = 15 * time.Minute

// run does the steps in one script.
func (s *Store) run(ctx context.Context, st *steps) error {
	_, _, err := s.runAndLease(ctx, st)
	return err
}

// runAndLease does the steps, and returns what takeAndLease leased: fence, tries
// and first items, the latter missing when the answer was lost once; nil for
// nothing. handed tells that a reply was leased; when Redis' own answer was lost
// once it does not, and the reply waits for the end of its lease.
func (s *Store) runAndLease(ctx context.Context, st *steps) (leased []string, handed bool, err error) {
	args := make([]any, 0, 2+len(st.checks)+len(st.writes))
	args = append(args, seconds(rememberOp), st.fenced)
	args = append(args, st.checks...)
	args = append(args, st.writes...)
	answer, err := s.eval(ctx, changeScript, st.keys, args...).StringSlice()
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("change state: %w", err)
	case answer[0] == "CONFLICT":
		return nil, false, bot.ErrConflict
	case answer[0] == "FENCED":
		return nil, false, bot.ErrFenced
	}
	return answer[1:], answer[0] == "HANDED", nil
}

// storedDeadline is what of a deadline neither its id says nor the lane: its score
// is the due time and, once it is claimed, the tries hold that.
type storedDeadline struct {
	Kind    string          `json:"kind,omitempty"`
	Subject string          `json:"subject,omitempty"`
	Run     int             `json:"run,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	// WaitMicros is last, where rewindScript looks for it; zero: a time of the calendar.
	WaitMicros int64 `json:"in,omitempty"`
}

// encodeDeadline gives a deadline's body, "" when there is nothing to say.
func encodeDeadline(d scheduler.Deadline) (string, error) {
	rest := storedDeadline{Kind: d.Kind, Subject: d.Subject, Run: d.Run, Data: d.Data, WaitMicros: d.Wait.Microseconds()}
	if kind, subject, _ := strings.Cut(d.ID, "|"); kind == d.Kind && subject == d.Subject {
		rest.Kind, rest.Subject = "", ""
	}
	if rest.Kind == "" && rest.Subject == "" && rest.Run == 0 && len(rest.Data) == 0 && rest.WaitMicros == 0 {
		return "", nil
	}
	body, err := json.Marshal(rest)
	return string(body), err
}

func (s *Store) setDeadline(st *steps, d scheduler.Deadline, now time.Time) error {
	if !d.Due.After(now) {
		d.Wait = soon
	}
	body, err := encodeDeadline(d)
	if err != nil {
		return fmt.Errorf("encode deadline %s: %w", d.ID, err)
	}
	l := s.keys.deadlines()
	st.write("T", st.key(l.due), st.key(l.tries), st.key(s.keys.bodyOf(d.ID)), d.ID, micros(d.Due), body)
	return nil
}

func (s *Store) clearDeadline(st *steps, id string) {
	l := s.keys.deadlines()
	st.write("X", st.key(l.due), st.key(l.tries), st.key(s.keys.bodyOf(id)), id)
}
