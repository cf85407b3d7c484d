package dingsim

import "encoding/json"

// words is what people see of a message of the bot.
type words struct {
	route    string
	msgType  string
	title    string
	text     string
	markdown string
	buttons  []Button
	ding     *DingInfo
	raw      []byte // the request's body
	updateOf int64
}

// post puts the bot's words into a chat: the group's, or the one of user.
func (s *Server) post(w words, user, group, key string) int64 {
	m := PageMessage{
		Route: w.route, To: user, Group: group, Chat: "oto:" + user, MsgType: w.msgType, Text: w.text,
		Markdown: w.markdown, Title: w.title, Buttons: w.buttons, Ding: w.ding, UpdateOf: w.updateOf,
	}
	if w.route == routeDing {
		m.Chat = "ding:" + user
	}
	if group != "" {
		m.To, m.Chat = "", "group:"+group
	}
	m.Raw = json.RawMessage(w.raw)
	return s.journal.add(entry{PageMessage: m, key: key, msgID: newMsgID()})
}
