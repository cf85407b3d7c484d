package dingsim

import (
	"encoding/json"
	"strconv"
	"time"
)

// groupEvent tells the bot what happened to a group, if the bot is in it.
func (s *Server) groupEvent(eventType string, g Group, operator string, more map[string]any) {
	if !g.hasBot {
		return
	}
	by, _ := s.dir.person(operator)
	s.event(eventType, with(map[string]any{
		"chatId": g.chatID, "openConversationId": g.OpenConversationID, "corpId": corpID,
		"operator": by.staffID(), "operatorUnionId": by.UnionID, "timeStamp": strconv.FormatInt(time.Now().UnixMilli(), 10),
	}, more))
}

// listed is how events name people; outsiders have no user id.
func listed(people []Person) map[string]any {
	users, unions := []string{}, []string{}
	for _, p := range people {
		users, unions = append(users, p.staffID()), append(unions, p.UnionID)
	}
	return map[string]any{"userId": users, "unionId": unions}
}

// event pushes an EVENT frame; it is pushed again until the bot says SUCCESS.
func (s *Server) event(eventType string, data map[string]any) {
	b, _ := json.Marshal(data) // made of JSON values only
	id := randomHex(16)
	s.hub.send(&push{
		kind: kindEvent, topic: eventType, id: id, data: func(string) string { return string(b) },
		extra: map[string]string{
			"eventType": eventType, "eventId": id, "eventCorpId": corpID, "eventUnifiedAppId": "00000000-0000-0000-0000-000000000001",
			"eventBornTime": strconv.FormatInt(time.Now().UnixMilli(), 10),
		},
	})
}
