package dingtalk

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guanjia/bot"
)

func TestEventsAreReadHoweverTheyCome(t *testing.T) {
	for _, tc := range []struct {
		eventType, data string
		kind            GroupEventKind
		members         string
	}{
		{"chat_remove_member", `{"openConversationId":"c","userId":["a",""],"unionId":["ua","ub"]}`, MembersLeft, "a ub"},
		{"chat_remove_member", `{"openConversationId":"c","userId":"a"}`, MembersLeft, "a"},
		{"chat_quit", `{"openConversationId":"c","operator":"a","operatorUnionId":"ua","timeStamp":1}`, MembersLeft, "a"},
		{"chat_quit", `{"openConversationId":"c","operator":"","operatorUnionId":"ua"}`, MembersLeft, "ua"},
		{"chat_update_owner", `{"openConversationId":"c","owner":"b"}`, GroupOwnerChanged, "b"},
		{"im_cool_app_uninstall", `{"openConversationId":"c","robotCode":"r","operateTime":"1700000000000"}`, BotRemoved, ""},
	} {
		var d eventData
		if err := unmarshal(tc.data, &d); err != nil {
			t.Errorf("%s: %v", tc.data, err)
		}
		e := d.groupEvent("id", groupEventKind(tc.eventType), tc.eventType)
		var members []string
		for _, m := range e.Members {
			members = append(members, m.Identity())
		}
		if e.Kind != tc.kind || e.Group != "c" || strings.Join(members, " ") != tc.members {
			t.Errorf("%s %s: %+v", tc.eventType, tc.data, e)
		}
	}
}

func TestAForwardedCardGivesNobodyAStaffID(t *testing.T) {
	for _, tc := range []struct {
		data  string
		staff string
	}{
		{`{"userId":"staff001","corpId":"ours","content":"{\"cardPrivateData\":{\"actionIds\":[\"x\"]}}"}`, "staff001"},
		{`{"userId":"staff001","corpId":"theirs","content":"{\"cardPrivateData\":{\"actionIds\":[\"x\"]}}"}`, ""},
		{`{"userId":"staff001","content":"{\"cardPrivateData\":{\"actionIds\":[\"x\"]}}"}`, ""},
		{`{"userId":"staff001","userIdType":2,"corpId":"ours","content":"{\"cardPrivateData\":{\"actionIds\":\"x\"}}"}`, ""},
	} {
		m, err := decodeClick(tc.data, "ours", time.Now())
		if err != nil || m.Sender.StaffID != tc.staff || m.Sender.Identity() == "" || m.Text != "x" {
			t.Errorf("%s: %+v, %v", tc.data, m, err)
		}
	}
	for _, data := range []string{``, `[]`, `{}`, `{"userId":"a"}`, `{"userId":"a","content":"{}"}`, `{"content":"{\"cardPrivateData\":{\"actionIds\":[\"x\"]}}"}`, `{"userId":"a","spaceType":"IM_GROUP","content":"{\"cardPrivateData\":{\"actionIds\":[\"x\"]}}"}`} {
		if m, err := decodeClick(data, "ours", time.Now()); err == nil {
			t.Errorf("%q was read as %+v", data, m)
		}
	}
}

func FuzzEventAndClick(f *testing.F) {
	f.Add(`{"openConversationId":"c","userId":["a"],"unionId":1}`)
	f.Add(`{"userId":"a","corpId":"c","spaceType":"IM_GROUP","spaceId":"x","content":"{\"cardPrivateData\":{\"params\":{\"say\":\"y\"}}}"}`)
	f.Fuzz(func(t *testing.T, data string) {
		var d eventData
		if unmarshal(data, &d) == nil {
			if e := d.groupEvent("id", MembersLeft, "chat_remove_member"); len(e.Group) > 256 {
				t.Errorf("group of %d bytes", len(e.Group))
			}
		}
		m, err := decodeClick(data, "ours", time.Now())
		if err == nil && (m.ID == "" || m.Sender.Identity() == "" || m.Conversation == "" || !utf8.ValidString(m.Text) || utf8.RuneCountInString(m.Text) > bot.MaxText) {
			t.Errorf("%q: %+v", data, m)
		}
	})
}
