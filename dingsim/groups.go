package dingsim

import (
	"cmp"
	"slices"
	"sync"
)

// Group is a group chat.
type Group struct {
	OpenConversationID string   `json:"open_conversation_id"`
	Title              string   `json:"title"`
	Members            []string `json:"members"` // user ids
	Owner              string   `json:"owner"`
	Disbanded          bool     `json:"disbanded"`

	chatID     string
	templateID string
	url        string
	hasBot     bool
}

// directory knows the people, fixed at the start, and the groups.
type directory struct {
	people []Person

	mu     sync.Mutex
	groups []*Group
	uuids  map[string]string // idempotency key of a creation -> openConversationId
}

func newDirectory(guests int) *directory {
	return &directory{people: append(residents(), crowd(guests)...), uuids: map[string]string{}}
}

// add makes a group. A uuid seen before returns that group and false.
func (d *directory) add(g Group, uuid string) (Group, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id := d.uuids[uuid]; uuid != "" && id != "" {
		if old := d.find(id); old != nil {
			return old.clone(), false
		}
	}
	g.OpenConversationID = cmp.Or(g.OpenConversationID, newConversationID())
	g.chatID = cmp.Or(g.chatID, newChatID())
	g.url = "https://qr.dingtalk.com/action/joingroup?code=v1," + randomHex(12)
	g.Members = unique(g.Members)
	d.groups = append(d.groups, &g)
	if uuid != "" {
		d.uuids[uuid] = g.OpenConversationID
	}
	return g.clone(), true
}

func (d *directory) group(id string) (Group, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.find(id); g != nil {
		return g.clone(), true
	}
	return Group{}, false
}

func (d *directory) groupByChat(chatID string) (Group, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, g := range d.groups {
		if g.chatID == chatID {
			return g.clone(), true
		}
	}
	return Group{}, false
}

// change applies f to a group and returns it as it is then.
func (d *directory) change(id string, f func(*Group)) (Group, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.find(id)
	if g == nil {
		return Group{}, false
	}
	f(g)
	g.Members = unique(g.Members)
	return g.clone(), true
}

func (d *directory) all() []Group {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Group, 0, len(d.groups))
	for _, g := range d.groups {
		out = append(out, g.clone())
	}
	return out
}

// find needs the lock.
func (d *directory) find(id string) *Group {
	for _, g := range d.groups {
		if g.OpenConversationID == id {
			return g
		}
	}
	return nil
}

func (g *Group) clone() Group {
	c := *g
	c.Members = slices.Clone(g.Members)
	return c
}

// unique keeps the first of each, in order, and is never nil.
func unique(ids []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
