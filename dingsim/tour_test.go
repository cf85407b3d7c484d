package dingsim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

type servedTour struct {
	Run  string `json:"run"`
	Tour *Tour  `json:"tour"`
}

func askTour(t *testing.T, s *Server) servedTour {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/_sim/tour", nil))
	var got servedTour
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return got
}

func TestTourIsServedWithANameForThisRun(t *testing.T) {
	script := &Tour{Title: Words{ZH: "导览", EN: "Tour"}, Steps: []TourStep{{Name: "one", Do: []TourAct{{As: "cust001", Say: &Words{ZH: "你好", EN: "hi"}}}}}}
	s := New(Config{Tour: script})
	first, again := askTour(t, s), askTour(t, s)
	if first.Tour == nil || first.Tour.Steps[0].Do[0].Say.ZH != "你好" {
		t.Errorf("the page got %+v", first.Tour)
	}
	if first.Run == "" || first.Run != again.Run {
		t.Errorf("one run has the names %q and %q", first.Run, again.Run)
	}
	if other := askTour(t, New(Config{Tour: script})); other.Run == first.Run {
		t.Error("two runs have the same name")
	}
}

func TestNoTourIsOfferedWhereThereIsNone(t *testing.T) {
	if got := askTour(t, New(Config{})); got.Tour != nil {
		t.Errorf("got %+v", got.Tour)
	}
}
