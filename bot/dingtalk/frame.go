package dingtalk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
)

// MaxFrame is the largest message that is read, in bytes. The platform's own
// limits are far below; anything larger is not a message of a person.
const MaxFrame = 1 << 20

// errQuota marks the callback that comes without words when the organisation's
// monthly stream quota is used up (errorCode 20001).
var errQuota = errors.New("the organisation's monthly stream quota is used up")

// errOversize marks a frame beyond MaxFrame.
var errOversize = fmt.Errorf("frame larger than %d bytes", MaxFrame)

// callback is a robot message as the platform sends it. The SDK's own model
// lacks half of the fields. Fields whose type varies in the field are loose.
type callback struct {
	MsgID             loose           `json:"msgId"`
	MsgType           loose           `json:"msgtype"`
	CreateAt          loose           `json:"createAt"`
	ConversationType  loose           `json:"conversationType"`
	ConversationID    loose           `json:"conversationId"`
	ConversationTitle loose           `json:"conversationTitle"`
	SenderID          loose           `json:"senderId"`
	SenderStaffID     loose           `json:"senderStaffId"`
	SenderUnionID     loose           `json:"senderUnionId"`
	SenderNick        loose           `json:"senderNick"`
	IsInAtList        loose           `json:"isInAtList"`
	ChatbotUserID     loose           `json:"chatbotUserId"`
	AtUsers           json.RawMessage `json:"atUsers"`
	Webhook           loose           `json:"sessionWebhook"`
	WebhookExpires    loose           `json:"sessionWebhookExpiredTime"`
	ErrorCode         loose           `json:"errorCode"`
	Text              json.RawMessage `json:"text"`
	Content           json.RawMessage `json:"content"`
}

// textBody is the "text" of a callback.
type textBody struct {
	Content loose `json:"content"`
	IsReply loose `json:"isReplyMsg"`
	Replied struct {
		Content json.RawMessage `json:"content"`
	} `json:"repliedMsg"`
}

// contentBody is the "content" of a callback, of whatever message type.
type contentBody struct {
	DownloadCode loose      `json:"downloadCode"`
	FileName     loose      `json:"fileName"`
	Recognition  loose      `json:"recognition"`
	Text         loose      `json:"text"`
	RichText     []richItem `json:"richText"`
}

type richItem struct {
	Text         loose `json:"text"`
	Type         loose `json:"type"`
	DownloadCode loose `json:"downloadCode"`
}

// loose is a scalar that may come as a string, a number or a boolean; anything
// else counts as absent. A strange field must not cost a person's message.
type loose string

// UnmarshalJSON accepts any scalar.
func (l *loose) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[' || bytes.Equal(b, []byte("null")):
		*l = ""
	case b[0] == '"' && bytes.IndexByte(b, '\\') < 0:
		*l = loose(b[1 : len(b)-1]) // nothing is escaped, and the decoder has checked it
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*l = loose(s)
	default:
		*l = loose(b)
	}
	return nil
}

func (l loose) String() string { return string(l) }

func (l loose) isTrue() bool { return strings.EqualFold(string(l), "true") || l == "1" }

// millis reads a time in milliseconds since 1970; nonsense is the zero time.
func (l loose) millis() time.Time {
	ms, err := strconv.ParseFloat(string(l), 64)
	if err != nil || ms <= 0 || ms > 1e14 {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms))
}

// decode reads a robot message. fallbackID stands in for a missing msgId. An
// error means that the frame can never be understood, however often it comes.
func decode(data, fallbackID string, now time.Time) (bot.Message, error) {
	if len(data) > MaxFrame {
		return bot.Message{}, errOversize
	}
	var c callback
	if err := json.Unmarshal([]byte(strings.ToValidUTF8(data, "\uFFFD")), &c); err != nil {
		return bot.Message{}, fmt.Errorf("decode robot message: %w", err)
	}
	m := c.envelope(fallbackID, now)
	switch {
	case c.ErrorCode == "20001":
		return m, errQuota
	case m.ID == "":
		return m, errors.New("robot message without msgId and messageId")
	case m.Sender.Identity() == "":
		return m, errors.New("robot message without a sender")
	}
	c.fill(&m)
	return m, nil
}

