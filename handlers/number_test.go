package handlers_test

import (
	"testing"
	"time"

	"guanjia/bot"
)

// A commit may find that the world moved on, and then it is decided anew.
func TestWhatIsDecidedAnewKeepsItsNumber(t *testing.T) {
	d := newDesk(t, "2026-11-23 22:00")
	numbered := func(id string) (escalation string) {
		m := bot.Message{ID: id, Conversation: "c", Kind: bot.KindText, Text: "我们被勒索了，快来人！", Sender: bot.Person{StaffID: "cust001"}}
		d.now = d.now.Add(time.Millisecond)
		c, err := d.handler.Handle(t.Context(), m, d.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range c.Put {
			if doc.Kind == "escalation" {
				escalation = doc.ID
			}
		}
		return escalation
	}
	if first, again, other := numbered("m1"), numbered("m1"), numbered("m2"); first != "E1" || again != "E1" || other != "E2" {
		t.Errorf("%s, decided anew %s, another message %s", first, again, other)
	}
}
