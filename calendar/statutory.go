package calendar

import (
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
	lunar "github.com/6tail/lunar-go/calendar"
)

// date is a civil date, without time of day or zone.
type date struct {
	year  int
	month time.Month
	day   int
}

func dateOf(t time.Time) date {
	y, m, d := t.Date()
	return date{y, m, d}
}

func (d date) add(days int) date {
	return dateOf(time.Date(d.year, d.month, d.day+days, 0, 0, 0, 0, time.UTC))
}

func (d date) weekday() time.Weekday {
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Weekday()
}

// String is the ISO date.
func (d date) String() string {
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// The years for which days are looked up or computed. Outside of them only the
// week counts, and the year is provisional.
const (
	firstYear = 2010
	lastYear  = 2060
)

// days holds what the State Council scheduled (lunar-go's data), and for years
// without a schedule the statutory days themselves.
type days struct {
	holiday map[date]bool
	makeup  map[date]bool
	// scheduled are the years whose schedule is known.
	scheduled map[int]bool
}

// builtin is the table of all years, made once: the library behind it keeps a
// cache that is not safe to fill from two goroutines.
var builtin = sync.OnceValue(buildDays) //nolint:gochecknoglobals // immutable once made

func buildDays() *days {
	t := &days{holiday: map[date]bool{}, makeup: map[date]bool{}, scheduled: map[int]bool{}}
	for year := firstYear; year <= lastYear; year++ {
		if !t.addSchedule(year) {
			t.addStatutory(year)
		}
	}
	return t
}

// addSchedule takes the published schedule of a year, if the library has one.
// A single January day can belong to the year before.
func (t *days) addSchedule(year int) bool {
	list := HolidayUtil.GetHolidaysByYear(year)
	for e := list.Front(); e != nil; e = e.Next() {
		h, ok := e.Value.(*HolidayUtil.Holiday)
		if !ok {
			continue
		}
		at, err := time.Parse(time.DateOnly, h.GetDay())
		if err != nil {
			continue
		}
		if h.IsWork() {
			t.makeup[dateOf(at)] = true
		} else {
			t.holiday[dateOf(at)] = true
		}
	}
	t.scheduled[year] = list.Len() > 4
	return t.scheduled[year]
}

// addStatutory adds the thirteen days that the regulation of November 2024
// gives, for a year whose schedule is not published: New Year's Day, lunar New
// Year's Eve to the 3rd, Qingming, 1-2 May, Dragon Boat, Mid-Autumn, 1-3 October.
func (t *days) addStatutory(year int) {
	add := func(d date) { t.holiday[d] = true }
	add(date{year, time.January, 1})
	newYear := solar(lunar.NewLunarFromYmd(year, 1, 1).GetSolar())
	for offset := -1; offset <= 2; offset++ {
		add(newYear.add(offset))
	}
	if q, ok := lunar.NewLunarFromYmd(year, 1, 1).GetJieQiTable()["清明"]; ok {
		add(solar(q))
	}
	add(date{year, time.May, 1})
	add(date{year, time.May, 2})
	add(solar(lunar.NewLunarFromYmd(year, 5, 5).GetSolar()))
	add(solar(lunar.NewLunarFromYmd(year, 8, 15).GetSolar()))
	for d := 1; d <= 3; d++ {
		add(date{year, time.October, d})
	}
}

func solar(s *lunar.Solar) date { return date{s.GetYear(), time.Month(s.GetMonth()), s.GetDay()} }
