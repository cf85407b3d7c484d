package hooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"guanjia/engagement"
)

// maxDepth is how deep a body may be nested; an event needs five levels.
const maxDepth = 16

// maxKey is how much of a sender's own key a complaint repeats, in bytes.
const maxKey = 64

// value is a JSON value, and where it stands in the body.
type value struct {
	at string
	is any // nil, bool, json.Number, string, []any or map[string]any
}

// parse reads the only JSON value of a body. Unlike encoding/json it refuses
// names that are there twice and takes no name for one in other letters: what we
// read must be what everybody else reads in the same signed bytes.
func parse(body []byte) (value, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return value{}, wrong("body", "is not JSON: "+err.Error())
	}
	if !utf8.Valid(body) {
		return value{}, wrong("body", "is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	is, err := next(dec, "", 0)
	return value{is: is}, err
}

// next reads the next value of a body that is known to be well formed.
func next(dec *json.Decoder, at string, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, wrong("body", "is not JSON: "+err.Error())
	}
	open, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == maxDepth {
		return nil, wrong(place(at), fmt.Sprintf("is nested deeper than %d levels", maxDepth))
	}
	if open == '[' {
		return items(dec, at, depth)
	}
	return members(dec, at, depth)
}

func items(dec *json.Decoder, at string, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := next(dec, fmt.Sprintf("%s[%d]", place(at), len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

func members(dec *json.Decoder, at string, depth int) (any, error) {
	object := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, wrong("body", "is not JSON: "+err.Error())
		}
		name, _ := token.(string)
		where := below(at, name)
		if _, twice := object[name]; twice {
			return nil, wrong(where, "is there twice")
		}
		if object[name], err = next(dec, where, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}

// place names the body itself, which has no path.
func place(at string) string {
	if at == "" {
		return "body"
	}
	return at
}

func below(at, name string) string {
	if name == "" {
		name = `""`
	}
	if len(name) > maxKey {
		name = strings.ToValidUTF8(name[:maxKey], "") + "…"
	}
	if at == "" {
		return name
	}
	return at + "." + name
}

func wrong(field, problem string) error {
	return &engagement.FieldError{Field: field, Problem: problem}
}

// kind names a value's type for a complaint.
func (v value) kind() string {
	switch v.is.(type) {
	case nil:
		return "missing"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}

// reader takes values out of a body; after the first wrong one it keeps the
// error and reads on without a meaning.
type reader struct{ err error }

func (r *reader) fail(v value, want string) {
	if r.err == nil {
		r.err = wrong(place(v.at), "must be "+want+", it is "+v.kind())
	}
}

// field is a member of an object; one that is absent is null.
func (r *reader) field(v value, name string) value {
	object, ok := v.is.(map[string]any)
	if !ok {
		r.fail(v, "an object")
	}
	return value{at: below(v.at, name), is: object[name]}
}

// text is a string without the space around it; null and absence are "".
func (r *reader) text(v value) string {
	s, ok := v.is.(string)
	if !ok && v.is != nil {
		r.fail(v, "a string")
	}
	return strings.TrimSpace(s)
}

// list is an array; null and absence are an empty one.
func (r *reader) list(v value) []value {
	list, ok := v.is.([]any)
	if !ok && v.is != nil {
		r.fail(v, "an array")
	}
	out := make([]value, len(list))
	for i, is := range list {
		out[i] = value{at: fmt.Sprintf("%s[%d]", v.at, i), is: is}
	}
	return out
}

// moment is a time; absence is the zero time.
func (r *reader) moment(v value) time.Time {
	s := r.text(v)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil && r.err == nil {
		r.err = wrong(v.at, "is not RFC 3339, such as 2026-11-24T10:30:00+08:00")
	}
	return t
}
