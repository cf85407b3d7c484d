package dingsim

import (
	"errors"
	"fmt"
	"slices"
)

func (s *Server) controlGroup(body []byte) (any, error) {
	var req struct {
		Title   string   `json:"title"`
		Members []string `json:"members"`
		Owner   string   `json:"owner"`
	}
	if err := strict(body, &req); err != nil {
		return nil, err
	}
	id, err := s.CreateGroup(req.Title, req.Members)
	return map[string]string{"open_conversation_id": id}, err
}

// CreateGroup makes a group of people with the bot in it, as if a member had
// added it, and returns its openConversationId. The first member owns it.
func (s *Server) CreateGroup(title string, members []string) (string, error) {
	if title == "" || len(members) == 0 {
		return "", errors.New("title, members: a group needs a title and at least one member")
	}
	for _, id := range members {
		if _, ok := s.dir.person(id); !ok {
			return "", fmt.Errorf("members: nobody has the user id %q", id)
		}
	}
	g, _ := s.dir.add(Group{Title: title, Members: members, Owner: members[0], hasBot: true}, "")
	s.journal.touch()
	return g.OpenConversationID, nil
}

func (s *Server) controlDisband(body []byte) (any, error) {
	var req struct {
		OpenConversationID string `json:"open_conversation_id"`
	}
	if err := strict(body, &req); err != nil {
		return nil, err
	}
	return map[string]bool{"ok": true}, s.Disband(req.OpenConversationID)
}

// Disband ends a group; the bot gets the event chat_disband.
func (s *Server) Disband(openConversationID string) error {
	g, ok := s.dir.change(openConversationID, func(g *Group) { g.Disbanded = true })
	if !ok {
		return fmt.Errorf("open_conversation_id: there is no group %q", openConversationID)
	}
	s.journal.touch()
	s.groupEvent("chat_disband", g, g.Owner, nil)
	return nil
}

// addMembers puts people into a group; the bot gets the event chat_add_member.
func (s *Server) addMembers(g Group, people []Person, by Person) Group {
	var fresh []Person
	g, _ = s.dir.change(g.OpenConversationID, func(g *Group) {
		for _, p := range people {
			if !slices.Contains(g.Members, p.UserID) {
				fresh = append(fresh, p)
				g.Members = append(g.Members, p.UserID)
			}
		}
	})
	s.journal.touch()
	if len(fresh) > 0 {
		s.groupEvent("chat_add_member", g, by.UserID, listed(fresh))
	}
	return g
}

// groupUpdate is what may change about a group.
type groupUpdate struct {
	OpenConversationID string   `json:"open_conversation_id"`
	Title              string   `json:"title"`
	Owner              string   `json:"owner"`
	Add                []string `json:"add"`
	Remove             []string `json:"remove"`
}

// controlGroupUpdate lets people rename a group, hand it over, join and leave.
func (s *Server) controlGroupUpdate(body []byte) (any, error) {
	var req groupUpdate
	if err := strict(body, &req); err != nil {
		return nil, err
	}
	g, ok := s.dir.group(req.OpenConversationID)
	if !ok {
		return nil, fmt.Errorf("open_conversation_id: there is no group %q", req.OpenConversationID)
	}
	joining, err := s.named(req.Add)
	if err != nil {
		return nil, err
	}
	leaving, err := s.named(req.Remove)
	if err != nil {
		return nil, err
	}
	if len(joining) > 0 {
		g = s.addMembers(g, joining, joining[0])
	}
	if len(leaving) > 0 {
		g = s.removeMembers(g, leaving)
	}
	if req.Title != "" {
		g, _ = s.dir.change(g.OpenConversationID, func(g *Group) { g.Title = req.Title })
		s.groupEvent("chat_update_title", g, g.Owner, map[string]any{"title": req.Title})
	}
	if req.Owner != "" {
		g, _ = s.dir.change(g.OpenConversationID, func(g *Group) { g.Owner = req.Owner })
		s.groupEvent("chat_update_owner", g, g.Owner, map[string]any{"owner": req.Owner})
	}
	s.journal.touch()
	return g, nil
}

func (s *Server) named(ids []string) ([]Person, error) {
	var out []Person
	for _, id := range ids {
		p, ok := s.dir.person(id)
		if !ok {
			return nil, fmt.Errorf("nobody has the user id %q", id)
		}
		out = append(out, p)
	}
	return out, nil
}

// removeMembers takes people out of a group; the bot gets chat_remove_member.
func (s *Server) removeMembers(g Group, people []Person) Group {
	var gone []Person
	g, _ = s.dir.change(g.OpenConversationID, func(g *Group) {
		for _, p := range people {
			if slices.Contains(g.Members, p.UserID) {
				gone = append(gone, p)
			}
			g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == p.UserID })
		}
	})
	s.journal.touch()
	if len(gone) > 0 {
		s.groupEvent("chat_remove_member", g, g.Owner, listed(gone))
	}
	return g
}
