package store

import (
	"crypto/sha1" //nolint:gosec // Redis can do it too, and nothing secret depends on it
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"guanjia/bot"
)

// keys builds every key there is; no other file holds a key's literal. All keys
// begin with one hash tag, so that a script may touch any of them in a Cluster.
type keys struct{ tag string }

func newKeys(tag string) (keys, error) {
	if tag == "" {
		tag = "guanjia"
	}
	if strings.ContainsAny(tag, "{}") {
		return keys{}, errors.New("the tag of the keys must not contain braces")
	}
	return keys{"{" + tag + "}:"}, nil
}

// Inbound: what was seen, the mailboxes, and the lane of conversations with mail.
func (k keys) seen(msgID string) string           { return k.tag + "seen:" + msgID }
func (k keys) mailbox(conversation string) string { return k.tag + "mb:" + conversation }
func (k keys) mail() lane                         { return lane{k.tag + "due:in", k.tag + "try:in"} }

// Deadlines: their lane, and what each one is, in a hash that is called bodies and
// the share of its id.
func (k keys) deadlines() lane         { return lane{k.tag + "due:tm", k.tag + "try:tm"} }
func (k keys) bodies() string          { return k.tag + "tm:" }
func (k keys) bodyOf(id string) string { return k.bodies() + share(id) }

// Outbound: a lane of recipients for each priority, a list for each recipient
// in it, and the ids of messages that were put there before.
func (k keys) out(p bot.Priority) lane {
	n := strconv.Itoa(int(p))
	return lane{k.tag + "due:out:" + n, k.tag + "try:out:" + n}
}

func (k keys) outbox(p bot.Priority, to bot.Recipient) string {
	return k.tag + "ob:" + strconv.Itoa(int(p)) + ":" + string(to)
}

func (k keys) said(id string) string { return k.tag + "said:" + id }

// place is where a small thing is kept: a key of its own (field is ""), or a field
// of a hash that it shares with others.
type place struct{ key, field string }

// share deals something small out to one of 4096 hashes by its name, as scripts do
// with sha1hex. Redis packs a hash of up to 512 small fields tightly, so that a field
// takes a third of what a key does: from some ten thousand things on, and up to two
// million.
func share(name string) string {
	sum := sha1.Sum([]byte(name)) //nolint:gosec // see above
	return hex.EncodeToString(sum[:2])[:3]
}

// State: documents, their timelines, indexes, and the operations done lately.
// Documents that do little but name another share hashes.
func (k keys) doc(r bot.DocRef) place {
	switch r.Kind {
	case "order", "code", "room", "member", "incident":
		return place{k.tag + "doc:" + r.Kind + ":" + share(r.ID), r.ID}
	}
	return place{key: k.tag + "doc:" + r.Kind + ":" + r.ID}
}

func (k keys) timeline(r bot.DocRef) string     { return k.tag + "log:" + r.Kind + ":" + r.ID }
func (k keys) index(name string) string         { return k.tag + "idx:" + name }
func (k keys) op(id string) string              { return k.tag + "op:" + id }
func (k keys) sequence(kind string) string      { return k.tag + "seq:" + kind }
func (k keys) given(kind, reason string) string { return k.tag + "num:" + kind + ":" + reason }

// Timelines that hold words or names of people are dealt out to hashes too: there
// the time of a timeline's oldest words stands. wordsByAge lists those hashes by
// the oldest words that each of them knows of.
func (k keys) words(share string) string { return k.tag + "words:" + share }
func (k keys) wordsByAge() string        { return k.tag + "words" }

// Dead letters by the time of their burial, and what each one is; deadWords lists
// those that may still hold words.
func (k keys) dead() string       { return k.tag + "dead" }
func (k keys) deadBodies() string { return k.tag + "dead:body" }
func (k keys) deadWords() string  { return k.tag + "dead:words" }

// Budgets and the rest.
func (k keys) bucket(name string) string       { return k.tag + "calls:" + name }
func (k keys) pace(name string) string         { return k.tag + "rate:" + name }
func (k keys) usage(kind, month string) string { return k.tag + "use:" + kind + ":" + month }
func (k keys) alive() string                   { return k.tag + "alive" }
