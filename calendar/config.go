package calendar

import (
	"fmt"
	"time"
)

// Config is the section "hours" of the configuration.
type Config struct {
	// Timezone is an IANA name; every date and time of day is meant there.
	Timezone string `yaml:"timezone"`
	// Week holds each weekday's intervals, "09:00-12:00"; none means closed.
	Week Week `yaml:"week"`
	// Dates override the week and the built-in calendar, by ISO date.
	Dates map[string]DateSpec `yaml:"dates"`
}

// Week holds the intervals of each weekday.
type Week struct {
	Mon []string `yaml:"mon"`
	Tue []string `yaml:"tue"`
	Wed []string `yaml:"wed"`
	Thu []string `yaml:"thu"`
	Fri []string `yaml:"fri"`
	Sat []string `yaml:"sat"`
	Sun []string `yaml:"sun"`
}

// Day gives the intervals of a weekday.
func (w Week) Day(d time.Weekday) []string {
	return [...][]string{w.Sun, w.Mon, w.Tue, w.Wed, w.Thu, w.Fri, w.Sat}[d]
}

// The kinds of a DateSpec.
const (
	SpecOff  = "off"  // closed
	SpecWork = "work" // the weekday's intervals, else Monday's
)

// DateSpec is what a single date is: off, work, or a list of intervals.
type DateSpec struct {
	// Kind is SpecOff, SpecWork, or "" when Open holds the intervals.
	Kind string
	Open []string
}

// UnmarshalYAML reads off, work or a list of intervals.
func (d *DateSpec) UnmarshalYAML(unmarshal func(any) error) error {
	var open []string
	if err := unmarshal(&open); err == nil {
		*d = DateSpec{Open: open}
		return nil
	}
	var kind string
	if err := unmarshal(&kind); err != nil || (kind != SpecOff && kind != SpecWork) {
		return fmt.Errorf("%q is no kind of day; %s", kind, specRemedy)
	}
	*d = DateSpec{Kind: kind}
	return nil
}

// MarshalYAML writes what UnmarshalYAML reads.
func (d DateSpec) MarshalYAML() (any, error) {
	if d.Kind != "" {
		return d.Kind, nil
	}
	if d.Open == nil {
		return []string{}, nil
	}
	return d.Open, nil
}

// Rotation is people who take turns being on duty.
type Rotation struct {
	Name    string   `yaml:"name"`
	Members []string `yaml:"members"`
	// Period is how long a turn lasts; Start is when the first one began,
	// "2026-11-23T09:00" in the calendar's time zone.
	Period time.Duration `yaml:"period"`
	Start  string        `yaml:"start"`
}

// Override puts one member on duty for a while, whoever's turn it is.
type Override struct {
	Rotation string `yaml:"rotation" json:"rotation"`
	Member   string `yaml:"member" json:"member"`
	From     string `yaml:"from" json:"from"`
	To       string `yaml:"to" json:"to"`
}

// OnCall is the section "oncall" of the configuration.
type OnCall struct {
	Rotations []Rotation `yaml:"rotations"`
	Overrides []Override `yaml:"overrides"`
}
