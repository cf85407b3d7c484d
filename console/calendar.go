package console

import (
	"slices"
	"time"
)

// rotaWeeks is how many weeks of the rota are shown.
const rotaWeeks = 4

// rotaPage is the rota by weeks and days.
type rotaPage struct {
	Rota
	Weeks [][]rotaDay
	// Start and End are what the form of a shift change begins with.
	Start, End time.Time
	// Last is the last day that is shown.
	Last time.Time
}

// rotaDay is one day, and who begins on it, or goes on where nobody does.
type rotaDay struct {
	At          time.Time
	Today, Past bool
	Shifts      []shift
}

// shift is a turn as a day shows it; Goes is set when it began before.
type shift struct {
	Duty
	Goes bool
}

func newRotaPage(r Rota, now time.Time) rotaPage {
	p := rotaPage{Rota: r, Start: now.Truncate(time.Hour).Add(time.Hour), Last: r.To.AddDate(0, 0, -1)}
	p.End = p.Start.Add(12 * time.Hour)
	for week := range rotaWeeks {
		var days []rotaDay
		for d := range 7 {
			days = append(days, dayOf(r, r.From.AddDate(0, 0, 7*week+d), now))
		}
		p.Weeks = append(p.Weeks, days)
	}
	return p
}

func dayOf(r Rota, at, now time.Time) rotaDay {
	end := at.AddDate(0, 0, 1)
	d := rotaDay{At: at, Today: !now.Before(at) && now.Before(end), Past: !end.After(now)}
	for _, rotation := range r.Rotations {
		begins := slices.ContainsFunc(r.Turns, func(t Duty) bool {
			return t.Rotation == rotation && !t.From.Before(at) && t.From.Before(end) && t.From.After(r.From)
		})
		for _, t := range r.Turns {
			goes := t.From.Before(at) || !t.From.After(r.From)
			if t.Rotation != rotation || !t.From.Before(end) || !t.Until.After(at) || goes && begins && t.Name != "" {
				continue
			}
			d.Shifts = append(d.Shifts, shift{Duty: t, Goes: goes})
		}
	}
	return d
}

// yearPage is a year by months and weeks.
type yearPage struct {
	Year
	Prev, Next int
	Months     []month
	Count      map[string]int
}

type month struct {
	Name  time.Time
	Weeks [][]cell
}

// cell is a day of a month, or a place without one.
type cell struct {
	Day
	N                   int
	At                  time.Time
	Today, Short, Blank bool
}

func newYearPage(y Year, now time.Time) yearPage {
	p := yearPage{Year: y, Prev: y.Year - 1, Next: y.Year + 1, Count: map[string]int{}}
	today := now.Format(time.DateOnly)
	for _, d := range y.Days {
		at, err := time.ParseInLocation(time.DateOnly, d.Date, now.Location())
		if err != nil {
			continue
		}
		p.Count[d.Kind]++
		if at.Day() == 1 {
			p.Months = append(p.Months, month{Name: at})
		}
		if len(p.Months) == 0 {
			continue
		}
		p.Months[len(p.Months)-1].add(cell{Day: d, N: at.Day(), At: at, Today: d.Date == today})
	}
	return p
}

// add puts a day into its week, which begins on Monday.
func (m *month) add(c cell) {
	column := (int(c.At.Weekday()) + 6) % 7
	if column == 0 || len(m.Weeks) == 0 {
		m.Weeks = append(m.Weeks, nil)
	}
	week := &m.Weeks[len(m.Weeks)-1]
	for len(*week) < column {
		*week = append(*week, cell{Blank: true})
	}
	*week = append(*week, c)
}
