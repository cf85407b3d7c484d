package dingsim

import (
	"fmt"
	"strings"
)

const (
	corpID    = "dingsimcorp0000000000000000000000001"
	botUserID = "$:LWCP_v1:$c2ltdWxhdGVkIHJvYm90" // the bot as a member of chats
	botName   = "安全管家"
)

// body is the callback's data without the session webhook.
func (m *utterance) body(robotCode string) map[string]any {
	b := map[string]any{
		"msgId": m.msgID, "msgtype": m.msgType, "createAt": m.created,
		"senderId": m.from.dingID(), "senderNick": m.from.Name, "senderUnionId": m.from.UnionID,
		"isAdmin": m.from.UserID == "staff005", "senderPlatform": "Win",
		"chatbotUserId": botUserID, "chatbotCorpId": corpID, "robotCode": robotCode,
	}
	if id := m.from.staffID(); id != "" {
		b["senderStaffId"], b["senderCorpId"] = id, corpID
	}
	m.place(b)
	if m.quotaOut {
		b["errorCode"], b["errorMessage"] = "20001", "企业本月Webhook和Stream调用量已用完"
		return b
	}
	m.say(b)
	return b
}

// place tells where it was said.
func (m *utterance) place(b map[string]any) {
	if m.group.OpenConversationID == "" {
		b["conversationType"], b["conversationId"] = "1", otoConversation(m.from)
		b["openThreadId"] = b["conversationId"]
		return
	}
	b["conversationType"], b["conversationId"] = "2", m.group.OpenConversationID
	b["conversationTitle"], b["openThreadId"] = m.group.Title, m.group.OpenConversationID
	b["isInAtList"] = m.at
	b["atUsers"] = []map[string]any{{"dingtalkId": botUserID}}
}

// say puts the words in, and the message they quote.
func (m *utterance) say(b map[string]any) {
	if m.msgType != "text" {
		if len(m.content) > 0 {
			b["content"] = m.content
		}
		return
	}
	text := with(map[string]any{}, m.content)
	if m.at {
		text["content"] = " " + fmt.Sprint(text["content"]) // what is left of "@bot "
	}
	if q := m.quoted; q != nil {
		text["isReplyMsg"], text["repliedMsg"] = true, q.quotation()
		b["originalMsgId"] = q.msgID
		if q.fromBot() && q.key != "" {
			b["originalProcessQueryKey"] = q.key
		}
	}
	b["text"] = text
}

func (e *entry) quotation() map[string]any {
	sender, content := senderOf(e), map[string]any{"text": e.Text}
	if own, ok := e.Raw.(map[string]any); ok && e.Route == routeSay && e.MsgType != "text" {
		content = own
	}
	return map[string]any{
		"msgType": e.MsgType, "msgId": e.msgID, "senderId": sender, "createdAt": e.At.UnixMilli(), "content": content,
	}
}

func senderOf(e *entry) string {
	for _, p := range residents() {
		if p.UserID == e.From {
			return p.dingID()
		}
	}
	return botUserID
}

func otoConversation(p Person) string {
	return "cid" + strings.TrimPrefix(senderID("one to one "+p.UnionID), "$:LWCP_v1:$") + "=="
}
