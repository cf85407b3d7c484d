package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"guanjia/bot"
)

// rememberMessage is how long a message's id is known: longer than any repeat of
// the platform that was ever reported.
const rememberMessage = 48 * time.Hour

// receiveWithin bounds how long Receive tries: a frame that cannot be stored
// within 3 s must be refused within them.
const receiveWithin = 2500 * time.Millisecond

// storedMessage is a message in its mailbox. It begins with the time by which the
// mailbox is in order.
type storedMessage struct {
	SentMillis int64 `json:"sent_ms"`
	bot.Message
}

// Receive keeps a message durably, once; see bot.Inbox. It answers within 2.5 s.
func (s *Store) Receive(ctx context.Context, m bot.Message) (fresh bool, err error) {
	if m.ID == "" || m.Conversation == "" {
		return false, errors.New("store message: it has no id or no conversation")
	}
	body, err := json.Marshal(storedMessage{max(0, m.SentAt.UnixMilli()), m})
	if err != nil {
		return false, fmt.Errorf("encode message: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, receiveWithin)
	defer cancel()
	lane := s.keys.mail()
	ks := []string{s.keys.seen(m.ID), s.keys.mailbox(m.Conversation), lane.due, lane.tries}
	n, err := s.eval(ctx, receiveScript, ks, string(body), m.Conversation, micros(m.ReceivedAt), seconds(rememberMessage), max(0, m.SentAt.UnixMilli())).Int()
	if err != nil {
		return false, fmt.Errorf("store message: %w", err)
	}
	s.wakers.mail()
	return n == 1, nil
}

// ClaimMail leases the heads of mailboxes; see bot.Mailbox.
func (s *Store) ClaimMail(ctx context.Context, now time.Time, n int) (mail []bot.Mail, next time.Time, err error) {
	cs, next, err := s.claim(ctx, now, n, "", s.keys.mail())
	if err != nil {
		return nil, next, err
	}
	heads, err := s.heads(ctx, cs, 1, func(c claimed) string { return s.keys.mailbox(c.id) })
	if err != nil {
		return nil, next, err
	}
	for i, c := range cs {
		m := bot.Mail{Message: bot.Message{ID: c.id, Conversation: c.id}, Fence: c.fence, Attempt: c.tries}
		if !read(heads[i], &m.Message) {
			if err := s.drop(ctx, s.mailWork(m), s.keys.mailbox(c.id), heads[i], now); err != nil {
				return mail, next, err
			}
			next = now // what is behind it can be claimed
			continue
		}
		mail = append(mail, m)
	}
	return mail, next, nil
}

// FinishMail commits the end of a message and leases the next; see bot.Mailbox.
func (s *Store) FinishMail(ctx context.Context, c bot.Change, now time.Time) (next *bot.Mail, err error) {
	leased, err := s.commit(ctx, c, now)
	if err != nil || len(leased) == 0 {
		return nil, err
	}
	conversation := c.Done.Mail.Message.Conversation
	m := bot.Mail{Message: bot.Message{ID: conversation, Conversation: conversation}}
	items, err := s.leased(ctx, leased, &m.Fence, &m.Attempt, s.keys.mailbox(conversation), 1)
	if err != nil || !read(items, &m.Message) {
		return nil, nil // the change is made; whoever claims it when the lease ends sees what is wrong with it
	}
	return &m, nil
}

// leased reads what runAndLease returned, and fetches the items when they were
// lost with an answer.
func (s *Store) leased(ctx context.Context, answer []string, fence *int64, tries *int, list string, n int) (items []string, err error) {
	if *fence, err = strconv.ParseInt(answer[0], 10, 64); err != nil {
		return nil, err
	}
	if *tries, err = strconv.Atoi(answer[1]); err != nil {
		return nil, err
	}
	if len(answer) > 2 {
		return answer[2:], nil
	}
	return s.client.LRange(ctx, list, 0, int64(n-1)).Result()
}

// read decodes the first item, if there is one.
func read(items []string, v any) bool {
	return len(items) > 0 && json.Unmarshal([]byte(items[0]), v) == nil
}

func (s *Store) mailWork(m bot.Mail) work {
	return work{s.keys.mail(), m.Message.Conversation, m.Fence, m.Message.ID}
}

// ReleaseMail gives a message back; see bot.Mailbox.
func (s *Store) ReleaseMail(ctx context.Context, m bot.Mail, at time.Time) error {
	return s.release(ctx, s.mailWork(m), at)
}

// BuryMail moves a message to the dead letters; see bot.Mailbox.
func (s *Store) BuryMail(ctx context.Context, m bot.Mail, now time.Time, reason string) error {
	w := s.mailWork(m)
	st := s.settle("bury", w)
	st.take(w, s.keys.mailbox(w.id), 1, now)
	if err := s.bury(st, "mail|"+m.Message.ID, m.Message, reason, now); err != nil {
		return err
	}
	return s.run(ctx, st)
}

func seconds(d time.Duration) int { return int(d.Seconds()) }
