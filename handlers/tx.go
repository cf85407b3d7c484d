package handlers

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// Store reads what a step needs to decide. Writing is done by whoever runs the
// step, with the Change it returned.
type Store interface {
	// Load reads documents in one round trip; one that does not exist has version 0.
	Load(ctx context.Context, refs ...bot.DocRef) ([]bot.Doc, error)
	// Index lists members of an index by score, lowest first, at most limit.
	Index(ctx context.Context, name string, lowest, highest float64, limit int) ([]string, error)
	// Timeline lists the entries of a document's timeline, oldest first.
	Timeline(ctx context.Context, of bot.DocRef) ([]bot.Entry, error)
	// NextID gives the next number of a kind, and the same one again for the same
	// reason; gaps are possible.
	NextID(ctx context.Context, kind, reason string) (int64, error)
}

// tx is one step: what it read, and the change it will make.
type tx struct {
	store Store
	now   time.Time
	seed  string // distinguishes the ids of what this step says
	read  map[bot.DocRef]bot.Doc
	plain map[bot.DocRef]bool // every field of what was read is known to this program
	loose map[bot.DocRef]bool // what was read may change meanwhile
	put   map[bot.DocRef]int  // position in change.Put
	out   bot.Change
	// step is the idempotency key of this step, "" when it is not decided again;
	// given counts the numbers that it got.
	step  string
	given int
}

func newTx(s Store, seed string, now time.Time) *tx {
	return &tx{
		store: s, now: now, seed: seed,
		read: map[bot.DocRef]bot.Doc{}, plain: map[bot.DocRef]bool{}, loose: map[bot.DocRef]bool{}, put: map[bot.DocRef]int{},
		out: bot.Change{Now: now},
	}
}

// nextID gives the next number of a kind. A step that is decided anew, because
// the world moved on, gets the numbers that it had: people are told I1, not I2.
func (t *tx) nextID(ctx context.Context, kind string) (int64, error) {
	step := t.step
	if step == "" {
		step = rand.Text()
	}
	t.given++
	return t.store.NextID(ctx, kind, fmt.Sprintf("%s|%d", step, t.given))
}

// change is what the step amounts to: what it read but did not write must be
// unchanged when it is committed, unless it is loose.
func (t *tx) change() bot.Change {
	for ref, d := range t.read {
		if _, written := t.put[ref]; !written && !t.loose[ref] {
			t.out.Check = append(t.out.Check, d)
		}
	}
	return t.out
}

