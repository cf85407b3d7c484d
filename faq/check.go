package faq

import (
	"fmt"
	"regexp"
	"strings"
)

// place is where an entry stands in its file.
type place struct {
	file string
	line int
}

// checker collects what is wrong with an FAQ.
type checker struct {
	entryAt map[string]place
	errs    []error
}

// locate finds the lines of the entries' ids, for messages about them.
func (c *checker) locate(file string, data []byte, entries []Entry) {
	lines := strings.Split(string(data), "\n")
	for _, e := range entries {
		for i, l := range lines {
			if _, v, ok := strings.Cut(l, "id:"); ok && strings.Trim(strings.TrimSpace(v), `"'`) == e.ID {
				if at, twice := c.entryAt[e.ID]; twice {
					c.errs = append(c.errs, fmt.Errorf("%s:%d:1: entry %q is there twice, also at %s:%d; ids must differ", file, i+1, e.ID, at.file, at.line))
				}
				c.entryAt[e.ID] = place{file, i + 1}
				lines[i] = ""
				break
			}
		}
	}
}

func (c *checker) complain(id, format string, args ...any) {
	at := c.entryAt[id]
	c.errs = append(c.errs, fmt.Errorf("%s:%d:1: entry %q: %s", at.file, at.line, id, fmt.Sprintf(format, args...)))
}

var (
	htmlTag   = regexp.MustCompile(`<[a-zA-Z/!]`)
	entryForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
)

func (c *checker) check(f *File) {
	if len(f.Entries) == 0 {
		c.errs = append(c.errs, fmt.Errorf("the FAQ has no entries; add a file with \"entries:\""))
	}
	known := map[string]bool{}
	for _, e := range f.Entries {
		known[e.ID] = true
	}
	owner := map[string]string{}
	for _, e := range f.Entries {
		c.checkEntry(f, e, known)
		for _, v := range append(e.Variants.All(), e.Title.ZH, e.Title.EN) {
			n := normalize(v)
			if other, taken := owner[n]; taken && other != e.ID {
				c.complain(e.ID, "%q also stands in entry %q; a question belongs to one entry", v, other)
			}
			owner[n] = e.ID
		}
	}
}

func (c *checker) checkEntry(f *File, e Entry, known map[string]bool) {
	if !entryForm.MatchString(e.ID) {
		c.complain(e.ID, "the id must be made of a-z, 0-9 and -")
	}
	for what, text := range map[string]string{"title.zh": e.Title.ZH, "title.en": e.Title.EN, "answer.zh": e.Answer.ZH, "answer.en": e.Answer.EN} {
		if strings.TrimSpace(text) == "" {
			c.complain(e.ID, "%s is missing; people are answered in both languages", what)
		}
		if htmlTag.MatchString(text) {
			c.complain(e.ID, "%s has HTML in it, which phones show as nothing; use DingTalk's markdown", what)
		}
	}
	if e.Source.Doc == "" {
		c.complain(e.ID, "source.doc is missing; name the document that the facts stand in")
	}
	for _, fact := range e.Facts {
		if !strings.Contains(e.Answer.ZH, fact) {
			c.complain(e.ID, "the fact %q does not stand in answer.zh", fact)
		}
	}
	for _, name := range append(e.Concepts.Any, e.Concepts.Not...) {
		if _, ok := f.Concepts[name]; !ok {
			c.complain(e.ID, "there is no concept %q under concepts", name)
		}
	}
	for _, id := range e.Confusable {
		if !known[id] {
			c.complain(e.ID, "confusable names %q, which is no entry", id)
		}
	}
}
