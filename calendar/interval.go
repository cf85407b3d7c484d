package calendar

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// interval is a span of a day in minutes after midnight, end excluded.
type interval struct{ from, to int }

const endOfDay = 24 * 60

var intervalForm = regexp.MustCompile(`^([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$`) //nolint:gochecknoglobals // immutable

// parseInterval reads "09:00-12:00"; 24:00 is a valid end.
func parseInterval(s string) (interval, error) {
	m := intervalForm.FindStringSubmatch(s)
	if m == nil {
		return interval{}, fmt.Errorf("%q is not a span of a day; write it like 09:00-12:00", s)
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // the form allows digits only
	}
	iv := interval{n[0]*60 + n[1], n[2]*60 + n[3]}
	if iv.from >= iv.to || iv.to > endOfDay {
		return interval{}, fmt.Errorf("%q ends before it begins, or after 24:00; split a span that crosses midnight into two days", s)
	}
	return iv, nil
}

// ParseIntervals reads the intervals of a day, sorts them, and refuses overlaps.
// Its error names every interval that is wrong.
func ParseIntervals(list []string) error {
	_, err := parseIntervals(list)
	return err
}

func parseIntervals(list []string) ([]interval, error) {
	var errs []error
	ivs := make([]interval, 0, len(list))
	for _, s := range list {
		iv, err := parseInterval(s)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		ivs = append(ivs, iv)
	}
	slices.SortFunc(ivs, func(a, b interval) int { return a.from - b.from })
	for i := 1; i < len(ivs); i++ {
		if ivs[i].from < ivs[i-1].to {
			errs = append(errs, fmt.Errorf("%s and %s overlap; join them", ivs[i-1], ivs[i]))
		}
	}
	return ivs, errors.Join(errs...)
}

// String is the interval as it is written in the configuration.
func (iv interval) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", iv.from/60, iv.from%60, iv.to/60, iv.to%60)
}

// at is a minute of a date as a moment; 24:00 is the next day's midnight.
func (d date) at(minute int, loc *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, minute/60, minute%60, 0, 0, loc)
}
