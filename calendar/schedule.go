package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxSchedule bounds a schedule file, in bytes.
const maxSchedule = 4 << 20

// ParseSchedule reads a year's schedule of holidays and make-up days: the JSON of
// github.com/NateScarlet/holiday-cn, or an ICS calendar whose entries say 休 or
// 班. It returns them as the configuration's hours.dates. The error names what
// is wrong, and where.
func ParseSchedule(data []byte) (map[string]DateSpec, error) {
	if len(data) > maxSchedule {
		return nil, fmt.Errorf("the file has %d bytes, at most %d are read", len(data), maxSchedule)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8; save it as UTF-8")
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	s := &schedule{dates: map[string]DateSpec{}}
	switch {
	case bytes.HasPrefix(data, []byte("{")):
		s.readJSON(data)
	case bytes.HasPrefix(bytes.ToUpper(data), []byte("BEGIN:VCALENDAR")):
		s.readICS(data)
	default:
		return nil, errors.New("neither the JSON of NateScarlet/holiday-cn (an object with \"days\") nor an ICS calendar (BEGIN:VCALENDAR)")
	}
	if err := s.err(); err != nil {
		return nil, err
	}
	return s.dates, nil
}

// schedule collects the days of a file, and what is wrong with it.
type schedule struct {
	dates map[string]DateSpec
	errs  []error
}

// add takes a day; a file that says both off and work of one is of no use.
func (s *schedule) add(d date, kind string) {
	if before, ok := s.dates[d.String()]; ok && before.Kind != kind {
		s.fail("%s is both off and work; keep one of the two", d)
		return
	}
	s.dates[d.String()] = DateSpec{Kind: kind}
}

func (s *schedule) fail(format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf(format, args...))
}

// err has the first few mistakes: a wrong file has the same one in every line.
func (s *schedule) err() error {
	const few = 10
	if more := len(s.errs) - few; more > 0 {
		return errors.Join(append(slices.Clip(s.errs[:few]), fmt.Errorf("and %d more", more))...)
	}
	return errors.Join(s.errs...)
}

func (s *schedule) readJSON(data []byte) {
	var file struct {
		Days []struct {
			Date string `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		s.fail("not valid JSON: %w", err)
		return
	}
	if len(file.Days) == 0 {
		s.fail(`no "days" in it; is this a schedule of NateScarlet/holiday-cn? A year that is not published yet has none`)
	}
	for i, day := range file.Days {
		d, err := parseDate(day.Date)
		switch {
		case err != nil:
			s.fail("days[%d].date: %w", i, err)
		case day.Off == nil:
			s.fail("days[%d].isOffDay: missing for %s; write true or false", i, day.Date)
		case *day.Off:
			s.add(d, SpecOff)
		default:
			s.add(d, SpecWork)
		}
	}
}

// RenderDates writes dates as the hours.dates of a configuration.
func RenderDates(dates map[string]DateSpec) string {
	if len(dates) == 0 {
		return "hours:\n  dates: {}\n"
	}
	var b strings.Builder
	b.WriteString("hours:\n  dates:\n")
	for _, d := range slices.Sorted(maps.Keys(dates)) {
		fmt.Fprintf(&b, "    %q: %s\n", d, renderSpec(dates[d]))
	}
	return b.String()
}

func renderSpec(spec DateSpec) string {
	if spec.Kind != "" {
		return spec.Kind
	}
	quoted := make([]string, len(spec.Open))
	for i, s := range spec.Open {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// regulation is the first year of the statutory days as they are now.
const regulation = 2025

// MissingHolidays lists the statutory days that a schedule does not make off, of
// each year that it covers beyond New Year: a sign that the file is not whole.
func MissingHolidays(dates map[string]DateSpec) []string {
	covered := map[int]bool{}
	for iso := range dates {
		if d, err := parseDate(iso); err == nil && d.month != time.January && d.month != time.December {
			covered[d.year] = d.year >= regulation
		}
	}
	var missing []string
	for y, current := range covered {
		if !current {
			continue
		}
		for _, d := range statutory(y) {
			if iso := d.String(); dates[iso].Kind != SpecOff {
				missing = append(missing, iso)
			}
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}
