package handlers_test

import (
	"encoding/json"
	"errors"
	"testing"

	"guanjia/bot"
	"guanjia/scheduler"
)

func TestADocumentOfANewerFormIsNotTouched(t *testing.T) {
	d := newDesk(t, "2026-11-24 10:00")
	for form, newer := range map[string]bool{`{"name":"陈晓","schema":1}`: false, `{"name":{"zh":"陈晓"},"schema":2}`: true} {
		ref := bot.DocRef{Kind: "person", ID: "cust001"}
		d.store.docs[ref] = bot.Doc{DocRef: ref, Version: 7, Body: json.RawMessage(form)}
		_, err := d.handler.Handle(t.Context(), bot.Message{
			ID: "m1", Conversation: "c", Sender: bot.Person{StaffID: "cust001"}, Kind: bot.KindText, Text: "你好",
		}, d.now)
		if errors.Is(err, scheduler.ErrNewer) != newer {
			t.Errorf("%s: got %v", form, err)
		}
	}
}

func TestAnswersFromTheFAQGoStaleAndEscalationsDoNot(t *testing.T) {
	d := newDesk(t, "2026-11-24 10:00")
	if o := d.text("cust001", "有效期多久").Say[0]; o.StaleAfter == 0 || o.StaleText == "" {
		t.Errorf("an answer is worth sending for ever: %+v", o)
	}
	for _, o := range d.text("cust001", "服务器被勒索病毒加密了，快来人！").Say {
		if o.StaleAfter != 0 {
			t.Errorf("it goes stale: %+v", o)
		}
	}
}
