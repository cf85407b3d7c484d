package calendar

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// longestHoliday bounds the days of one ICS entry.
const longestHoliday = 31

func (s *schedule) readICS(data []byte) {
	file, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		s.fail("not valid ICS: %w", err)
		return
	}
	for i, e := range file.Events() {
		if err := s.addEvent(e); err != nil {
			s.fail("entry %d: %w", i+1, err)
		}
	}
	if len(s.dates) == 0 && len(s.errs) == 0 {
		s.fail("no entry of the ICS calendar says 休 or 班")
	}
}

func (s *schedule) addEvent(e *ics.VEvent) error {
	summary := property(e, ics.ComponentPropertySummary)
	kindOn := kindOfSummary(summary)
	if kindOn == nil {
		return nil // some other entry of somebody's calendar
	}
	if property(e, ics.ComponentPropertyRrule) != "" {
		return fmt.Errorf("%q repeats; holidays do not, write each year out", summary)
	}
	first, last, err := eventDays(e)
	if err != nil {
		return fmt.Errorf("%q: %w", summary, err)
	}
	if last.compare(first.add(longestHoliday-1)) > 0 {
		return fmt.Errorf("%q is longer than %d days; give holidays only", summary, longestHoliday)
	}
	for d := first; d.compare(last) <= 0; d = d.add(1) {
		s.add(d, kindOn(d))
	}
	return nil
}

func property(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// kindOfSummary tells what an entry makes of its days; nil is nothing. 调休 alone
// is used for both sides of the exchange, so there the weekday decides.
func kindOfSummary(summary string) func(date) string {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(summary, w) {
				return true
			}
		}
		return false
	}
	off := func(date) string { return SpecOff }
	switch {
	case has("不上班"):
		return off
	case has("班"):
		return func(date) string { return SpecWork }
	case has("假"):
		return off
	case has("调休"):
		return exchanged
	case has("休"):
		return off
	}
	return nil
}

func exchanged(d date) string {
	if wd := d.weekday(); wd == time.Saturday || wd == time.Sunday {
		return SpecWork
	}
	return SpecOff
}

// eventDays gives the first and the last day that an entry touches.
func eventDays(e *ics.VEvent) (first, last date, err error) {
	start, err := readICSTime(property(e, ics.ComponentPropertyDtStart))
	if err != nil {
		return first, last, err
	}
	first = dateOf(start)
	end := start
	if text := property(e, ics.ComponentPropertyDtEnd); text != "" {
		if end, err = readICSTime(text); err != nil {
			return first, last, err
		}
	} else if text := property(e, ics.ComponentPropertyDuration); text != "" {
		days, err := readICSDays(text)
		if err != nil {
			return first, last, err
		}
		end = start.AddDate(0, 0, days)
	}
	if !end.After(start) {
		return first, first, nil
	}
	return first, dateOf(end.Add(-1)), nil // an end is excluded
}

var (
	icsTime = regexp.MustCompile(`^(\d{8})(?:T(\d{6})(Z?))?$`)
	icsDays = regexp.MustCompile(`^P(\d{1,2})([DW])$`)
)

// readICSTime reads 20270206, or a time of day on it. The clock it shows is that
// of the entry; one in UTC is turned to Beijing's.
func readICSTime(text string) (t time.Time, err error) {
	m := icsTime.FindStringSubmatch(text)
	if m == nil {
		return t, fmt.Errorf("%q is not a day such as 20270206", text)
	}
	if m[2] == "" {
		t, err = time.Parse("20060102", m[1])
	} else {
		t, err = time.Parse("20060102150405", m[1]+m[2])
	}
	if err != nil {
		return t, fmt.Errorf("%q is not a day such as 20270206", text)
	}
	if m[3] == "Z" {
		t = t.Add(8 * time.Hour)
	}
	return t, nil
}

// readICSDays reads a duration of whole days, P3D or P1W.
func readICSDays(text string) (int, error) {
	m := icsDays.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is not a number of days such as P3D", text)
	}
	n, _ := strconv.Atoi(m[1]) // two digits
	if m[2] == "W" {
		n *= 7
	}
	return n, nil
}
