package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"guanjia/bot"
	"guanjia/handlers"
	"guanjia/store"
)

// finder looks cases up by their words. It keeps what a case is found by, which
// never changes; more are read with every page, latest first, so that a search
// seldom has to read any.
type finder struct {
	store *store.Store
	mu    sync.Mutex
	words map[string]string
}

const (
	// warmAtOnce is how many cases are read with a page, findAtOnce with a search in
	// one go.
	warmAtOnce = 500
	findAtOnce = 500
	// findWithin is how long a search may read; the rest is left for the next one.
	findWithin = 50 * time.Millisecond
)

func newFinder(s *store.Store) *finder { return &finder{store: s, words: map[string]string{}} }

// ids are the cases of an index, latest first.
func (f *finder) ids(ctx context.Context, index string) ([]string, error) {
	ids, err := f.store.Index(ctx, index, math.Inf(-1), math.Inf(1), math.MaxInt32)
	slices.Reverse(ids)
	return ids, err
}

// unknown are those of the cases whose words were not read yet.
func (f *finder) unknown(ids []string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.words) > 2*len(ids)+warmAtOnce { // most of them are gone
		clear(f.words)
	}
	var out []string
	for _, id := range ids {
		if _, ok := f.words[id]; !ok {
			out = append(out, id)
		}
	}
	return out
}

// warm reads the words of a few more cases.
func (f *finder) warm(ctx context.Context) error {
	ids, err := f.ids(ctx, handlers.IndexCases)
	if err != nil {
		return err
	}
	more := f.unknown(ids)
	return f.read(ctx, more[:min(len(more), warmAtOnce)])
}

func (f *finder) read(ctx context.Context, ids []string) error {
	refs := make([]bot.DocRef, len(ids))
	for i, id := range ids {
		refs[i] = bot.DocRef{Kind: "case", ID: id}
	}
	docs, err := f.store.Load(ctx, refs...)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range docs {
		f.words[d.ID] = strings.ToLower(d.ID + "\n" + wordsIn(d.Body))
	}
	return nil
}

// wordsIn are the order and the company of a stored case. They stand at its
// beginning, so the rest is seldom read: of ten thousand cases that is most of
// the time. What cannot be read is not found; whoever opens it will hear why.
func wordsIn(body json.RawMessage) string {
	in := json.NewDecoder(bytes.NewReader(body))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	var found []string
	for len(found) < 2 && in.More() {
		key, err := in.Token()
		if err != nil {
			break
		}
		if key != "order_id" && key != "company" {
			var skip json.RawMessage
			if in.Decode(&skip) != nil {
				break
			}
			continue
		}
		var value string
		if in.Decode(&value) != nil {
			break
		}
		found = append(found, value)
	}
	return strings.Join(found, "\n")
}

// matching are those of the cases that have the words; partial is set when there
// was no time to read all of them.
func (f *finder) matching(ctx context.Context, ids []string, words string) (found []string, partial bool, err error) {
	began := time.Now()
	for batch := range slices.Chunk(f.unknown(ids), findAtOnce) {
		if partial = time.Since(began) > findWithin; partial {
			break
		}
		if err := f.read(ctx, batch); err != nil {
			return nil, false, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	words = strings.ToLower(words)
	return slices.DeleteFunc(ids, func(id string) bool { return !strings.Contains(f.words[id], words) }), partial, nil
}
