package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"guanjia/bot"
)

// refMember and memberRef name a document inside a sorted set.
func refMember(r bot.DocRef) string { return r.Kind + "|" + r.ID }

func memberRef(member string) bot.DocRef {
	kind, id, _ := strings.Cut(member, "|")
	return bot.DocRef{Kind: kind, ID: id}
}

// onlyNames is how old the words of a timeline are that holds but names: they go
// when the person is erased, and never by age.
const onlyNames = 1 << 53

// hasWords reports whether an entry holds somebody's words.
func hasWords(e bot.Entry) bool { return e.Person != "" && e.Text != "" }

// wordsAge is when the words of an entry were said (Unix microseconds), onlyNames
// if it says only who did something, zero if it holds nothing of a person.
func wordsAge(e bot.Entry) int64 {
	switch {
	case hasWords(e):
		return micros(e.At)
	case e.Person != "" && e.By != "":
		return onlyNames
	}
	return 0
}

// blankTimeline removes the words of the entries that edit changes, and returns
// how many those are. Everything else of an entry stays: that something was
// said, and when.
func (s *Store) blankTimeline(ctx context.Context, of bot.DocRef, edit func(*bot.Entry) bool) (int, error) {
	for {
		lines, entries, err := s.timeline(ctx, of)
		if err != nil {
			return 0, err
		}
		b := blanking{length: len(lines), words: s.keys.words(share(refMember(of))), field: refMember(of)}
		for i, e := range entries {
			if edit(&e) {
				b.swap(i, lines[i], encodeLine(e))
			}
			if age := wordsAge(e); age > 0 && (b.oldest == 0 || age < b.oldest) {
				b.oldest = age
			}
		}
		if done, err := s.blank(ctx, s.keys.timeline(of), b); err != nil || done {
			return b.swaps, err
		}
	}
}

// blanking is what blankScript is to do with one list.
type blanking struct {
	length int // what the list's length must be, -1: any
	swaps  int
	items  []any
	// The hash where the age of the list's oldest words stands, "" for none; its
	// field, and what is left, zero for nothing.
	words, field string
	oldest       int64
}

func (b *blanking) swap(i int, old, repl string) {
	b.swaps++
	b.items = append(b.items, i, old, repl)
}

func (s *Store) blank(ctx context.Context, list string, b blanking) (done bool, err error) {
	keys, oldest := []string{list}, ""
	if b.words != "" {
		keys = append(keys, b.words)
	}
	if b.oldest > 0 {
		oldest = strconv.FormatInt(b.oldest, 10)
	}
	args := append([]any{b.length, b.field, oldest}, b.items...)
	done, err = s.eval(ctx, blankScript, keys, args...).Bool()
	return done, wrap(err, "blank words")
}

// wordFields are where the JSON of a message, of an outgoing message or of a
// deadline holds words of people.
func wordFields() []string {
	return []string{"text", "title", "quoted", "attachments", "attachment", "buttons", "group_title", "reply", "data"}
}

// blankBody removes people's words from the JSON of a thing, and keeps the rest.
func blankBody(body json.RawMessage) (blanked json.RawMessage, had bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return quoted(""), string(body) != `""`
	}
	for _, f := range wordFields() {
		_, there := fields[f]
		had = had || there
		delete(fields, f)
	}
	var sender bot.Person
	if json.Unmarshal(fields["sender"], &sender) == nil && sender.Name != "" {
		had, sender.Name = true, ""
		fields["sender"], _ = json.Marshal(sender) //nolint:errchkjson // strings always have an encoding
	}
	blanked, err := json.Marshal(fields)
	return blanked, had && err == nil
}

// concerns reports whether the JSON of a thing is somebody's message, or one to
// them.
func concerns(body json.RawMessage, identities []string) bool {
	var m struct {
		Sender bot.Person    `json:"sender"`
		To     bot.Recipient `json:"to"`
	}
	var other *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &m); err != nil && !errors.As(err, &other) {
		return false
	}
	to, id := m.To.Split()
	return slices.ContainsFunc(identities, func(who string) bool {
		return who != "" && (who == m.Sender.StaffID || who == m.Sender.UnionID || who == m.Sender.SenderID || to == "user" && who == id)
	})
}