// envelope is everything but the words.
func (c callback) envelope(fallbackID string, now time.Time) bot.Message {
	m := bot.Message{
		ID:           bounded(c.MsgID.String(), 256),
		Conversation: bounded(c.ConversationID.String(), 256),
		Sender: bot.Person{
			StaffID:  bounded(c.SenderStaffID.String(), 128),
			UnionID:  bounded(c.SenderUnionID.String(), 128),
			SenderID: bounded(c.SenderID.String(), 256),
			Name:     cleanName(c.SenderNick.String()),
		},
		Reply:      bot.Webhook{URL: bounded(c.Webhook.String(), 2048), Expires: c.WebhookExpires.millis()},
		SentAt:     c.CreateAt.millis(),
		ReceivedAt: now,
	}
	if m.ID == "" {
		m.ID = bounded(fallbackID, 256)
	}
	if c.ConversationType == "2" {
		m.Group = m.Conversation
		m.GroupTitle = cleanName(c.ConversationTitle.String())
		m.Mentioned = c.mentioned()
	}
	if m.Conversation == "" {
		m.Conversation = "with|" + m.Sender.Identity()
	}
	return m
}

// mentioned reports whether a group message is addressed to the bot.
func (c callback) mentioned() bool {
	if c.IsInAtList != "" {
		return c.IsInAtList.isTrue()
	}
	var at []struct {
		ID loose `json:"dingtalkId"`
	}
	_ = json.Unmarshal(c.AtUsers, &at) // absent or odd: nobody was mentioned
	for _, u := range at {
		if u.ID != "" && u.ID == c.ChatbotUserID {
			return true
		}
	}
	return false
}

// fill adds what the message is made of.
func (c callback) fill(m *bot.Message) {
	var content contentBody
	if len(c.Content) > 0 {
		_ = json.Unmarshal(c.Content, &content) // odd content is no content
	}
	m.Kind = kindOf(c.MsgType.String())
	var words string
	switch m.Kind {
	case bot.KindText:
		words = c.textOf(m)
	case bot.KindRichText:
		words = content.rich(m)
	case bot.KindAudio:
		words = content.Recognition.String()
		content.attach(m)
	case bot.KindPicture, bot.KindVideo, bot.KindFile:
		content.attach(m)
	case bot.KindCard, bot.KindUnknown:
		words = content.Text.String()
	}
	m.Text, m.Truncated = clean(words)
}

func (c callback) textOf(m *bot.Message) string {
	var t textBody
	_ = json.Unmarshal(c.Text, &t) // absent or odd text is no text
	if t.IsReply.isTrue() {
		m.Quoted, _ = clean(quotedWords(t.Replied.Content))
	}
	return t.Content.String()
}

func quotedWords(raw json.RawMessage) string {
	var c contentBody
	_ = json.Unmarshal(raw, &c) // absent or odd quotes are no quotes
	if c.Text != "" {
		return c.Text.String()
	}
	return c.rich(&bot.Message{})
}

// rich joins the words of a rich text and keeps its pictures.
func (c contentBody) rich(m *bot.Message) string {
	var words []string
	for _, it := range c.RichText {
		switch {
		case it.DownloadCode != "":
			m.Attachments = append(m.Attachments, bot.Attachment{Kind: bot.KindPicture, Code: it.DownloadCode.String()})
		case it.Text != "":
			words = append(words, it.Text.String())
		}
	}
	return strings.Join(words, "")
}

func (c contentBody) attach(m *bot.Message) {
	if c.DownloadCode != "" {
		m.Attachments = append(m.Attachments, bot.Attachment{
			Kind: m.Kind, Code: bounded(c.DownloadCode.String(), 2048), Name: cleanName(c.FileName.String()),
		})
	}
}

func kindOf(msgtype string) bot.Kind {
	switch msgtype {
	case "text":
		return bot.KindText
	case "richText":
		return bot.KindRichText
	case "picture":
		return bot.KindPicture
	case "audio":
		return bot.KindAudio
	case "video":
		return bot.KindVideo
	case "file":
		return bot.KindFile
	default:
		return bot.KindUnknown
	}
}
