package faq

import (
	"fmt"
	"slices"
)

// File is the content of an FAQ: all of its YAML files together.
type File struct {
	Concepts  map[string][]string // synonyms, by the name of what they mean
	Entries   []Entry             // by id
	Negatives Negatives
	Incidents map[string]Class    // by class id, as incident_class says it
	Urgency   map[string][]string // moods of a sentence, see words.yaml
	Intents   map[string]Intent

	at    map[string]place // where things stand, for messages and lint
	asked []asked          // every question of the files, in their order
}

// asked is a question of a file; owner is the entry it belongs to, "" for
// negatives and examples.
type asked struct {
	owner, text string
	at          place
}

// Entry is one question with its answer, the only text that may go out for it.
type Entry struct {
	ID         string
	Title      Text // the question as people would put it
	Source     Source
	Answer     Text
	Facts      []string // phrases that a wording of the answer must keep
	MustNot    []string // phrases that a wording must not have
	Any        []string // concepts that speak for the entry
	Not        []string // concepts that speak against it
	Variants   Variants
	Confusable []string // ids of entries that are easily taken for this one
}

// Text is words in both languages.
type Text struct{ ZH, EN string }

// In gives the words in a language, Chinese if that is not "en".
func (t Text) In(lang string) string {
	if lang == langEN && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

// Source names the document that an answer's facts stand in.
type Source struct{ Doc, Section string }

// Variants are other ways to put a question.
type Variants struct {
	ZH     []string // Simplified Chinese
	ZHHant []string // Traditional Chinese
	EN     []string
}

// All lists the variants of every language.
func (v Variants) All() []string { return slices.Concat(v.ZH, v.ZHHant, v.EN) }

// Negatives are questions that no entry answers: near ones about the same field,
// and far ones.
type Negatives struct{ Near, Far []string }

// Class is a class of security incidents after GB/Z 20986-2007.
type Class struct {
	Title  Text
	Words  []string // words that tell the class
	Report Variants // how people report such an incident
}

// Intent is something that people want besides an answer or help.
type Intent struct {
	Words    []string // phrases that tell it
	Examples Variants
}

// place is where something stands in a file, counted from 1.
type place struct {
	file         string
	line, column int
}

func (p place) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column) }

// The keys of File.at.
func entryKey(id string) string      { return "entry\x00" + id }
func partKey(id, part string) string { return "part\x00" + id + "\x00" + part }
