package days_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
)

// town is the platform: it records what was said, and makes groups. It belongs to
// one bubble and is shared by the instances.
type town struct {
	mu     sync.Mutex
	said   []word
	groups map[string]handlers.MadeRoom // by the key of their creation
	joined map[string][]string          // group to user ids
	links  int
	zone   *time.Location
}

// word is one thing that the bot said.
type word struct {
	at   time.Time
	to   string // "user:…" or "group:…"
	via  bot.Via
	text string
}

func (w word) String() string {
	first, _, _ := strings.Cut(w.text, "\n")
	return fmt.Sprintf("%s %s: %s", w.at.Format("01-02 15:04:05"), w.to, first)
}

func newTown(t *testing.T) *town {
	t.Helper()
	return &town{groups: map[string]handlers.MadeRoom{}, joined: map[string][]string{}, zone: time.FixedZone("Asia/Shanghai", 8*3600)}
}

// Send records.
func (w *town) Send(_ context.Context, o bot.Outgoing) (receipt string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to := string(o.To)
	w.said = append(w.said, word{time.Now().In(w.zone), to, o.Via, o.Text})
	return fmt.Sprint("receipt-", len(w.said)), nil
}

// Create makes a group once.
func (w *town) Create(_ context.Context, n handlers.NewRoom) (handlers.MadeRoom, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if made, ok := w.groups[n.UUID]; ok {
		return made, nil
	}
	made := handlers.MadeRoom{ID: fmt.Sprint("cid-", len(w.groups)+1), OwnerID: n.OwnerID}
	w.groups[n.UUID] = made
	w.joined[made.ID] = append(slices.Clone(n.MemberIDs), n.OwnerID)
	return made, nil
}

// AddMembers takes everybody.
func (w *town) AddMembers(_ context.Context, group string, ids []string) (apart []string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.joined[group] = append(w.joined[group], ids...)
	return nil, nil
}

// JoinLink is an address.
func (w *town) JoinLink(context.Context, handlers.MadeRoom) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.links++
	return "https://example.com/join", nil
}

// FindUser knows the customer.
func (w *town) FindUser(_ context.Context, c engagement.Contact) (id string, found bool, err error) {
	if c.Mobile != "+8613900000001" {
		return "", false, nil
	}
	return "cust001", true, nil
}

// words are those said since the n-th.
func (w *town) words(n int) []word {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.said[n:])
}
