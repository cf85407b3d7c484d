package dingsim

import (
	"encoding/json"
	"strings"
)

// webhookMessage is the body of a session webhook. The spelling of its keys
// differs from type to type, as in the vendor's documents.
type webhookMessage struct {
	MsgType string `json:"msgtype"`
	Text    *struct {
		Content string `json:"content"`
	} `json:"text"`
	Markdown *struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"markdown"`
	Link *struct {
		Title      string `json:"title"`
		Text       string `json:"text"`
		MessageURL string `json:"messageUrl"`
		PicURL     string `json:"picUrl"`
	} `json:"link"`
	ActionCard *actionCard `json:"actionCard"`
	FeedCard   *struct {
		Links []feedLink `json:"links"`
	} `json:"feedCard"`
	At *struct {
		AtUserIDs []string `json:"atUserIds"`
		AtMobiles []string `json:"atMobiles"`
		IsAtAll   bool     `json:"isAtAll"`
	} `json:"at"`
}

type actionCard struct {
	Title          string          `json:"title"`
	Text           string          `json:"text"`
	SingleTitle    string          `json:"singleTitle"`
	SingleURL      string          `json:"singleURL"`
	BtnOrientation json.RawMessage `json:"btnOrientation"`
	HideAvatar     json.RawMessage `json:"hideAvatar"`
	Btns           []struct {
		Title     string `json:"title"`
		ActionURL string `json:"actionURL"`
	} `json:"btns"`
}

type feedLink struct {
	Title      string `json:"title"`
	MessageURL string `json:"messageURL"`
	PicURL     string `json:"picURL"`
}

// said checks a message and tells what people see of it.
func (m webhookMessage) said() (words, *refusal) {
	if m.At != nil && len(m.At.AtUserIDs)+len(m.At.AtMobiles) > 50 {
		return words{}, errcode(302033, "at 的人数超过50")
	}
	switch m.MsgType {
	case "":
		return words{}, missingParam("msgtype")
	case "empty":
		return words{msgType: "empty"}, nil
	case "text":
		if m.Text == nil || m.Text.Content == "" {
			return words{}, missingParam("text->content")
		}
		return words{msgType: "text", text: m.Text.Content}, nil
	case "markdown":
		if m.Markdown == nil || m.Markdown.Title == "" || m.Markdown.Text == "" {
			return words{}, missingParam("markdown->title, text")
		}
		return words{msgType: "markdown", title: m.Markdown.Title, text: m.Markdown.Text, markdown: m.Markdown.Text}, nil
	case "link":
		return m.saidLink()
	case "actionCard":
		return m.ActionCard.said()
	case "feedCard":
		return m.saidFeed()
	default:
		return words{}, errcode(400105, "不支持的消息类型 "+m.MsgType)
	}
}

func (m webhookMessage) saidLink() (words, *refusal) {
	l := m.Link
	if l == nil || l.Title == "" || l.Text == "" || l.MessageURL == "" {
		return words{}, missingParam("link->title, text, messageUrl")
	}
	return words{msgType: "link", title: l.Title, text: l.Title + "\n" + l.Text, buttons: []Button{{l.Title, l.MessageURL}}}, nil
}

func (a *actionCard) said() (words, *refusal) {
	if a == nil || a.Title == "" || a.Text == "" {
		return words{}, missingParam("actionCard->title, text")
	}
	w := words{msgType: "actionCard", title: a.Title, text: titled(a.Title, a.Text), markdown: a.Text}
	for _, b := range a.Btns {
		w.buttons = append(w.buttons, Button{b.Title, b.ActionURL})
	}
	if a.SingleTitle != "" || a.SingleURL != "" {
		w.buttons = []Button{{a.SingleTitle, a.SingleURL}}
	}
	if len(w.buttons) == 0 {
		return words{}, missingParam("actionCard->singleTitle, singleURL or btns")
	}
	for _, b := range w.buttons {
		if b.Title == "" || b.URL == "" {
			return words{}, missingParam("actionCard->btns->title, actionURL")
		}
	}
	return w, nil
}

func (m webhookMessage) saidFeed() (words, *refusal) {
	if m.FeedCard == nil || len(m.FeedCard.Links) == 0 {
		return words{}, missingParam("feedCard->links")
	}
	w := words{msgType: "feedCard"}
	for _, l := range m.FeedCard.Links {
		if l.Title == "" || l.MessageURL == "" || l.PicURL == "" {
			return words{}, missingParam("feedCard->links->title, messageURL, picURL")
		}
		w.text += l.Title + "\n"
		w.buttons = append(w.buttons, Button{l.Title, l.MessageURL})
	}
	w.text = strings.TrimSuffix(w.text, "\n")
	return w, nil
}

// titled puts the title before the text unless the text says it already.
func titled(title, text string) string {
	if title == "" || strings.Contains(text, title) {
		return text
	}
	return title + "\n" + text
}

func missingParam(what string) *refusal { return errcode(40035, "miss param : "+what) }
