package handlers

import (
	"context"
	"slices"
	"time"

	"guanjia/bot"
)

// person is what the bot remembers about somebody who wrote to it.
type person struct {
	Name     string `json:"name,omitempty"`
	StaffID  string `json:"staff_id,omitempty"`
	UnionID  string `json:"union_id,omitempty"`
	SenderID string `json:"sender_id,omitempty"`
	// Lang is the language of their last words.
	Lang string `json:"lang,omitempty"`
	// Direct is their one-to-one chat, once they opened it.
	Direct string `json:"direct,omitempty"`
	// Reply is the freshest address for an answer in the one-to-one chat.
	Reply bot.Webhook `json:"reply,omitzero"`
	// Greeted is set once they were told what the bot can do.
	Greeted bool `json:"greeted,omitempty"`
	// NotedAt is when they were last told that people are away.
	NotedAt time.Time `json:"noted_at,omitzero"`
	// HumanAt is when a person last wrote to them through the bot.
	HumanAt time.Time `json:"human_at,omitzero"`
	// Asking are the escalations they opened, as far as they are not known to be
	// over; oldest first.
	Asking []string `json:"asking,omitempty"`
	// Switched is the escalation that a member's plain words go to, when they hold
	// several.
	Switched string `json:"switched,omitempty"`
	// Aliases are the weaker ids by which they can be found.
	Aliases []string `json:"aliases,omitempty"`
	// Chats is what is remembered for each chat they talk in.
	Chats []chat `json:"chats,omitempty"`
}

// chat is one person's thread in one conversation.
type chat struct {
	Conversation string `json:"conversation"`
	// To reaches the person in this chat.
	To bot.Recipient `json:"to,omitempty"`
	// Topic is the entry of the last answer, for follow-up questions.
	Topic   string    `json:"topic,omitempty"`
	TopicAt time.Time `json:"topic_at,omitzero"`
	// Offered are the entries of the last clarifying question.
	Offered   []string  `json:"offered,omitempty"`
	OfferedAt time.Time `json:"offered_at,omitzero"`
	// Doubt is the question whether their words are urgent, while it is open.
	Doubt *doubt `json:"doubt,omitempty"`
	// Rating is the escalation that they were asked to rate, at RatingAt.
	Rating   string    `json:"rating,omitempty"`
	RatingAt time.Time `json:"rating_at,omitzero"`
	// Reply is the freshest address for words to a group; see replyIn.
	Reply bot.Webhook `json:"reply,omitzero"`
	// LastAt is when the person last said something here.
	LastAt time.Time `json:"last_at"`
}

// How long things said are remembered (contract §4 and §5).
const (
	topicFor = 10 * time.Minute
	offerFor = 10 * time.Minute
	maxChats = 8
)

func personRef(identity string) bot.DocRef { return bot.DocRef{Kind: "person", ID: identity} }

// loadPerson reads what is known of the sender and brings it up to date.
func loadPerson(ctx context.Context, t *tx, m bot.Message) (*person, error) {
	p := &person{}
	if _, err := t.get(ctx, personRef(m.Sender.Identity()), p); err != nil {
		return nil, err
	}
	p.StaffID, p.UnionID, p.SenderID = m.Sender.StaffID, m.Sender.UnionID, m.Sender.SenderID
	if m.Sender.Name != "" {
		p.Name = m.Sender.Name
	}
	if m.Direct() {
		p.Direct = m.Conversation
		if m.Reply.Expires.After(p.Reply.Expires) {
			p.Reply = m.Reply
		}
	}
	return p, nil
}

// replyIn is the freshest address for words to a chat: that of the one-to-one chat
// is the person's own.
func (p *person) replyIn(c *chat) bot.Webhook {
	if c.Conversation == p.Direct {
		return p.Reply
	}
	return c.Reply
}

// chat gives the thread in a conversation; the least recently used one makes
// room for a new one.
func (p *person) chat(conversation string, now time.Time) *chat {
	i := slices.IndexFunc(p.Chats, func(c chat) bool { return c.Conversation == conversation })
	if i < 0 {
		if len(p.Chats) >= maxChats {
			oldest := slices.MinFunc(p.Chats, func(a, b chat) int { return a.LastAt.Compare(b.LastAt) })
			p.Chats = slices.DeleteFunc(p.Chats, func(c chat) bool { return c.Conversation == oldest.Conversation })
		}
		p.Chats = append(p.Chats, chat{Conversation: conversation})
		i = len(p.Chats) - 1
	}
	p.Chats[i].LastAt = now
	return &p.Chats[i]
}

// topic is the entry that a follow-up question is about, if it is fresh.
func (c *chat) topic(now time.Time) string {
	if now.Sub(c.TopicAt) > topicFor {
		return ""
	}
	return c.Topic
}

// offered is the n-th entry of the last clarifying question, from 1, if that is
// fresh.
func (c *chat) offered(n int, now time.Time) (id string, ok bool) {
	if now.Sub(c.OfferedAt) > offerFor || n < 1 || n > len(c.Offered) {
		return "", false
	}
	return c.Offered[n-1], true
}
