package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
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

// hasWords reports whether an entry holds somebody's words.
func hasWords(e bot.Entry) bool { return e.Person != "" && e.Text != "" }

// blankTimeline removes the words of the entries that edit changes, and returns
// how many those are. Everything else of an entry stays: that something was
// said, and when.
func (s *Store) blankTimeline(ctx context.Context, of bot.DocRef, edit func(*bot.Entry) bool) (int, error) {
	for {
		lines, entries, err := s.timeline(ctx, of)
		if err != nil {
			return 0, err
		}
		b := blanking{member: refMember(of), length: len(lines)}
		people := map[string]bool{} // some of whose words go
		for i, old := range entries {
			e := old
			if !edit(&e) {
				continue
			}
			line, err := encodeLine(e)
			if err != nil {
				return 0, err
			}
			b.swap(i, lines[i], line)
			entries[i], people[old.Person] = e, true
		}
		b.reindex(s.keys, entries, people)
		if done, err := s.blank(ctx, s.keys.timeline(of), b); err != nil || done {
			return b.swaps, err
		}
	}
}

// blanking is what blankScript is to do with one list.
type blanking struct {
	member string
	oldest string // time of the oldest words that are left, "" for none
	length int    // what the list's length must be, -1: any
	swaps  int
	items  []any
	words  []string // key of the index of words by age, and of hashes of words
	fields []any    // what of those hashes goes
}

func (b *blanking) swap(i int, old, repl string) {
	b.swaps++
	b.items = append(b.items, i, old, repl)
}

// reindex says where words are left: the oldest ones of all, and of whom of the
// people there are none any more.
func (b *blanking) reindex(k keys, entries []bot.Entry, people map[string]bool) {
	for _, e := range entries {
		if !hasWords(e) {
			continue
		}
		if b.oldest == "" {
			b.oldest = strconv.FormatInt(micros(e.At), 10)
		}
		delete(people, e.Person)
	}
	b.words = append(b.words, k.words())
	for _, p := range slices.Sorted(maps.Keys(people)) {
		of := k.wordsOf(p, b.member)
		b.words, b.fields = append(b.words, of.key), append(b.fields, of.field)
	}
}

func (s *Store) blank(ctx context.Context, list string, b blanking) (done bool, err error) {
	args := append([]any{b.length, b.member, b.oldest, b.swaps}, b.items...)
	args = append(args, b.fields...)
	done, err = s.eval(ctx, blankScript, append([]string{list}, b.words...), args...).Bool()
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
