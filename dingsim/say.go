package dingsim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Say is something a person says, in a group or to the bot alone.
type Say struct {
	From    string         `json:"from"`    // user id
	Group   string         `json:"group"`   // openConversationId; empty: one-to-one
	Text    string         `json:"text"`    // of a text message
	MsgType string         `json:"msgtype"` // text (default), richText, picture, audio, video, file, unknownMsgType
	Content map[string]any `json:"content"` // of the other types, in the vendor's form; download codes are made up where missing
	// AtBot tells whether the bot is @-ed in a group; it sees nothing else.
	// Default: true, but false for the types with which nobody can @.
	AtBot *bool `json:"at_bot"`
	// WebhookExpiresIn is how long the bot may answer on the session webhook,
	// as a Go duration. Default 90 min.
	WebhookExpiresIn string `json:"webhook_expires_in"`
	ReplyTo          string `json:"reply_to"`  // quotes the message with this msgId, processQueryKey or seq
	MsgID            string `json:"msg_id"`    // instead of a new one
	CreateAt         int64  `json:"create_at"` // instead of now, in Unix milliseconds
}

// Say lets a person speak and returns the message's msgId. A person who speaks
// in a group they are not in has joined it by its link.
func (s *Server) Say(say Say) (string, error) {
	m, err := s.compose(say)
	if err != nil {
		return "", err
	}
	s.journal.add(entry{msgID: m.msgID, PageMessage: PageMessage{
		Route: routeSay, Chat: m.chat(), From: m.from.UserID, Group: m.group.OpenConversationID,
		MsgType: m.msgType, Text: m.words(), Raw: m.content,
	}})
	if m.heard() {
		s.hub.send(s.callback(m))
	}
	return m.msgID, nil
}

// utterance is a checked Say.
type utterance struct {
	from     Person
	group    Group // zero: one-to-one
	msgID    string
	msgType  string
	content  map[string]any
	at       bool
	created  int64
	webhook  time.Duration
	quoted   *entry
	quotaOut bool
}

func (s *Server) compose(say Say) (*utterance, error) {
	p, ok := s.dir.person(say.From)
	if !ok {
		return nil, fmt.Errorf("from: nobody has the user id %q; see /_sim/state for the people", say.From)
	}
	m := &utterance{
		from: p, msgID: cmp.Or(say.MsgID, newMsgID()), msgType: cmp.Or(say.MsgType, "text"),
		created: cmp.Or(say.CreateAt, time.Now().UnixMilli()), webhook: webhookLife,
	}
	if say.WebhookExpiresIn != "" {
		d, err := time.ParseDuration(say.WebhookExpiresIn)
		if err != nil {
			return nil, fmt.Errorf("webhook_expires_in: %q is no duration; write it like \"1s\"", say.WebhookExpiresIn)
		}
		m.webhook = d
	}
	if say.ReplyTo != "" {
		if m.quoted = s.journal.find(say.ReplyTo); m.quoted == nil {
			return nil, fmt.Errorf("reply_to: there is no message %q", say.ReplyTo)
		}
	}
	if err := s.enter(m, say.Group); err != nil {
		return nil, err
	}
	if err := m.fill(say, s.files); err != nil {
		return nil, err
	}
	return m, m.address(say.AtBot)
}

// enter puts the speaker into the group.
func (s *Server) enter(m *utterance, group string) error {
	if group == "" {
		return nil
	}
	g, ok := s.dir.group(group)
	switch {
	case !ok:
		return fmt.Errorf("group: there is no group %q; POST /_sim/groups makes one", group)
	case g.Disbanded:
		return fmt.Errorf("group: %q has been disbanded", g.Title)
	case !slices.Contains(g.Members, m.from.UserID):
		g = s.addMembers(g, []Person{m.from}, m.from)
	}
	m.group = g
	return nil
}

// address decides whether the bot is @-ed. Audio, video and files cannot @.
func (m *utterance) address(at *bool) error {
	mute := slices.Contains([]string{"audio", "video", "file", "unknownMsgType"}, m.msgType)
	if m.group.OpenConversationID == "" {
		return nil
	}
	if at != nil && *at && mute {
		return fmt.Errorf("at_bot: nobody can @ with a message of type %s in a group", m.msgType)
	}
	m.at = !mute
	if at != nil {
		m.at = *at
	}
	return nil
}

func (m *utterance) heard() bool { return m.group.OpenConversationID == "" || m.at }

func (m *utterance) chat() string {
	if m.group.OpenConversationID != "" {
		return "group:" + m.group.OpenConversationID
	}
	return "oto:" + m.from.UserID
}

// find returns a message by msgId, processQueryKey or seq.
func (j *journal) find(id string) *entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range slices.Backward(j.entries) {
		if e.msgID == id || e.key == id || fmt.Sprint(e.Seq) == id {
			c := *e
			return &c
		}
	}
	return nil
}

// callback makes the push of an utterance, and the session to answer it on.
func (s *Server) callback(m *utterance) *push {
	session := s.sessions.open(session{person: m.from, group: m.group.OpenConversationID}, m.webhook)
	m.quotaOut = !s.gate.takeStream()
	body := m.body(s.cfg.ClientID)
	body["sessionWebhookExpiredTime"] = time.Now().Add(m.webhook).UnixMilli()
	return &push{kind: kindCallback, topic: topicMessage, id: m.msgID, data: func(base string) string {
		mine := with(map[string]any{"sessionWebhook": base + "/robot/sendBySession?session=" + session}, body)
		b, _ := json.Marshal(mine) // made of JSON values only
		return string(b)
	}}
}
