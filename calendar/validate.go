package calendar

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const specRemedy = `use off, work or a list such as ["10:00-12:00"]`

// Validate lists everything that is wrong with the section, in no more words
// than an engineer needs to put it right.
func (c Config) Validate() []Problem {
	_, ps := compile(c)
	return ps
}

// compile turns the section into what is computed with.
func compile(cfg Config) (*Calendar, problems) {
	var ps problems
	c := &Calendar{dates: make(map[date][]interval, len(cfg.Dates)), years: newYears()}
	loc, err := location(cfg.Timezone)
	if err != nil {
		ps.add("hours.timezone", "%s", err)
	}
	c.loc = loc
	for wd := range c.week {
		d := time.Weekday(wd)
		c.week[wd] = ps.intervals("hours.week."+strings.ToLower(d.String()[:3]), cfg.Week.Day(d))
	}
	for _, iso := range slices.Sorted(maps.Keys(cfg.Dates)) {
		path := "hours.dates." + iso
		d, err := parseDate(iso)
		if err != nil {
			ps.add(path, "%s", err)
			continue
		}
		c.dates[d] = c.special(&ps, path, d, cfg.Dates[iso])
	}
	c.index()
	return c, ps
}

func (ps *problems) intervals(path string, list []string) []interval {
	return parseIntervals(list, func(i int, message string) {
		ps.add(fmt.Sprintf("%s[%d]", path, i), "%s", message)
	})
}

// special gives the intervals of a date that the configuration overrides.
func (c *Calendar) special(ps *problems, path string, d date, spec DateSpec) []interval {
	switch {
	case spec.Kind == "":
		return ps.intervals(path, spec.Open)
	case spec.Kind != SpecOff && spec.Kind != SpecWork:
		ps.add(path, "%q is no kind of day; %s", spec.Kind, specRemedy)
	case len(spec.Open) > 0:
		ps.add(path, "is %q and has intervals too; %s", spec.Kind, specRemedy)
	case spec.Kind == SpecWork:
		return c.workday(d)
	}
	return nil
}

// location finds a time zone. Go also knows "" and "Local", which would make the
// answer depend on the machine.
func location(name string) (*time.Location, error) {
	bad := fmt.Errorf("%q is not a time zone; use a name such as Asia/Shanghai", name)
	if name == "" || name == "Local" {
		return nil, bad
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, bad
	}
	return loc, nil
}
