package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// interval is a span of a day in minutes after midnight, end excluded.
type interval struct{ from, to int }

const endOfDay = 24 * 60

var intervalForm = regexp.MustCompile(`^([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$`)

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

// ParseIntervals reads the intervals of a day, in any order, and refuses
// overlaps. Its error names every interval that is wrong.
func ParseIntervals(list []string) error {
	var errs []error
	parseIntervals(list, func(_ int, message string) { errs = append(errs, errors.New(message)) })
	return errors.Join(errs...)
}

// parseIntervals gives a day's intervals sorted. It reports each one that is
// wrong by its place in the list, and leaves it out.
func parseIntervals(list []string, report func(i int, message string)) []interval {
	type placed struct {
		interval
		place int
	}
	read := make([]placed, 0, len(list))
	for i, s := range list {
		iv, err := parseInterval(s)
		if err != nil {
			report(i, err.Error())
			continue
		}
		read = append(read, placed{iv, i})
	}
	slices.SortStableFunc(read, func(a, b placed) int { return cmp.Compare(a.from, b.from) })
	ivs := make([]interval, 0, len(read))
	for _, p := range read {
		if n := len(ivs); n > 0 && p.from < ivs[n-1].to {
			report(p.place, fmt.Sprintf("%s and %s overlap; join them", ivs[n-1], p.interval))
			continue
		}
		ivs = append(ivs, p.interval)
	}
	return ivs
}

// String is the interval as it is written in the configuration.
func (iv interval) String() string { return clock(iv.from) + "-" + clock(iv.to) }

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
