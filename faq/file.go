package faq

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// maxFile bounds one FAQ file, in bytes.
const maxFile = 4 << 20

// File is the content of an FAQ: all of its YAML files together.
type File struct {
	Concepts  map[string][]string  `yaml:"concepts"`
	Entries   []Entry              `yaml:"entries"`
	Negatives Negatives            `yaml:"negatives"`
	Incidents map[string]ClassFile `yaml:"incidents"`
	Urgency   map[string][]string  `yaml:"urgency"`
	Intents   map[string]Words     `yaml:"intents"`
}

// Entry is one question with its answer, the only text that may go out for it.
type Entry struct {
	ID         string     `yaml:"id"`
	Title      Text       `yaml:"title"`
	Source     Source     `yaml:"source"`
	Answer     Text       `yaml:"answer"`
	Facts      []string   `yaml:"facts"`
	MustNot    []string   `yaml:"must_not"`
	Concepts   AnyNot     `yaml:"concepts"`
	Variants   Variations `yaml:"variants"`
	Confusable []string   `yaml:"confusable"`
}

// Text is words in both languages.
type Text struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// In gives the words in a language, Chinese if that is not English.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Source names the document that an answer's facts stand in.
type Source struct {
	Doc     string `yaml:"doc"`
	Section int    `yaml:"section"`
}

// AnyNot names concepts that speak for an entry, and against it.
type AnyNot struct {
	Any []string `yaml:"any"`
	Not []string `yaml:"not"`
}

// Variations are other ways to put a question.
type Variations struct {
	ZH     []string `yaml:"zh"`
	ZHHant []string `yaml:"zh-Hant"`
	EN     []string `yaml:"en"`
}

// All lists the variations of every language.
func (v Variations) All() []string { return slices.Concat(v.ZH, v.ZHHant, v.EN) }

// Negatives are questions that no entry answers: near ones about the same field,
// and far ones.
type Negatives struct {
	Near []string `yaml:"near"`
	Far  []string `yaml:"far"`
}

// ClassFile is a class of security incidents after GB/Z 20986-2007.
type ClassFile struct {
	Title  Text       `yaml:"title"`
	Words  []string   `yaml:"words"`
	Report Variations `yaml:"report_examples"`
}

// Words tell an intent.
type Words struct {
	Words    []string `yaml:"words"`
	Examples []string `yaml:"examples"`
}

// Brand fills the placeholders of the answers: {{product}}, {{provider}} and
// {{ticket_url}}.
type Brand struct{ Product, Provider, TicketURL string }

// Parse reads the YAML files of an FAQ folder and puts the brand into the
// answers. Every mistake comes back at once, as file:line:column with a remedy.
func Parse(fsys fs.FS, brand Brand) (*File, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list FAQ files: %w", err)
	}
	if len(names) == 0 {
		return nil, errors.New("no .yaml file in the FAQ folder; put at least one with \"entries:\" there")
	}
	whole := &File{Concepts: map[string][]string{}, Incidents: map[string]ClassFile{}, Urgency: map[string][]string{}, Intents: map[string]Words{}}
	c := &checker{entryAt: map[string]place{}}
	for _, name := range names {
		part, data, err := readPart(fsys, name)
		if err != nil {
			c.errs = append(c.errs, err)
			continue
		}
		c.locate(name, data, part.Entries)
		whole.join(part)
	}
	c.check(whole)
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	whole.brandAll(brand)
	slices.SortFunc(whole.Entries, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	return whole, nil
}

func readPart(fsys fs.FS, name string) (*File, []byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if info.Size() > maxFile {
		return nil, nil, fmt.Errorf("%s: has %d bytes, at most %d are read; split it", name, info.Size(), maxFile)
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	part := &File{}
	if err := yaml.UnmarshalWithOptions(data, part, yaml.Strict()); err != nil {
		line, column, message := 1, 1, err.Error()
		if ye, ok := errors.AsType[yaml.Error](err); ok {
			message = ye.GetMessage()
			if t := ye.GetToken(); t != nil && t.Position != nil {
				line, column = t.Position.Line, t.Position.Column
			}
		}
		return nil, nil, fmt.Errorf("%s:%d:%d: %s; known keys: concepts, entries, negatives, incidents, urgency, intents", path.Base(name), line, column, message)
	}
	return part, data, nil
}

func (f *File) join(p *File) {
	maps.Copy(f.Concepts, p.Concepts)
	maps.Copy(f.Incidents, p.Incidents)
	maps.Copy(f.Urgency, p.Urgency)
	maps.Copy(f.Intents, p.Intents)
	f.Entries = append(f.Entries, p.Entries...)
	f.Negatives.Near = append(f.Negatives.Near, p.Negatives.Near...)
	f.Negatives.Far = append(f.Negatives.Far, p.Negatives.Far...)
}

func (f *File) brandAll(b Brand) {
	r := strings.NewReplacer("{{product}}", b.Product, "{{provider}}", b.Provider, "{{ticket_url}}", b.TicketURL)
	for i := range f.Entries {
		e := &f.Entries[i]
		for _, s := range [...]*string{&e.Answer.ZH, &e.Answer.EN, &e.Title.ZH, &e.Title.EN} {
			*s = strings.TrimSpace(r.Replace(*s))
		}
	}
}
