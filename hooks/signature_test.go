package hooks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The vector that is published with the Standard Webhooks libraries.
const (
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorTime      = 1614265330
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

// postVector sends the published vector, with changed headers; an empty one is
// left out.
func postVector(t *testing.T, h http.Handler, change map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/purchases", strings.NewReader(vectorBody))
	for name, v := range map[string]string{"webhook-id": vectorID, "webhook-timestamp": "1614265330", "webhook-signature": vectorSignature} {
		if changed, ok := change[name]; ok {
			v = changed
		}
		if v != "" {
			r.Header.Set(name, v)
		}
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// signed is what a body that is signed well and is no event is answered.
const signed = http.StatusBadRequest

func TestThePublishedVectorPassesWithinFiveMinutesOfItsTime(t *testing.T) {
	for after, want := range map[time.Duration]int{
		-5*time.Minute - 2*time.Second: http.StatusUnauthorized,
		-5*time.Minute + time.Second:   signed,
		0:                              signed,
		5*time.Minute - time.Second:    signed,
		5*time.Minute + 2*time.Second:  http.StatusUnauthorized,
	} {
		synctest.Test(t, func(t *testing.T) {
			_, h := newHandler(t)
			time.Sleep(time.Until(time.Unix(vectorTime, 0).Add(after)))
			if rec := postVector(t, h, nil); rec.Code != want {
				t.Errorf("%s after it was signed: %d %s, want %d", after, rec.Code, rec.Body, want)
			}
		})
	}
}

func TestOnlyAWholeSignatureCounts(t *testing.T) {
	const foreign = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	for name, c := range map[string]struct {
		change map[string]string
		want   int
	}{
		"as published":            {nil, signed},
		"one of several":          {map[string]string{"webhook-signature": foreign + " v2,x " + vectorSignature + " " + foreign}, signed},
		"a foreign one":           {map[string]string{"webhook-signature": foreign}, 401},
		"of another version":      {map[string]string{"webhook-signature": "v2" + vectorSignature[2:]}, 401},
		"half of it":              {map[string]string{"webhook-signature": vectorSignature[:20]}, 401},
		"nothing after the comma": {map[string]string{"webhook-signature": "v1,"}, 401},
		"no signature":            {map[string]string{"webhook-signature": ""}, 401},
		"no id":                   {map[string]string{"webhook-id": ""}, 401},
		"another id":              {map[string]string{"webhook-id": "msg_2"}, 401},
		"no time":                 {map[string]string{"webhook-timestamp": ""}, 401},
		"another time":            {map[string]string{"webhook-timestamp": "1614265331"}, 401},
		"a time that is none":     {map[string]string{"webhook-timestamp": "now"}, 401},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, h := newHandler(t)
			time.Sleep(time.Until(time.Unix(vectorTime, 0)))
			if rec := postVector(t, h, c.change); rec.Code != c.want {
				t.Errorf("%s: %d %s, want %d", name, rec.Code, rec.Body, c.want)
			}
		})
	}
}

func TestAnIdThatIsNoKeyIsRefused(t *testing.T) {
	d, h := newHandler(t)
	for _, id := range []string{"msg 1", strings.Repeat("x", 257)} {
		rec := post(t, h, secret, id, time.Now(), created(now()))
		if rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), `"field":"webhook-id"`) {
			t.Errorf("%.20q: %d %s", id, rec.Code, rec.Body)
		}
	}
	if len(d.got) != 0 {
		t.Errorf("taken in: %+v", d.got)
	}
}
