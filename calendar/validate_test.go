package calendar_test

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"guanjia/calendar"
)

func TestEveryMistakeInHoursIsFoundAtOnce(t *testing.T) {
	cfg := calendar.Config{
		Timezone: "Asia/Peking City",
		Week:     calendar.Week{Mon: []string{"09:00-12:00", "11:00-13:00"}, Wed: []string{"18:00-09:00"}},
		Dates: map[string]calendar.DateSpec{
			"2027-02-30": {Kind: calendar.SpecOff}, "2027-2-10": {Kind: calendar.SpecOff},
			"2027-03-01": {Kind: "holiday"}, "2027-03-02": {Open: []string{"09:00-10:00", "24:00-25:00"}},
			"2027-03-03": {Kind: calendar.SpecOff, Open: []string{"09:00-10:00"}},
		},
	}
	got := map[string]string{}
	for _, p := range cfg.Validate() {
		got[p.Path] = p.Message
	}
	want := map[string]string{
		"hours.timezone": "Asia/Shanghai", "hours.week.mon[1]": "overlap", "hours.week.wed[0]": "ends before",
		"hours.dates.2027-02-30": "write it like", "hours.dates.2027-2-10": "write it like", "hours.dates.2027-03-01": "use off, work",
		"hours.dates.2027-03-02[1]": "24:00", "hours.dates.2027-03-03": "use off, work",
	}
	for path, words := range want {
		if !strings.Contains(got[path], words) {
			t.Errorf("%s: %q does not say %q", path, got[path], words)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d mistakes found, want %d: %v", len(got), len(want), got)
	}
	_, err := calendar.New(cfg)
	if err == nil || strings.Count(err.Error(), "\n") != len(want)-1 {
		t.Errorf("New does not name them all: %v", err)
	}
}

func TestZonesThatDependOnTheMachineAreRefused(t *testing.T) {
	for _, zone := range []string{"", "Local", "../etc/localtime", "Mars/Base"} {
		if ps := (calendar.Config{Timezone: zone}).Validate(); len(ps) != 1 || ps[0].Path != "hours.timezone" {
			t.Errorf("%q: %v", zone, ps)
		}
	}
}

func TestDatesAreReadAndWrittenAsYAML(t *testing.T) {
	text := "dates:\n  \"2027-02-10\": off\n  \"2027-02-14\": work\n  2026-11-23: [\"10:00-12:00\"]\n  2026-11-24: []\n"
	var cfg calendar.Config
	if err := yaml.Unmarshal([]byte(text), &cfg); err != nil {
		t.Fatal(err)
	}
	want := map[string]calendar.DateSpec{
		"2027-02-10": {Kind: calendar.SpecOff}, "2027-02-14": {Kind: calendar.SpecWork},
		"2026-11-23": {Open: []string{"10:00-12:00"}}, "2026-11-24": {Open: []string{}},
	}
	if diff := cmp.Diff(want, cfg.Dates); diff != "" {
		t.Error(diff)
	}
	out, err := yaml.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var again calendar.Config
	if err := yaml.Unmarshal(out, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cfg.Dates, again.Dates); diff != "" {
		t.Errorf("%s\n%s", out, diff)
	}
	for _, bad := range []string{"dates: {2027-02-10: closed}", "dates: {2027-02-10: {a: b}}", "dates: {2027-02-10: 7}"} {
		if err := yaml.Unmarshal([]byte(bad), &cfg); err == nil || !strings.Contains(err.Error(), "use off, work") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
