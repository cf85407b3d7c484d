package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestWhatIsForTheHouseIsServedInsideAlone(t *testing.T) {
	s := &service{ready: &readiness{}, console: http.NotFoundHandler(), metrics: newMetrics(nil, nil)}
	paths := []string{"/healthz", "/readyz", "/hooks/purchases", "/metrics", "/console/"}
	for name, tc := range map[string]struct {
		outside, inside bool
		want            []string
	}{
		"one listener": {true, true, paths},
		"outside":      {true, false, []string{"/healthz", "/readyz", "/hooks/purchases"}},
		"inside":       {false, true, []string{"/healthz", "/readyz", "/metrics", "/console/"}},
	} {
		mux := s.routes(tc.outside, tc.inside)
		for _, p := range paths {
			_, pattern := mux.Handler(httptest.NewRequest(http.MethodGet, p, http.NoBody))
			if (pattern != "") != slices.Contains(tc.want, p) {
				t.Errorf("%s: %s is served by %q", name, p, pattern)
			}
		}
	}
}
