package calendar

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The ways in which the times of a 换班 can be wrong; whoever asks tells a person
// in their own words.
var (
	// ErrSwapForm is for anything but two times.
	ErrSwapForm = errors.New("not two times such as 11-25T18:00 11-26T09:00")
	// ErrSwapOver is for an end in the past.
	ErrSwapOver = errors.New("the swap ends in the past")
	// ErrSwapOrder is for an end before the beginning.
	ErrSwapOrder = errors.New("the swap ends before it begins")
)

// longAgo is how far back a time without a year may lie to mean "since then";
// farther back, the two times were mixed up.
const longAgo = 183 * 24 * time.Hour

// ParseSwap reads the two times of 换班, such as "11-25T18:00 11-26T09:00". Years
// are optional, and so is the T; 11月25日18:00, 11/25 and full-width digits are
// understood. A time without a year is the next such time, and a beginning in
// the past is now (contract §4).
func ParseSwap(text string, now time.Time, loc *time.Location) (from, to time.Time, err error) {
	begin, end, err := readSwap(text)
	if err != nil {
		return from, to, err
	}
	earliest := now
	if begin.year != 0 {
		if from, err = begin.in(begin.year, loc); err != nil {
			return from, to, err
		}
		earliest = later(now, from)
	}
	if to, err = end.next(earliest, loc); err != nil {
		return from, to, err
	}
	if begin.year == 0 {
		if from, err = begin.before(to, now, loc); err != nil {
			return from, to, err
		}
	}
	switch {
	case !to.After(now):
		return from, to, ErrSwapOver
	case !from.Before(to), begin.year == 0 && now.Sub(from) > longAgo:
		return from, to, ErrSwapOrder
	}
	return later(now, from).In(loc), to, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

var swapTime = regexp.MustCompile(`(?:(\d{4})\s?[-/.年]\s?)?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?\s*[Tt]?\s*(\d{1,2}):(\d{2})`)

// moment is a time as it was typed; year 0 is none.
type moment struct{ year, month, day, minute int }

func readSwap(text string) (begin, end moment, err error) {
	text = strings.Map(narrow, text)
	found := swapTime.FindAllStringSubmatch(text, 3)
	rest := strings.ToLower(swapTime.ReplaceAllString(text, " "))
	rest = strings.Trim(strings.ReplaceAll(rest, "to", ""), " \t\n-~–—到至")
	if len(found) != 2 || rest != "" {
		return begin, end, ErrSwapForm
	}
	begin, end = newMoment(found[0]), newMoment(found[1])
	if begin.minute > endOfDay || end.minute > endOfDay {
		return begin, end, ErrSwapForm
	}
	return begin, end, nil
}

// newMoment takes the groups of swapTime, which are short runs of digits.
func newMoment(groups []string) moment {
	var n [5]int
	for i := range n {
		n[i], _ = strconv.Atoi(groups[i+1]) // "" is no year
	}
	minute := n[3]*60 + n[4]
	if n[4] > 59 {
		minute = endOfDay + 1
	}
	return moment{n[0], n[1], n[2], minute}
}

// in is the moment in a year; the year may lack it.
func (m moment) in(year int, loc *time.Location) (time.Time, error) {
	d := date{year, time.Month(m.month), m.day}
	if d.add(0) != d {
		return time.Time{}, ErrSwapForm
	}
	return d.at(m.minute, loc), nil
}

// leap years are at most this far apart.
const leapGap = 8

// next is the first such time after a moment, or the one of the year typed.
func (m moment) next(after time.Time, loc *time.Location) (time.Time, error) {
	if m.year != 0 {
		return m.in(m.year, loc)
	}
	for y := range leapGap + 2 {
		if t, err := m.in(after.In(loc).Year()-1+y, loc); err == nil && t.After(after) {
			return t, nil
		}
	}
	return time.Time{}, ErrSwapForm
}

// before is the next such time, or, where that is not before end, the last one
// that is.
func (m moment) before(end, now time.Time, loc *time.Location) (time.Time, error) {
	if t, err := m.next(now, loc); err != nil || t.Before(end) {
		return t, err
	}
	for y := range leapGap + 1 {
		if t, err := m.in(end.In(loc).Year()-y, loc); err == nil && t.Before(end) {
			return t, nil
		}
	}
	return time.Time{}, ErrSwapForm
}

// narrow maps full-width forms to ASCII.
func narrow(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case '\uff01' <= r && r <= '\uff5e':
		return r - 0xfee0
	}
	return r
}
