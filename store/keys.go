package store

import (
	"strconv"

	"guanjia/bot"
)

// keys builds every key there is; no other file holds a key's literal.
type keys struct{ tag string }

func newKeys(tag string) keys {
	if tag == "" {
		tag = "guanjia"
	}
	return keys{"{" + tag + "}:"}
}

func (k keys) seen(msgID string) string           { return k.tag + "seen:" + msgID }
func (k keys) op(id string) string                { return k.tag + "op:" + id }
func (k keys) mailbox(conversation string) string { return k.tag + "mb:" + conversation }
func (k keys) dueMail() string                    { return k.tag + "due:in" }
func (k keys) triesMail() string                  { return k.tag + "try:in" }
func (k keys) dueDeadlines() string               { return k.tag + "due:tm" }
func (k keys) triesDeadlines() string             { return k.tag + "try:tm" }
func (k keys) deadlines() string                  { return k.tag + "tm" }
func (k keys) dead() string                       { return k.tag + "dead" }
func (k keys) deadBodies() string                 { return k.tag + "dead:body" }
func (k keys) index(name string) string           { return k.tag + "idx:" + name }
func (k keys) sequence(kind string) string        { return k.tag + "seq:" + kind }
func (k keys) bucket(name string) string          { return k.tag + "rate:" + name }
func (k keys) usage(kind, month string) string    { return k.tag + "use:" + kind + ":" + month }

// wordsOf lists the timelines that hold words of a person, words lists all such
// timelines by the time of their oldest words.
func (k keys) wordsOf(identity string) string { return k.tag + "words:" + identity }
func (k keys) words() string                  { return k.tag + "words" }

func (k keys) dueOut(p bot.Priority) string { return k.tag + "due:out:" + strconv.Itoa(int(p)) }

func (k keys) triesOut(p bot.Priority) string { return k.tag + "try:out:" + strconv.Itoa(int(p)) }

func (k keys) outbox(p bot.Priority, to bot.Recipient) string {
	return k.tag + "ob:" + strconv.Itoa(int(p)) + ":" + string(to)
}

func (k keys) doc(r bot.DocRef) string      { return k.tag + "doc:" + r.Kind + ":" + r.ID }
func (k keys) timeline(r bot.DocRef) string { return k.tag + "log:" + r.Kind + ":" + r.ID }
