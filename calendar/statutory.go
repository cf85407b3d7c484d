package calendar

import (
	"time"

	lunar "github.com/6tail/lunar-go/calendar"
)

// The years for which the lunar calendar is computed. Outside of them only the
// holidays of the solar calendar are known.
const (
	lunarFrom = 1600
	lunarTo   = 9999
)

// qingming is the place of 清明 in lunar-go's list of a year's solar terms, which
// begins with 大雪 of the year before.
const qingming = 8

// statutory gives the thirteen days that the regulation of November 2024 makes
// holidays: New Year's Day, lunar New Year's Eve to the 3rd, Qingming, 1-2 May,
// Dragon Boat, Mid-Autumn, 1-3 October. Two of them can be the same date.
func statutory(year int) []date {
	days := []date{
		{year, time.January, 1},
		{year, time.May, 1},
		{year, time.May, 2},
		{year, time.October, 1},
		{year, time.October, 2},
		{year, time.October, 3},
	}
	if year < lunarFrom || year > lunarTo {
		return days
	}
	y := lunar.NewLunarYear(year) // guards its cache itself
	newYear := julian(y.GetMonth(1).GetFirstJulianDay())
	return append(
		days,
		newYear.add(-1), newYear, newYear.add(1), newYear.add(2),
		julian(y.GetJieQiJulianDays()[qingming]),
		julian(y.GetMonth(5).GetFirstJulianDay()).add(5-1),
		julian(y.GetMonth(8).GetFirstJulianDay()).add(15-1),
	)
}

// julian is the date of a Julian day of Beijing time.
func julian(jd float64) date {
	s := lunar.NewSolarFromJulianDay(jd)
	return date{s.GetYear(), time.Month(s.GetMonth()), s.GetDay()}
}
