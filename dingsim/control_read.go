package dingsim

import (
	"fmt"
	"time"
)

func (s *Server) controlRead(body []byte) (any, error) {
	var req struct {
		UserID string `json:"user_id"`
		Chat   string `json:"chat"`
	}
	if err := strict(body, &req); err != nil {
		return nil, err
	}
	n, err := s.Read(req.UserID, req.Chat)
	return map[string]int{"read": n}, err
}

// Read marks all messages of the bot in a chat (oto:…, group:… or ding:…) as
// read by a person, tells the bot, and returns how many were unread.
func (s *Server) Read(userID, chat string) (int, error) {
	p, ok := s.dir.person(userID)
	if !ok {
		return 0, fmt.Errorf("user_id: nobody has the user id %q", userID)
	}
	var fresh []entry
	now := time.Now().UnixMilli()
	s.journal.each(func(e *entry) bool {
		if e.Chat != chat || !e.fromBot() || e.readBy[userID] != 0 {
			return false
		}
		e.readBy[userID] = now
		fresh = append(fresh, *e)
		return false
	})
	told := map[string]bool{}
	for _, e := range fresh {
		if e.key == "" || told[e.key] || e.Route == routeDing {
			continue
		}
		told[e.key] = true
		s.event("robot_msg_read", map[string]any{
			"robotCode": s.cfg.ClientID, "openConversationId": e.conversation(p), "processQueryKey": e.key,
			"userId": p.staffID(), "unionId": p.UnionID, "operatTime": now, // the vendor's spelling
		})
	}
	return len(fresh), nil
}

func (e *entry) conversation(p Person) string { return orDefault(e.Group, otoConversation(p)) }
