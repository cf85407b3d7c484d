package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

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

// rememberOp is how long an operation's id is kept: far longer than the client
// library goes on repeating a write.
const rememberOp = 15 * time.Minute

// run does the steps in one script.
func (s *Store) run(ctx context.Context, st *steps) error {
	args := append([]any{int(rememberOp.Seconds())}, st.checks...)
	args = append(args, st.writes...)
	verdict, err := s.eval(ctx, changeScript, st.keys, args...).Text()
	switch {
	case err != nil:
		return fmt.Errorf("change state: %w", err)
	case verdict == "CONFLICT":
		return bot.ErrConflict
	case verdict == "FENCED":
		return bot.ErrFenced
	}
	return nil
}

// Commit makes a change happen, all of it or nothing; see bot.Committer.
func (s *Store) Commit(ctx context.Context, c bot.Change) error {
	st := newSteps(s.keys.op(operation(c)))
	s.checkChange(st, c)
	s.finish(st, c)
	if err := s.writeDocs(st, c); err != nil {
		return err
	}
	for _, id := range c.Clear {
		st.write("X", st.key(s.keys.dueDeadlines()), st.key(s.keys.triesDeadlines()), st.key(s.keys.deadlines()), id)
	}
	for _, d := range c.Set {
		if err := s.setDeadline(st, d); err != nil {
			return err
		}
	}
	for _, o := range c.Say {
		if err := s.enqueue(st, o, c.Now); err != nil {
			return err
		}
	}
	if err := s.writeTimeline(st, c.Log); err != nil {
		return err
	}
	for _, x := range c.Index {
		if x.Remove {
			st.write("R", st.key(s.keys.index(x.Index)), x.Member)
		} else {
			st.write("Z", st.key(s.keys.index(x.Index)), x.Score, x.Member)
		}
	}
	if err := s.run(ctx, st); err != nil {
		return err
	}
	s.wake(c)
	return nil
}

// operation is the idempotency key of a change.
func operation(c bot.Change) string {
	switch {
	case c.Op != "":
		return c.Op
	case c.Done.Mail != nil:
		return "m|" + c.Done.Mail.Message.ID + "|" + strconv.FormatInt(c.Done.Mail.Fence, 10)
	case c.Done.Deadline != nil:
		return "d|" + c.Done.Deadline.ID + "|" + strconv.FormatInt(c.Done.Deadline.Fence, 10)
	}
	return rand.Text()
}

func (s *Store) checkChange(st *steps, c bot.Change) {
	for _, docs := range [...][]bot.Doc{c.Put, c.Check, c.Delete} {
		for _, d := range docs {
			st.check("V", st.key(s.keys.doc(d.DocRef)), strconv.FormatInt(d.Version, 10))
		}
	}
	if m := c.Done.Mail; m != nil {
		st.check("F", st.key(s.keys.dueMail()), m.Message.Conversation, m.Fence)
	}
	if d := c.Done.Deadline; d != nil {
		st.check("F", st.key(s.keys.dueDeadlines()), d.ID, d.Fence)
	}
}

// finish ends the work that led to the change; it comes before new deadlines, so
// that one may be set again under the same id.
func (s *Store) finish(st *steps, c bot.Change) {
	if m := c.Done.Mail; m != nil {
		s.takeMail(st, m.Message.Conversation, c.Now)
	}
	if d := c.Done.Deadline; d != nil {
		st.write("X", st.key(s.keys.dueDeadlines()), st.key(s.keys.triesDeadlines()), st.key(s.keys.deadlines()), d.ID)
	}
}

func (s *Store) takeMail(st *steps, conversation string, now time.Time) {
	st.write("M", st.key(s.keys.mailbox(conversation)), st.key(s.keys.dueMail()), st.key(s.keys.triesMail()),
		conversation, micros(now), 1)
}

func (s *Store) writeDocs(st *steps, c bot.Change) error {
	for _, d := range c.Put {
		if !json.Valid(d.Body) {
			return fmt.Errorf("document %s %s is not valid JSON", d.Kind, d.ID)
		}
		st.write("P", st.key(s.keys.doc(d.DocRef)), strconv.FormatInt(d.Version+1, 10), string(d.Body))
	}
	for _, d := range c.Delete {
		st.write("D", st.key(s.keys.doc(d.DocRef)))
	}
	return nil
}

// storedDeadline is a deadline with its due time, which the lane's score stops
// showing once it is claimed.
type storedDeadline struct {
	scheduler.Deadline
	DueMicros int64 `json:"due"`
}

func (s *Store) setDeadline(st *steps, d scheduler.Deadline) error {
	payload, err := json.Marshal(storedDeadline{d, micros(d.Due)})
	if err != nil {
		return fmt.Errorf("encode deadline %s: %w", d.ID, err)
	}
	st.write("T", st.key(s.keys.dueDeadlines()), st.key(s.keys.triesDeadlines()), st.key(s.keys.deadlines()),
		d.ID, micros(d.Due), string(payload))
	return nil
}

func (s *Store) enqueue(st *steps, o bot.Outgoing, now time.Time) error {
	o.CreatedAt = now
	item, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode message %s: %w", o.ID, err)
	}
	st.write("O", st.key(s.keys.outbox(o.Priority, o.To)), st.key(s.keys.dueOut(o.Priority)),
		string(o.To), micros(now), string(item))
	return nil
}

// writeTimeline appends entries, and notes where words of people stand, so that
// they can be found when they must go.
func (s *Store) writeTimeline(st *steps, log []bot.Entry) error {
	for _, e := range log {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode timeline entry: %w", err)
		}
		st.write("L", st.key(s.keys.timeline(e.Of)), string(line))
		if e.Person != "" && e.Text != "" {
			ref := refMember(e.Of)
			st.write("Z", st.key(s.keys.wordsOf(e.Person)), micros(e.At), ref)
			st.write("N", st.key(s.keys.words()), micros(e.At), ref)
		}
	}
	return nil
}

func refMember(r bot.DocRef) string { return r.Kind + "|" + r.ID }

func micros(t time.Time) int64 { return t.UnixMicro() }

// eval runs a script; with replicas to wait for, the wait goes over the same
// connection, because WAIT counts only the writes of its own.
func (s *Store) eval(ctx context.Context, script *redis.Script, ks []string, args ...any) *redis.Cmd {
	if s.cfg.WaitReplicas <= 0 {
		return script.Run(ctx, s.client, ks, args...)
	}
	cmd := redis.NewCmd(ctx)
	client, err := s.primary(ctx, ks[0])
	if err != nil {
		cmd.SetErr(err)
		return cmd
	}
	pipe := client.Pipeline()
	result := script.Eval(ctx, pipe, ks, args...)
	wait := pipe.Do(ctx, "WAIT", s.cfg.WaitReplicas, waitFor.Milliseconds())
	if _, err := pipe.Exec(ctx); err != nil && result.Err() == nil {
		result.SetErr(err)
	}
	if n, err := wait.Int(); result.Err() == nil && err == nil && n < s.cfg.WaitReplicas {
		result.SetErr(fmt.Errorf("only %d of %d replicas have the write", n, s.cfg.WaitReplicas))
	}
	return result
}

// waitFor bounds how long a write waits for its replicas.
const waitFor = time.Second
