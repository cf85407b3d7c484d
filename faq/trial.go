package faq

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// plainText is what needs no quotes anywhere in YAML: it begins with a Han
// character and has nothing else than letters, digits and Chinese punctuation.
var plainText = regexp.MustCompile(`^\p{Han}[\p{Han}\p{Latin}0-9，。？！、；：]*$`)

// scalarText writes a text for YAML.
func scalarText(s string) string {
	if plainText.MatchString(s) {
		return s
	}
	return quotedText(s)
}

// quotedText writes a text in double quotes, as YAML and JSON both read it.
func quotedText(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always has an encoding
	return strings.TrimSuffix(b.String(), "\n")
}

// Where is the file in which an entry stands.
func (f *File) Where(id string) (file string, ok bool) {
	p, ok := f.at[entryKey(id)]
	return p.file, ok
}

// Entry gives an entry by its id.
func (f *File) Entry(id string) (Entry, bool) {
	i := slices.IndexFunc(f.Entries, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return Entry{}, false
	}
	return f.Entries[i], true
}

// OnlyEntry makes sure that two versions of an FAQ differ in one entry alone: it
// has one more variant, the question, or it is new.
func OnlyEntry(before, after *File, id, question string) error {
	for _, x := range [...][2]any{
		{before.Concepts, after.Concepts},
		{before.Negatives, after.Negatives},
		{before.Incidents, after.Incidents},
		{before.Urgency, after.Urgency},
		{before.Intents, after.Intents},
		{without(before, id), without(after, id)},
	} {
		if !reflect.DeepEqual(x[0], x[1]) {
			return fmt.Errorf("the change touches more than the entry %q; write it into the file yourself", id)
		}
	}
	was, there := before.Entry(id)
	is, _ := after.Entry(id)
	if !slices.Contains(is.Variants.All(), strings.TrimSpace(question)) {
		return fmt.Errorf("the entry %q would not have the question %q; write it into the file yourself", id, question)
	}
	if there {
		if len(is.Variants.All()) != len(was.Variants.All())+1 {
			return fmt.Errorf("the entry %q has %d variants afterwards, not %d; write it into the file yourself", id, len(is.Variants.All()), len(was.Variants.All())+1)
		}
		if was.Variants = is.Variants; !reflect.DeepEqual(was, is) {
			return fmt.Errorf("the change touches more of the entry %q than its variants; write it into the file yourself", id)
		}
	}
	return nil
}

func without(f *File, id string) []Entry {
	return slices.DeleteFunc(slices.Clone(f.Entries), func(e Entry) bool { return e.ID == id })
}

// Lost are the questions that were decided rightly before a change, and are not
// any more. What nobody notices, that the same is done with another intent in
// mind, does not count.
func Lost(before, after *Report) []Miss {
	type key struct {
		line int
		what string
	}
	was := map[key]bool{}
	for _, m := range before.Misses {
		was[key{m.Line, m.What}] = true
	}
	return slices.DeleteFunc(slices.Clone(after.Misses), func(m Miss) bool { return m.What == "intent" || was[key{m.Line, m.What}] })
}

// Fresh are the findings that were not there before a change, wherever they
// stand.
func Fresh(before, after []Finding) []Finding {
	what := func(f Finding) string { // without the place of the other one
		s, _, _ := strings.Cut(f.What, ", at ")
		return s
	}
	was := map[string]bool{}
	for _, f := range before {
		was[what(f)] = true
	}
	return slices.DeleteFunc(slices.Clone(after), func(f Finding) bool { return was[what(f)] })
}

// Spoken is a text under the language it is in.
func Spoken(text string) Text {
	if spoken(text) == langEN {
		return Text{EN: text}
	}
	return Text{ZH: text}
}
