package faq

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	htmlTag  = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)
	entryID  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	noLetter = regexp.MustCompile(`^[^\pL\pN]*$`)
)

// ValidID reports whether an id may name an entry.
func ValidID(id string) bool { return entryID.MatchString(id) }

// classes are the classes of security incidents (GB/Z 20986-2007), in the order
// in which their words win: what became of the content says more than how it was
// done.
func classes() []string {
	return []string{"content-security", "information-destruction", classHarmful, "network-attack"}
}

// classHarmful is the class of malware.
const classHarmful = "harmful-program"

// check looks at what the files say together.
func (r *reader) check() {
	f := r.file
	if len(f.Entries) == 0 && len(r.errs) == 0 {
		r.complain(place{r.name, 1, 1}, "the FAQ has no entries; add a file with \"entries:\"")
	}
	for _, e := range f.Entries {
		r.checkEntry(e)
		r.checkNames(e)
	}
	r.checkOwners()
	r.checkGroups()
}

// checkEntry looks at what an entry must have.
func (r *reader) checkEntry(e Entry) {
	at := r.file.at[entryKey(e.ID)]
	if !ValidID(e.ID) {
		r.complain(at, "the id %q must be made of a-z, 0-9 and single hyphens", e.ID)
	}
	for _, t := range []struct{ part, lang, text string }{
		{"title", "zh", e.Title.ZH}, {"title", "en", e.Title.EN}, {"answer", "zh", e.Answer.ZH}, {"answer", "en", e.Answer.EN},
	} {
		at := r.partOf(e.ID, t.part)
		if noLetter.MatchString(t.text) {
			r.complain(at, "entry %q has no %s.%s; people are answered in Chinese and in English", e.ID, t.part, t.lang)
		}
		if tag := htmlTag.FindString(t.text); tag != "" {
			r.complain(at, "%s.%s of entry %q has HTML (%s), which phones do not show; use DingTalk's markdown", t.part, t.lang, e.ID, tag)
		}
	}
	if e.Source.Doc == "" {
		r.complain(r.partOf(e.ID, "source"), "entry %q has no source; write source: {doc: …, section: …}, so that people can check the facts", e.ID)
	}
	for _, fact := range e.Facts {
		if !strings.Contains(e.Answer.ZH, fact) && !strings.Contains(e.Answer.EN, fact) {
			r.complain(r.partOf(e.ID, "facts"), "the fact %q of entry %q stands in neither answer; quote the answer word by word", fact, e.ID)
		}
	}
}

// checkNames looks at what an entry refers to.
func (r *reader) checkNames(e Entry) {
	for _, name := range slices.Concat(e.Any, e.Not) {
		if _, ok := r.file.Concepts[name]; !ok {
			r.complain(r.partOf(e.ID, "concepts"), "entry %q names the concept %q, which is not under concepts; add it there or correct the name", e.ID, name)
		}
	}
	for _, id := range e.Confusable {
		if _, ok := r.file.at[entryKey(id)]; !ok || id == e.ID {
			r.complain(r.partOf(e.ID, "confusable"), "confusable of entry %q names %q, which is no other entry; correct the id", e.ID, id)
		}
	}
}

// checkOwners finds questions that stand in two entries.
func (r *reader) checkOwners() {
	n, first := newNormalizer(), map[string]asked{}
	for _, a := range r.file.asked {
		key := strings.TrimRight(n.normalize(a.text), " ?。,")
		if key == "" {
			r.complain(a.at, "the question %s has no word in it; take it out", strconv.Quote(a.text))
			continue
		}
		if b, taken := first[key]; !taken {
			first[key] = a
		} else if b.owner != a.owner {
			r.complain(a.at, "the question %q of %s also belongs to %s, at %s; leave it in one of them", a.text, ownerName(a), ownerName(b), b.at)
		}
	}
}

func ownerName(a asked) string {
	if a.owner == "" {
		return "the negatives, incidents or intents"
	}
	return strconv.Quote(a.owner)
}

// checkGroups looks at the names of moods and intents.
func (r *reader) checkGroups() {
	for group := range r.file.Urgency {
		if !slices.Contains(moods(), mood(group)) {
			r.complain(r.file.at[partKey("urgency", group)], "urgency has no group %q; the groups are %s", group, quoted(moods()))
		}
	}
	for id := range r.file.Intents {
		if !slices.Contains(intentGroups(), id) {
			r.complain(r.file.at[partKey("intents", id)], "there is no intent %q; the intents are %s", id, quoted(intentGroups()))
		}
	}
}

// partOf is where a part of an entry stands, or the entry itself.
func (r *reader) partOf(id, part string) place {
	if p, ok := r.file.at[partKey(id, part)]; ok {
		return p
	}
	return r.file.at[entryKey(id)]
}

func quoted[S ~string](list []S) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}
