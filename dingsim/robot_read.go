package dingsim

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

func (s *Server) robotReadEndpoints() []endpoint {
	return []endpoint{
		{pattern: "GET /v1.0/robot/oToMessages/readStatus", handle: s.otoReadStatus},
		{pattern: "POST /v1.0/robot/otoMessages/batchRecall", handle: s.otoRecall}, // the vendor's lower-case t
		{pattern: "POST /v1.0/robot/groupMessages/query", handle: s.groupReadStatus},
		{pattern: "POST /v1.0/robot/groupMessages/recall", handle: s.groupRecall},
	}
}

// sent returns what one sending call has put into chats.
func (s *Server) sent(route, key string) []entry {
	var out []entry
	s.journal.each(func(e *entry) bool {
		if e.Route == route && e.key == key && key != "" {
			c := *e
			c.readBy = map[string]int64{}
			maps.Copy(c.readBy, e.readBy)
			out = append(out, c)
		}
		return false
	})
	return out
}

func unknownKey() *refusal {
	return refuse(http.StatusBadRequest, "invalidParameter.processQueryKey", "processQueryKey 无效")
}

func (s *Server) otoReadStatus(c *call) (any, *refusal) {
	robot, key := c.query.Get("robotCode"), c.query.Get("processQueryKey")
	if no := required("robotCode", robot != "", "processQueryKey", key != ""); no != nil {
		return nil, no
	}
	messages := s.sent(routeOTO, key)
	if len(messages) == 0 {
		return nil, unknownKey()
	}
	infos := []map[string]any{}
	for _, e := range messages {
		p, _ := s.dir.person(e.To)
		info := map[string]any{"name": p.Name, "userId": p.UserID, "readStatus": "UNREAD"}
		if at := e.readBy[p.UserID]; at != 0 {
			info["readStatus"], info["readTimestamp"] = "READ", at
		}
		infos = append(infos, info)
	}
	return map[string]any{"sendStatus": sendStatus(messages[0]), "messageReadInfoList": infos}, nil
}

func sendStatus(e entry) string {
	if e.Recalled {
		return "RECALLED"
	}
	return "SUCCESS"
}

func (s *Server) groupReadStatus(c *call) (any, *refusal) {
	var req struct {
		OpenConversationID string `json:"openConversationId"`
		RobotCode          string `json:"robotCode"`
		ProcessQueryKey    string `json:"processQueryKey"`
		MaxResults         int    `json:"maxResults"`
		NextToken          string `json:"nextToken"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("robotCode", req.RobotCode != "", "openConversationId", req.OpenConversationID != "", "processQueryKey", req.ProcessQueryKey != ""); no != nil {
		return nil, no
	}
	if req.MaxResults > 200 || req.MaxResults < 0 {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.maxResults", "maxResults must be 1 to 200")
	}
	messages := s.sent(routeGroup, req.ProcessQueryKey)
	if len(messages) == 0 || messages[0].Group != req.OpenConversationID {
		return nil, unknownKey()
	}
	readers := []string{}
	for id := range messages[0].readBy {
		readers = append(readers, id)
	}
	slices.Sort(readers)
	readers, next := pageOf(readers, req.NextToken, req.MaxResults)
	return map[string]any{"sendStatus": sendStatus(messages[0]), "readUserIds": readers, "hasMore": next != "", "nextToken": next}, nil
}

// pageOf cuts one page out of a list; the token is the number of the next one.
func pageOf(all []string, token string, size int) (page []string, next string) {
	from, _ := strconv.Atoi(token)
	from = min(max(from, 0), len(all))
	if size <= 0 {
		size = 200
	}
	to := min(from+size, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next
}

type recallRequest struct {
	RobotCode          string   `json:"robotCode"`
	OpenConversationID string   `json:"openConversationId"`
	ProcessQueryKeys   []string `json:"processQueryKeys"`
}

func (s *Server) otoRecall(c *call) (any, *refusal) { return s.recall(c, routeOTO) }

func (s *Server) groupRecall(c *call) (any, *refusal) { return s.recall(c, routeGroup) }

func (s *Server) recall(c *call, route string) (any, *refusal) {
	var req recallRequest
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	inGroup := route == routeGroup
	if no := required("robotCode", req.RobotCode != "", "openConversationId", !inGroup || req.OpenConversationID != "", "processQueryKeys", len(req.ProcessQueryKeys) > 0); no != nil {
		return nil, no
	}
	done, failed := []string{}, map[string]string{}
	for _, key := range req.ProcessQueryKeys {
		messages := s.sent(route, key)
		if len(messages) == 0 || inGroup && messages[0].Group != req.OpenConversationID {
			failed[key] = "processQueryKey invalid"
			continue
		}
		s.takeBack(messages)
		done = append(done, key)
	}
	return map[string]any{"successResult": done, "failedResult": failed}, nil
}

// takeBack marks messages as recalled and says so in their chats.
func (s *Server) takeBack(messages []entry) {
	for _, m := range messages {
		s.journal.each(func(e *entry) bool {
			hit := e.Seq == m.Seq && !e.Recalled
			e.Recalled = e.Recalled || hit
			return hit
		})
		if !m.Recalled {
			s.journal.add(entry{PageMessage: PageMessage{
				Route: routeSystem, Chat: m.Chat, To: m.To, Group: m.Group, MsgType: "recall",
				Text: "机器人撤回了一条消息", RecallOf: m.Seq,
			}})
		}
	}
}
