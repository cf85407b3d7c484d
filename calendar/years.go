package calendar

import (
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// mark is what the schedule makes of a date.
type mark uint8

const (
	plain   mark = iota // nothing: the week decides
	holiday             // off
	makeup              // worked in exchange for a day off
)

// year is the schedule of one year. It never changes once it is made.
type year struct {
	marks [366]mark // by day of the year
	// scheduled is set for a schedule of the State Council; otherwise only the
	// statutory days are marked.
	scheduled bool
}

func (y *year) on(d date) mark { return y.marks[d.utc().YearDay()-1] }

func (y *year) set(d date, m mark) { y.marks[d.utc().YearDay()-1] = m }

// years makes each year's schedule when it is first asked for, and keeps it.
type years struct {
	mu   sync.RWMutex
	made map[int]*year
}

func newYears() *years { return &years{made: map[int]*year{}} }

func (ys *years) get(n int) *year {
	ys.mu.RLock()
	y := ys.made[n]
	ys.mu.RUnlock()
	if y != nil {
		return y
	}
	y = newYear(n)
	ys.mu.Lock()
	defer ys.mu.Unlock()
	ys.made[n] = y // equal to any that another goroutine made meanwhile
	return y
}

func newYear(n int) *year {
	y := publishedYear(n)
	if y.scheduled {
		return y
	}
	for _, d := range statutory(n) {
		y.set(d, holiday)
	}
	return y
}

// The library's first whole year, and the last that it can look up: it does so
// by four digits.
const (
	firstScheduled = 2002
	lastLookUp     = 9999
)

// publishedYear takes a year from the library. Of a year without a schedule it
// can know days of December, which belong to the next year's.
func publishedYear(n int) *year {
	y := &year{}
	if n < firstScheduled-1 || n > lastLookUp {
		return y
	}
	list := HolidayUtil.GetHolidaysByYear(n)
	for e := list.Front(); e != nil; e = e.Next() {
		h, ok := e.Value.(*HolidayUtil.Holiday)
		if !ok {
			continue
		}
		d, err := parseDate(h.GetDay())
		switch {
		case err != nil || d.year != n:
		case h.IsWork():
			y.set(d, makeup)
		default:
			y.set(d, holiday)
		}
	}
	y.scheduled = y.on(date{n, time.October, 1}) == holiday
	return y
}

// CoveredYears gives the first and the last of the years whose published
// schedule is built in.
func CoveredYears() (first, last int) {
	last = firstScheduled
	for publishedYear(last + 1).scheduled {
		last++
	}
	return firstScheduled, last
}
