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

	ics "github.com/arran4/golang-ical"
)

// maxSchedule bounds a schedule file, in bytes.
const maxSchedule = 4 << 20

// ParseSchedule reads a year's schedule of holidays and make-up days: the JSON of
// github.com/NateScarlet/holiday-cn, or an ICS calendar whose entries say 休 or
// 班. It returns them as the configuration's hours.dates.
func ParseSchedule(data []byte) (map[string]DateSpec, error) {
	if len(data) > maxSchedule {
		return nil, fmt.Errorf("the file has %d bytes, at most %d are read", len(data), maxSchedule)
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(data, []byte("{")):
		return parseJSON(data)
	case bytes.HasPrefix(bytes.ToUpper(data), []byte("BEGIN:VCALENDAR")):
		return parseICS(data)
	}
	return nil, errors.New("neither the JSON of NateScarlet/holiday-cn (an object with \"days\") nor an ICS calendar (BEGIN:VCALENDAR)")
}

func parseJSON(data []byte) (map[string]DateSpec, error) {
	var file struct {
		Days []struct {
			Date string `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("not valid JSON: %w", err)
	}
	if len(file.Days) == 0 {
		return nil, errors.New(`no "days" in it; is this a schedule of NateScarlet/holiday-cn?`)
	}
	out := map[string]DateSpec{}
	var errs []error
	for i, d := range file.Days {
		_, err := time.Parse(time.DateOnly, d.Date)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("days[%d].date: %q is not a date like 2027-02-10", i, d.Date))
		case d.Off == nil:
			errs = append(errs, fmt.Errorf("days[%d].isOffDay: missing for %s", i, d.Date))
		default:
			out[d.Date] = specOf(*d.Off)
		}
	}
	return out, errors.Join(errs...)
}

func specOf(off bool) DateSpec {
	if off {
		return DateSpec{Kind: SpecOff}
	}
	return DateSpec{Kind: SpecWork}
}

// longestHoliday bounds the days of one ICS entry.
const longestHoliday = 31

func parseICS(data []byte) (map[string]DateSpec, error) {
	cal, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not valid ICS: %w", err)
	}
	out := map[string]DateSpec{}
	var errs []error
	for i, e := range cal.Events() {
		if err := addEvent(out, e); err != nil {
			errs = append(errs, fmt.Errorf("entry %d: %w", i+1, err))
		}
	}
	if len(out) == 0 && len(errs) == 0 {
		return nil, errors.New("no entry of the ICS calendar says 休 or 班")
	}
	return out, errors.Join(errs...)
}

func addEvent(out map[string]DateSpec, e *ics.VEvent) error {
	summary := ""
	if p := e.GetProperty(ics.ComponentPropertySummary); p != nil {
		summary = p.Value
	}
	work := strings.Contains(summary, "班") || strings.Contains(summary, "调休上")
	if !work && !strings.Contains(summary, "休") && !strings.Contains(summary, "假") {
		return nil // some other entry of somebody's calendar
	}
	start, err := e.GetAllDayStartAt()
	if err != nil {
		return fmt.Errorf("%q has no readable start day", summary)
	}
	end, err := e.GetAllDayEndAt()
	if err != nil || !end.After(start) {
		end = start.AddDate(0, 0, 1)
	}
	for d, n := start, 0; d.Before(end); d, n = d.AddDate(0, 0, 1), n+1 {
		if n >= longestHoliday {
			return fmt.Errorf("%q is longer than %d days", summary, longestHoliday)
		}
		out[d.Format(time.DateOnly)] = specOf(!work)
	}
	return nil
}

// RenderDates writes dates as the hours.dates of a configuration.
func RenderDates(dates map[string]DateSpec) string {
	var b strings.Builder
	b.WriteString("hours:\n  dates:\n")
	for _, d := range slices.Sorted(maps.Keys(dates)) {
		spec := dates[d]
		if spec.Kind != "" {
			fmt.Fprintf(&b, "    %q: %s\n", d, spec.Kind)
			continue
		}
		fmt.Fprintf(&b, "    %q: [%s]\n", d, `"`+strings.Join(spec.Open, `", "`)+`"`)
	}
	return b.String()
}