// load reads documents ahead, so that get needs no round trip of its own.
func (t *tx) load(ctx context.Context, refs ...bot.DocRef) error {
	var missing []bot.DocRef
	for _, r := range refs {
		if _, ok := t.read[r]; !ok && r.ID != "" {
			missing = append(missing, r)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	docs, err := t.store.Load(ctx, missing...)
	if err != nil {
		return fmt.Errorf("load %v: %w", missing, err)
	}
	for _, d := range docs {
		t.read[d.DocRef] = d
	}
	return nil
}

// get reads a document into v and reports whether it exists. A document that
// was put in this step is seen as it was put.
func (t *tx) get(ctx context.Context, ref bot.DocRef, v any) (found bool, err error) {
	if ref.ID == "" {
		return false, nil
	}
	if err := t.load(ctx, ref); err != nil {
		return false, err
	}
	d := t.read[ref]
	if i, ok := t.put[ref]; ok {
		d = t.out.Put[i]
	}
	if len(d.Body) == 0 {
		return false, nil
	}
	form, plain, err := decode(d.Body, v)
	if err != nil {
		return false, fmt.Errorf("read %s %s: %w", ref.Kind, ref.ID, err)
	}
	if plain {
		t.plain[ref] = true
	}
	if f, ok := v.(formed); ok {
		f.Restore(form)
	}
	return true, nil
}

// decode decodes what is stored of v: into v itself, or into a form of its own. It
// is plain when every field of it is known.
func decode(body []byte, v any) (form any, plain bool, err error) {
	form = stored(v)
	strict := json.NewDecoder(bytes.NewReader(body))
	strict.DisallowUnknownFields()
	if strict.Decode(form) == nil {
		return form, true, nil
	}
	var head struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(body, &head); err == nil && head.Schema > schema {
		return nil, false, fmt.Errorf("it is of form %d, this program knows %d: %w", head.Schema, schema, scheduler.ErrNewer)
	}
	return form, false, json.Unmarshal(body, form)
}

// schema is the form of documents that this program knows. A document says its
// form in "schema", nothing for the first. A version that changes what a field
// means raises it, and an older one that runs beside it leaves such documents
// alone; fields that are merely new survive in older versions without it.
const schema = 1

// formed is what a document holds in another form than it has here.
type formed interface {
	// Stored gives the form, for encoding; that of a zero value, to be decoded into.
	Stored() any
	// Restore makes it what the form says.
	Restore(form any)
}

// stored is what a document holds of v: v itself, unless it has another form.
func stored(v any) any {
	if f, ok := v.(formed); ok {
		return f.Stored()
	}
	return v
}

// set writes a document that was read before in this step. Fields that this
// version of the program does not know are kept.
func (t *tx) set(ref bot.DocRef, v any) error {
	old, ok := t.read[ref]
	if !ok {
		return fmt.Errorf("write %s %s: it was not read in this step", ref.Kind, ref.ID)
	}
	before := old.Body
	if t.plain[ref] {
		before = nil
	}
	body, err := keepUnknown(before, v)
	if err != nil {
		return fmt.Errorf("write %s %s: %w", ref.Kind, ref.ID, err)
	}
	d := bot.Doc{DocRef: ref, Version: old.Version, Body: body}
	if i, ok := t.put[ref]; ok {
		t.out.Put[i] = d
		return nil
	}
	t.put[ref] = len(t.out.Put)
	t.out.Put = append(t.out.Put, d)
	return nil
}

// keepUnknown encodes v over old, so that fields which a newer version wrote
// into old survive an older version that does not know them.
func keepUnknown(old json.RawMessage, v any) (json.RawMessage, error) {
	body, err := json.Marshal(stored(v))
	if err != nil || len(old) == 0 {
		return body, err
	}
	known := stored(newOf(v))
	if err := json.Unmarshal(old, known); err != nil {
		return nil, err
	}
	understood, err := json.Marshal(known)
	if err != nil {
		return nil, err
	}
	var before, seen, after map[string]json.RawMessage
	for _, x := range []struct {
		from json.RawMessage
		to   *map[string]json.RawMessage
	}{{old, &before}, {understood, &seen}, {body, &after}} {
		if err := json.Unmarshal(x.from, x.to); err != nil {
			return nil, err
		}
	}
	maps.DeleteFunc(before, func(k string, raw json.RawMessage) bool {
		_, known := seen[k]
		return known || isZeroJSON(raw)
	})
	if len(before) == 0 {
		return body, nil
	}
	maps.Copy(before, after)
	return json.Marshal(before)
}

func isZeroJSON(raw json.RawMessage) bool {
	switch string(bytes.TrimSpace(raw)) {
	case `null`, `""`, `0`, `false`, `[]`, `{}`:
		return true
	}
	return false
}

// say adds a message to the outbox, with an id that a repeat of this step makes
// again.
func (t *tx) say(o bot.Outgoing) { t.sayAs(fmt.Sprintf("%s.%d", t.seed, len(t.out.Say)), o) }

// sayAs adds a message under an id of its own.
func (t *tx) sayAs(id string, o bot.Outgoing) {
	o.ID = id
	t.out.Say = append(t.out.Say, o)
}

func (t *tx) log(of bot.DocRef, e bot.Entry) {
	e.Of, e.At = of, t.now
	t.out.Log = append(t.out.Log, e)
}

func (t *tx) deadline(d scheduler.Deadline) { t.out.Set = append(t.out.Set, d) }

// newOf makes a zero value of v's type, for v a pointer or a value.
func newOf(v any) any {
	typ := reflect.TypeOf(v)
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return reflect.New(typ).Interface()
}
