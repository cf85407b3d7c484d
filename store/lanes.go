package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
	"guanjia/scheduler"
)

// rememberMessage is how long a message's id is known: longer than any repeat of
// the platform that was ever reported.
const rememberMessage = 48 * time.Hour

// Receive keeps a message durably, once; see bot.Inbox.
func (s *Store) Receive(ctx context.Context, m bot.Message) (fresh bool, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return false, fmt.Errorf("encode message: %w", err)
	}
	ks := []string{s.keys.seen(m.ID), s.keys.mailbox(m.Conversation), s.keys.dueMail()}
	n, err := s.eval(ctx, receiveScript, ks, string(body), m.Conversation, micros(m.ReceivedAt), int(rememberMessage.Seconds())).Int()
	if err != nil {
		return false, fmt.Errorf("store message: %w", err)
	}
	s.onMail()
	return n == 1, nil
}

// claimed is one id of a lane, leased.
type claimed struct {
	id    string
	tries int
}

func (s *Store) claim(ctx context.Context, due, tries string, now time.Time, n int) (cs []claimed, fence int64, next time.Time, err error) {
	fence = micros(now.Add(s.cfg.Lease))
	res, err := claimScript.Run(ctx, s.client, []string{due, tries}, micros(now), fence, n).StringSlice()
	if err != nil {
		return nil, 0, time.Time{}, fmt.Errorf("claim work: %w", err)
	}
	if score, err := strconv.ParseFloat(res[0], 64); err == nil {
		next = time.UnixMicro(int64(score))
	}
	for i := 1; i+1 < len(res); i += 2 {
		tries, _ := strconv.Atoi(res[i+1]) // the script's own number
		cs = append(cs, claimed{res[i], tries})
	}
	return cs, fence, next, nil
}

// ClaimMail leases the heads of mailboxes; see bot.Mailbox.
func (s *Store) ClaimMail(ctx context.Context, now time.Time, n int) (mail []bot.Mail, next time.Time, err error) {
	cs, fence, next, err := s.claim(ctx, s.keys.dueMail(), s.keys.triesMail(), now, n)
	if err != nil || len(cs) == 0 {
		return nil, next, err
	}
	heads, err := s.heads(ctx, cs, 1, func(id string) string { return s.keys.mailbox(id) })
	if err != nil {
		return nil, next, err
	}
	for i, c := range cs {
		m := bot.Mail{Fence: fence, Attempt: c.tries}
		if len(heads[i]) > 0 {
			err = json.Unmarshal([]byte(heads[i][0]), &m.Message)
		}
		if len(heads[i]) == 0 || err != nil {
			m.Message = bot.Message{ID: c.id, Conversation: c.id}
			if err := s.BuryMail(ctx, m, now, "unreadable or missing message"); err != nil && !errors.Is(err, bot.ErrFenced) {
				return mail, next, err
			}
			continue
		}
		mail = append(mail, m)
	}
	return mail, next, nil
}

// heads reads the first items of several lists in one round trip. The lists'
// lanes are leased, so nobody else takes from them.
func (s *Store) heads(ctx context.Context, cs []claimed, n int, key func(id string) string) ([][]string, error) {
	cmds := make([]*redis.StringSliceCmd, len(cs))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, c := range cs {
			cmds[i] = p.LRange(ctx, key(c.id), 0, int64(n-1))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read claimed work: %w", err)
	}
	out := make([][]string, len(cs))
	for i, c := range cmds {
		out[i] = c.Val()
	}
	return out, nil
}

// ReleaseMail gives a message back; see bot.Mailbox.
func (s *Store) ReleaseMail(ctx context.Context, m bot.Mail, at time.Time) error {
	return s.release(ctx, s.keys.dueMail(), m.Message.Conversation, m.Fence, at)
}

func (s *Store) release(ctx context.Context, due, lane string, fence int64, at time.Time) error {
	st := newSteps(s.keys.op("r|" + due + "|" + lane + "|" + strconv.FormatInt(fence, 10)))
	st.check("F", st.key(due), lane, fence)
	st.write("S", st.key(due), lane, micros(at))
	return s.run(ctx, st)
}

// BuryMail moves a message to the dead letters; see bot.Mailbox.
func (s *Store) BuryMail(ctx context.Context, m bot.Mail, now time.Time, reason string) error {
	st := newSteps(s.keys.op("b|" + m.Message.ID + "|" + strconv.FormatInt(m.Fence, 10)))
	st.check("F", st.key(s.keys.dueMail()), m.Message.Conversation, m.Fence)
	s.takeMail(st, m.Message.Conversation, now)
	if err := s.bury(st, "mail|"+m.Message.ID, m.Message, reason, now); err != nil {
		return err
	}
	return s.run(ctx, st)
}

// deadLetter is something that was given up, for an engineer to look at.
type deadLetter struct {
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	Body   any       `json:"body"`
}

func (s *Store) bury(st *steps, id string, body any, reason string, now time.Time) error {
	letter, err := json.Marshal(deadLetter{Reason: reason, At: now, Body: body})
	if err != nil {
		return fmt.Errorf("encode dead letter %s: %w", id, err)
	}
	st.write("B", st.key(s.keys.dead()), st.key(s.keys.deadBodies()), id, micros(now), string(letter))
	return nil
}

// ClaimDeadlines leases what is due; see scheduler.Queue.
func (s *Store) ClaimDeadlines(ctx context.Context, now time.Time, n int) (ds []scheduler.Claimed, next time.Time, err error) {
	cs, fence, next, err := s.claim(ctx, s.keys.dueDeadlines(), s.keys.triesDeadlines(), now, n)
	if err != nil || len(cs) == 0 {
		return nil, next, err
	}
	ids := make([]string, len(cs))
	for i, c := range cs {
		ids[i] = c.id
	}
	payloads, err := s.client.HMGet(ctx, s.keys.deadlines(), ids...).Result()
	if err != nil {
		return nil, next, fmt.Errorf("read deadlines: %w", err)
	}
	for i, c := range cs {
		var sd storedDeadline
		text, _ := payloads[i].(string)
		if err := json.Unmarshal([]byte(text), &sd); err != nil {
			sd = storedDeadline{Deadline: scheduler.Deadline{ID: c.id, Kind: "unreadable"}, DueMicros: micros(now)}
		}
		sd.Due = time.UnixMicro(sd.DueMicros)
		ds = append(ds, scheduler.Claimed{Deadline: sd.Deadline, Fence: fence, Attempt: c.tries})
	}
	return ds, next, nil
}

// ReleaseDeadline gives a deadline back; see scheduler.Queue.
func (s *Store) ReleaseDeadline(ctx context.Context, c scheduler.Claimed, at time.Time) error {
	return s.release(ctx, s.keys.dueDeadlines(), c.ID, c.Fence, at)
}

// BuryDeadline moves a deadline to the dead letters; see scheduler.Queue.
func (s *Store) BuryDeadline(ctx context.Context, c scheduler.Claimed, now time.Time, reason string) error {
	st := newSteps(s.keys.op("b|" + c.ID + "|" + strconv.FormatInt(c.Fence, 10)))
	st.check("F", st.key(s.keys.dueDeadlines()), c.ID, c.Fence)
	st.write("X", st.key(s.keys.dueDeadlines()), st.key(s.keys.triesDeadlines()), st.key(s.keys.deadlines()), c.ID)
	if err := s.bury(st, "deadline|"+c.ID, c.Deadline, reason, now); err != nil {
		return err
	}
	return s.run(ctx, st)
}
