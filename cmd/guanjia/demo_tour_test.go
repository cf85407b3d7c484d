package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"regexp"
	"testing"
	"time"

	"guanjia/dingsim"
	"guanjia/engagement"
)

func TestTourSaysEverythingInBothLanguages(t *testing.T) {
	tour, err := demoTour()
	if err != nil {
		t.Fatal(err)
	}
	both := func(where string, w dingsim.Words) {
		if w.ZH == "" || w.EN == "" {
			t.Errorf("%s: %+v", where, w)
		}
	}
	both("title", tour.Title)
	both("offer", tour.Offer)
	both("end", tour.End)
	seen := map[string]bool{}
	for _, s := range tour.Steps {
		both(s.Name+" title", s.Title)
		both(s.Name+" before", s.Before)
		both(s.Name+" after", s.After)
		for _, a := range s.Do {
			if a.Say != nil {
				both(s.Name+" says", *a.Say)
			}
		}
		if s.Name == "" || seen[s.Name] {
			t.Errorf("the step %q has no name of its own", s.Name)
		}
		seen[s.Name] = true
	}
}

func TestTourDoesOneThingAtATimeWithWhatItHasFound(t *testing.T) {
	tour, err := demoTour()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{"who": true}
	needs, gives := regexp.MustCompile(`\{([A-Za-z]+)\}`), regexp.MustCompile(`\(\?<([A-Za-z]+)>`)
	for _, s := range tour.Steps {
		for i, a := range s.Do {
			things := 0
			for _, set := range [...]bool{a.Say != nil, a.Press != "", a.Panel != "", a.Expect != ""} {
				if set {
					things++
				}
			}
			if things != 1 {
				t.Errorf("%s act %d does %d things", s.Name, i, things)
			}
			text, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range needs.FindAllStringSubmatch(string(text), -1) {
				if !found[n[1]] {
					t.Errorf("%s act %d needs %s, which nothing has found", s.Name, i, n[0])
				}
			}
			for _, g := range gives.FindAllStringSubmatch(a.Expect, -1) {
				found[g[1]] = true
			}
			found["case"] = found["case"] || a.Panel == "buy"
		}
		if last := s.Do[len(s.Do)-1]; cmp.Or(last.Expect, last.Panel) == "" {
			t.Errorf("%s ends with words of its own and points at nothing", s.Name)
		}
	}
}

func TestClockIsPutForwardToAReminderOrTheEnd(t *testing.T) {
	end := time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC)
	c := &engagement.Case{
		ID: "C1", Validity: engagement.Clock{End: end},
		Reminders: engagement.Reminders{Response: []time.Duration{48 * time.Hour, 4 * time.Hour}, Validity: []time.Duration{24 * time.Hour, 72 * time.Hour}},
		Incidents: []*engagement.Incident{{ID: "I1"}, {ID: "I2", Response: engagement.Clock{End: end.AddDate(0, 0, -5)}}},
	}
	for _, tt := range []struct {
		leap     leap
		deadline string
		until    time.Time
	}{
		{leap{"C1", "response", "reminder"}, "case.response|I2", end.AddDate(0, 0, -7)},
		{leap{"C1", "response", "end"}, "case.response|I2", end.AddDate(0, 0, -5)},
		{leap{"C1", "validity", "reminder"}, "case.validity|C1", end.AddDate(0, 0, -3)},
		{leap{"C1", "validity", "end"}, "case.validity|C1", end},
	} {
		if deadline, until, err := tt.leap.goal(c); err != nil || deadline != tt.deadline || !until.Equal(tt.until) {
			t.Errorf("%+v: %s until %s, %v", tt.leap, deadline, until, err)
		}
	}
	for _, bad := range []leap{{"C1", "", "end"}, {"C1", "validity", ""}, {"C1", "validity", "tomorrow"}, {"C1", "acceptance", "end"}} {
		if _, _, err := bad.goal(c); !errors.Is(err, errLeap) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, _, err := (leap{"C1", "response", "end"}).goal(&engagement.Case{ID: "C1"}); !errors.Is(err, errLeap) {
		t.Errorf("a clock that does not run: %v", err)
	}
}
