package faq

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
)

// maxFile bounds one FAQ file, in bytes.
const maxFile = 4 << 20

// Brand fills the placeholders of titles and answers: {{product}}, {{provider}},
// {{ticket_url}}, and {{name}} for every name in Values.
type Brand struct {
	Product   string
	Provider  string
	TicketURL string
	Values    map[string]string // further placeholders, such as "hours"
}

// Parse reads the YAML files of an FAQ folder, not those of folders below it,
// and puts the brand into titles and answers. Every mistake comes back at once,
// one a line, as file:line:column with what to do about it.
func Parse(fsys fs.FS, brand Brand) (*File, error) {
	names, err := fs.Glob(fsys, "*.y*ml")
	if err != nil {
		return nil, fmt.Errorf("list FAQ files: %w", err)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return path.Ext(n) != ".yaml" && path.Ext(n) != ".yml" })
	if len(names) == 0 {
		return nil, errors.New("no .yaml file in the FAQ folder; put at least one with \"entries:\" there")
	}
	f := &File{
		Concepts: map[string][]string{}, Incidents: map[string]Class{}, Urgency: map[string][]string{},
		Intents: map[string]Intent{}, at: map[string]place{},
	}
	r := &reader{file: f}
	for _, name := range names {
		if data, ok := r.load(fsys, name); ok {
			r.document(name, data)
		}
	}
	slices.SortStableFunc(f.Entries, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	r.check()
	r.fill(brand)
	if err := r.joined(); err != nil {
		return nil, err
	}
	return f, nil
}

// load reads a file of acceptable size.
func (r *reader) load(fsys fs.FS, name string) ([]byte, bool) {
	top := place{name, 1, 1}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		r.complain(top, "cannot be read: %w", err)
		return nil, false
	}
	if info.Size() > maxFile {
		r.complain(top, "has %d bytes, at most %d are read; split it into several files", info.Size(), maxFile)
		return nil, false
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		r.complain(top, "cannot be read: %w", err)
	}
	return data, err == nil
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// fill puts the brand's words into titles and answers.
func (r *reader) fill(b Brand) {
	known := map[string]string{"product": b.Product, "provider": b.Provider, "ticket_url": b.TicketURL}
	maps.Copy(known, b.Values)
	for i := range r.file.Entries {
		e := &r.file.Entries[i]
		for part, t := range map[string]*Text{"title": &e.Title, "answer": &e.Answer} {
			at := r.file.at[partKey(e.ID, part)]
			t.ZH, t.EN = r.fillText(at, t.ZH, known), r.fillText(at, t.EN, known)
		}
	}
}

func (r *reader) fillText(at place, text string, known map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		name := placeholder.FindStringSubmatch(m)[1]
		v, ok := known[name]
		if !ok {
			r.complain(at, "nothing is known for the placeholder %s; use {{product}}, {{provider}} or {{ticket_url}}", m)
		}
		return v
	})
}
