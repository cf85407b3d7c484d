package engagement_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/engagement"
)

// fill gives every field of a value something of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		*at = time.UnixMilli(1_800_000_000_000 + int64(*n))
		return
	case *time.Duration:
		*at = time.Duration(*n)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(strings.Repeat("x", *n%7) + "y")
	case reflect.Int:
		v.SetInt(int64(*n))
	default:
		panic("nothing is known of " + v.Type().String())
	}
}

// Nothing of a case is lost in its document, and its document says it briefly.
func TestACaseIsReadAsItWasStored(t *testing.T) {
	want := &engagement.Case{}
	fill(reflect.ValueOf(want).Elem(), new(int))
	body, err := json.Marshal(want.Stored())
	if err != nil {
		t.Fatal(err)
	}
	for _, long := range []string{`"2027-`, `"service"`, `"reminders"`, `"id":"` + want.ID + `"`} {
		if strings.Contains(string(body), long) {
			t.Errorf("%s is in %s", long, body)
		}
	}
	if diff := cmp.Diff(want, read(t, body, want)); diff != "" {
		t.Errorf("%s of %s", diff, body)
	}
	// A clock that began with what it belongs to does not say when.
	want.Validity.Since, want.First.Since = want.CreatedAt, want.CreatedAt
	want.Incidents[0].Response.Since = want.Incidents[0].AcceptedAt
	brief, err := json.Marshal(want.Stored())
	if err != nil || strings.Count(string(brief), `"since"`) != strings.Count(string(body), `"since"`)-3 {
		t.Errorf("%v %s", err, brief)
	}
	if diff := cmp.Diff(want, read(t, brief, want)); diff != "" {
		t.Errorf("%s of %s", diff, brief)
	}
	bare := &engagement.Case{}
	if body, err = json.Marshal(bare.Stored()); err != nil || strings.Contains(string(body), "since") {
		t.Errorf("what is nothing is stored: %s %v", body, err)
	}
	if got := read(t, body, bare); !got.CreatedAt.IsZero() {
		t.Errorf("%v", got.CreatedAt)
	}
}

func TestTermsHaveTheNameOfWhatTheySay(t *testing.T) {
	a, b := terms(), terms()
	b.BindingCode, b.Driver = "OTHER", "manual"
	if a.Name() != b.Name() || a.Name() == "" {
		t.Errorf("the same terms are called %q and %q", a.Name(), b.Name())
	}
	b.Service.AcceptWithin++
	c := terms()
	c.Reminders.Quiet = ""
	if a.Name() == b.Name() || a.Name() == c.Name() {
		t.Error("other terms have the same name")
	}
}
