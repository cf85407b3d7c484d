package faq

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// root reads the top of a file.
func (r *reader) root(n ast.Node) {
	f := r.file
	r.mapping(n, "an FAQ file",
		field{"concepts", func(v ast.Node) { r.groups(v, "concepts", f.Concepts) }},
		field{"entries", func(v ast.Node) {
			r.each(v, "entries", func(v ast.Node) { f.Entries = append(f.Entries, r.entry(v)) })
		}},
		field{"negatives", r.negatives},
		field{"incidents", r.incidents},
		field{"urgency", func(v ast.Node) { r.groups(v, "urgency", f.Urgency) }},
		field{"intents", r.intents},
	)
}

// groups reads named lists of words.
func (r *reader) groups(n ast.Node, what string, into map[string][]string) {
	for _, kv := range r.pairs(n, what) {
		if _, twice := into[kv.key]; twice {
			r.complain(kv.at, "%s has %q twice, first at %s; put the words into one list", what, kv.key, r.file.at[partKey(what, kv.key)])
			continue
		}
		r.file.at[partKey(what, kv.key)] = kv.at
		into[kv.key] = r.texts(kv.value, what+"."+kv.key)
	}
}

func (r *reader) entry(n ast.Node) Entry {
	var e Entry
	parts, from := map[string]place{}, len(r.file.asked)
	keep := func(part string, read func(ast.Node)) field {
		return field{part, func(v ast.Node) { parts[part] = r.at(v); read(v) }}
	}
	r.mapping(n, "an entry",
		keep("id", func(v ast.Node) { e.ID = r.text(v, "id") }),
		keep("title", func(v ast.Node) { e.Title = r.bilingual(v, "title") }),
		keep("source", func(v ast.Node) { e.Source = r.source(v) }),
		keep("answer", func(v ast.Node) { e.Answer = r.bilingual(v, "answer") }),
		keep("facts", func(v ast.Node) { e.Facts = r.texts(v, "facts") }),
		keep("must_not", func(v ast.Node) { e.MustNot = r.texts(v, "must_not") }),
		keep("concepts", func(v ast.Node) {
			r.mapping(v, "concepts of an entry",
				field{"any", func(v ast.Node) { e.Any = r.texts(v, "concepts.any") }},
				field{"not", func(v ast.Node) { e.Not = r.texts(v, "concepts.not") }})
		}),
		keep("variants", func(v ast.Node) { e.Variants = r.variants(v, "variants") }),
		keep("confusable", func(v ast.Node) { e.Confusable = r.texts(v, "confusable") }),
	)
	for i := from; i < len(r.file.asked); i++ {
		r.file.asked[i].owner = e.ID
	}
	r.settle(n, e, parts)
	return e
}

// settle remembers where an entry and its parts stand.
func (r *reader) settle(n ast.Node, e Entry, parts map[string]place) {
	here := r.at(n)
	if p, ok := parts["id"]; ok {
		here = p
	}
	if first, twice := r.file.at[entryKey(e.ID)]; twice && e.ID != "" {
		r.complain(here, "entry %q is there twice, first at %s; give one of them another id", e.ID, first)
		return
	}
	r.file.at[entryKey(e.ID)] = here
	for part, p := range parts {
		r.file.at[partKey(e.ID, part)] = p
	}
}

func (r *reader) bilingual(n ast.Node, what string) Text {
	var t Text
	r.mapping(n, what,
		field{"zh", func(v ast.Node) { t.ZH = r.text(v, what+".zh") }},
		field{"en", func(v ast.Node) { t.EN = r.text(v, what+".en") }})
	return t
}

func (r *reader) source(n ast.Node) Source {
	var s Source
	r.mapping(n, "source",
		field{"doc", func(v ast.Node) { s.Doc = r.text(v, "source.doc") }},
		field{"section", func(v ast.Node) { s.Section = r.text(v, "source.section") }})
	return s
}

// variants reads questions by language; a bare list is sorted out by script.
func (r *reader) variants(n ast.Node, what string) Variants {
	var v Variants
	if _, list := n.(*ast.SequenceNode); list {
		for _, s := range r.questions(n, what) {
			if language(s) == langEN {
				v.EN = append(v.EN, s)
			} else {
				v.ZH = append(v.ZH, s)
			}
		}
		return v
	}
	r.mapping(n, what,
		field{"zh", func(n ast.Node) { v.ZH = r.questions(n, what+".zh") }},
		field{"zh-Hant", func(n ast.Node) { v.ZHHant = r.questions(n, what+".zh-Hant") }},
		field{"en", func(n ast.Node) { v.EN = r.questions(n, what+".en") }})
	return v
}

// questions reads a list of questions and remembers where each stands.
func (r *reader) questions(n ast.Node, what string) []string {
	var list []string
	r.each(n, what, func(v ast.Node) {
		if s := r.text(v, what); s != "" {
			list = append(list, s)
			r.file.asked = append(r.file.asked, asked{text: s, at: r.at(v)})
		}
	})
	return list
}

func (r *reader) negatives(n ast.Node) {
	f := r.file
	r.mapping(n, "negatives",
		field{"near", func(v ast.Node) { f.Negatives.Near = append(f.Negatives.Near, r.questions(v, "negatives.near")...) }},
		field{"far", func(v ast.Node) { f.Negatives.Far = append(f.Negatives.Far, r.questions(v, "negatives.far")...) }})
}

func (r *reader) incidents(n ast.Node) {
	for _, kv := range r.pairs(n, "incidents") {
		if !slices.Contains(classes(), kv.key) {
			r.complain(kv.at, "there is no incident class %q; the classes are %s", kv.key, quoted(classes()))
			continue
		}
		var c Class
		r.mapping(kv.value, "an incident class",
			field{"title", func(v ast.Node) { c.Title = r.bilingual(v, "title") }},
			field{"words", func(v ast.Node) { c.Words = r.texts(v, "words") }},
			field{"report_examples", func(v ast.Node) { c.Report = r.variants(v, "report_examples") }})
		r.file.at[partKey("incidents", kv.key)] = kv.at
		r.file.Incidents[kv.key] = c
	}
}

func (r *reader) intents(n ast.Node) {
	for _, kv := range r.pairs(n, "intents") {
		var in Intent
		r.mapping(kv.value, "an intent",
			field{"words", func(v ast.Node) { in.Words = r.texts(v, "words") }},
			field{"examples", func(v ast.Node) { in.Examples = r.variants(v, "examples") }})
		r.file.at[partKey("intents", kv.key)] = kv.at
		r.file.Intents[kv.key] = in
	}
}
