package faq

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// Engine decides questions. It is immutable and safe for concurrent use; the
// same FAQ gives the same scores on every run.
type Engine struct {
	file      *File
	normal    *normalizer
	sounds    *pinyinTable
	lex       *lexicon
	labels    []label
	model     *model
	byID      map[string]int // entries, by id
	answerAt  float64
	clarifyAt float64
	hash      string
	scratch   sync.Pool // *workspace
}

// New trains an engine and, where the configuration says 0, calibrates its
// thresholds by cross-validation over the FAQ itself. It fails only for
// thresholds that are not between 0 and 1.
func New(f *File, cfg Config) (*Engine, error) {
	for name, v := range map[string]float64{"answer_at": cfg.AnswerAt, "clarify_at": cfg.ClarifyAt} {
		if v < 0 || v > 1 || v != v {
			return nil, fmt.Errorf("faq.%s is %v; it must be between 0 (calibrated) and 1", name, v)
		}
	}
	e := &Engine{file: f, normal: newNormalizer(), sounds: newPinyinTable(), labels: labels(f), byID: map[string]int{}}
	var err error
	if e.lex, err = buildLexicon(f, e.normal, e.sounds); err != nil {
		return nil, err
	}
	if e.hash, err = hash(f, cfg); err != nil {
		return nil, err
	}
	for i, entry := range f.Entries {
		e.byID[entry.ID] = i
	}
	e.scratch.New = func() any { return new(workspace) }
	examples := e.examples(samples(f, e.labels))
	var wg sync.WaitGroup
	wg.Go(func() { e.model = train(examples, len(e.file.Entries), len(e.labels)) })
	e.answerAt, e.clarifyAt = cfg.AnswerAt, cfg.ClarifyAt
	if e.answerAt == 0 || e.clarifyAt == 0 {
		answer, clarify := e.calibrate(examples)
		e.answerAt, e.clarifyAt = cmp.Or(e.answerAt, answer), cmp.Or(e.clarifyAt, clarify)
	}
	wg.Wait()
	e.clarifyAt = min(e.clarifyAt, e.answerAt)
	return e, nil
}

// hash names an FAQ with its thresholds, and the engine's own words.
func hash(f *File, cfg Config) (string, error) {
	raw, err := json.Marshal([]any{f, cfg.AnswerAt, cfg.ClarifyAt, string(ownWords)})
	if err != nil {
		return "", fmt.Errorf("hash the FAQ: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8]), nil
}

// workspace is what deciding a question needs besides the engine, reused.
type workspace struct {
	reading  reading
	spelt    []atom
	features []feature
	vector   []cell
	cos, p   []float32
}

// read normalizes a text and reads its phrases; the reading lives in the
// workspace.
func (e *Engine) read(w *workspace, text string) *reading {
	r := &w.reading
	*r = reading{text: e.normal.normalize(text), lex: e.lex, atoms: r.atoms[:0], hits: r.hits[:0], ends: r.ends[:0]}
	r.atoms = e.sounds.atomize(r.text, r.atoms)
	if w.spelt = e.sounds.spell(r.text, r.atoms, w.spelt[:0]); len(w.spelt) > 0 {
		r.atoms, w.spelt = w.spelt, r.atoms
	}
	r.clauses(r.ends)
	r.hits = e.lex.scan(r.text, r.atoms, e.knows, r.hits)
	r.dropPlain()
	r.asked = r.asks(0, len(r.atoms))
	r.readReport()
	r.readElapsed()
	return r
}

// knows reports whether the model has seen a word.
func (e *Engine) knows(a atom) bool {
	if e.model == nil {
		return false
	}
	_, ok := e.model.space.cols[a.hash]
	return ok
}

// examples reads the samples as the model sees them.
func (e *Engine) examples(list []sample) []example {
	w := new(workspace)
	out := make([]example, 0, len(list))
	for _, s := range list {
		r := e.read(w, s.text)
		w.features = merge(r.collect(w.features[:0]))
		if len(w.features) > 0 {
			out = append(out, example{s.class, slices.Clone(w.features), r.ruled()})
		}
	}
	return out
}

// Answer is the stored answer of an entry in a language ("zh" or "en").
func (e *Engine) Answer(id, lang string) (string, bool) {
	i, ok := e.byID[id]
	if !ok {
		return "", false
	}
	return e.file.Entries[i].Answer.In(lang), true
}

// Title is the question that an entry answers, or the id of an unknown entry.
func (e *Engine) Title(id, lang string) string {
	i, ok := e.byID[id]
	if !ok {
		return id
	}
	return e.file.Entries[i].Title.In(lang)
}

// ClassTitle is the name of an incident class, or the class itself if the FAQ
// does not name it.
func (e *Engine) ClassTitle(class, lang string) string {
	return cmp.Or(e.file.Incidents[class].Title.In(lang), class)
}

// Entries are the entries of the FAQ by id. They are shared: do not change them.
func (e *Engine) Entries() []Entry { return e.file.Entries }

// Hash names the FAQ and the settings that the engine was made from.
func (e *Engine) Hash() string { return e.hash }

// Thresholds are the scores from which a question is answered and offered.
func (e *Engine) Thresholds() (answer, clarify float64) { return e.answerAt, e.clarifyAt }
