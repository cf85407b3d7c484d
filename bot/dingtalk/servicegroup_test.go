package dingtalk_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
)

func TestAServiceGroupIsReachedByItsOwnCall(t *testing.T) {
	s := simulate(t)
	rooms, err := dingtalk.NewRooms(s.api, dingtalk.RoomsConfig{Driver: dingtalk.ServiceGroup, TemplateID: "team1/set1"})
	if err != nil {
		t.Fatal(err)
	}
	room, err := rooms.Create(t.Context(), caseRoom())
	if err != nil {
		t.Fatal(err)
	}
	s.answers("/v1.0/robot/groupMessages/send", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"code":"invalid.openConversationId","message":"openConversationId 无效"}`)
	})
	o := bot.Outgoing{To: bot.Group(room.OpenConversationID), Text: "欢迎，**有效期**至 12月8日", Buttons: []bot.Button{{Label: "状态", Say: "状态 C3"}}}
	if _, err := dingtalk.NewPlatform(s.api).Send(t.Context(), o); sendError(t, err).Retry {
		t.Errorf("other groups that nobody knows: %v", err)
	}
	p := dingtalk.NewPlatform(s.api)
	p.ServiceGroups()
	for _, buttons := range [][]bot.Button{o.Buttons, nil} {
		o.Buttons = buttons
		if _, err := p.Send(t.Context(), o); err != nil {
			t.Error(err)
		}
	}
	messages := s.sim.Messages(0)
	if len(messages) != 2 || messages[0].Group != room.OpenConversationID || !strings.Contains(messages[1].Text, "12月8日") {
		t.Errorf("messages %+v", messages)
	}
	o.Attachment = sentBy(t, s, bot.KindPicture, "picture", "")
	o.Text = ""
	if _, err := p.Send(t.Context(), o); !strings.Contains(sendError(t, err).Reason, "服务群") {
		t.Errorf("a picture: %v", err)
	}
}
