package calendar

import (
	"fmt"
	"strings"
	"time"
)

// FormatOpening writes a moment as people are told when somebody is back:
// 11月24日（周二）09:00, Tue 24 Nov 09:00.
func (c *Calendar) FormatOpening(t time.Time, lang string) string {
	t = t.In(c.loc)
	if lang == "en" {
		return t.Format("Mon 2 Jan 15:04")
	}
	return fmt.Sprintf("%d月%d日（%s）%s", int(t.Month()), t.Day(), weekdayZH(t.Weekday()), t.Format("15:04"))
}

// FormatEnd writes the end of a period: M月D日 HH:MM, or M月D日24:00 for one that
// ends with a day.
func (c *Calendar) FormatEnd(t time.Time, lang string) string {
	t = t.In(c.loc)
	if h, m, s := t.Clock(); h+m+s == 0 {
		last := t.AddDate(0, 0, -1)
		if lang == "en" {
			return last.Format("2 Jan") + " 24:00"
		}
		return fmt.Sprintf("%d月%d日24:00", int(last.Month()), last.Day())
	}
	if lang == "en" {
		return t.Format("2 Jan 15:04")
	}
	return fmt.Sprintf("%d月%d日 %s", int(t.Month()), t.Day(), t.Format("15:04"))
}

// CivilEnd is the end of a period of whole days as the Civil Code counts it
// (arts. 201 and 203): the starting day does not count, the last day ends at
// 24:00. It returns the midnight after the last day.
func (c *Calendar) CivilEnd(start time.Time, wholeDays int) time.Time {
	return dateOf(start.In(c.loc)).add(wholeDays+1).at(0, c.loc)
}

// Describe writes the weekly hours in one phrase, such as 周一至周五
// 09:00–12:00、13:00–18:00（法定节假日除外）.
func (c *Calendar) Describe(lang string) string {
	var parts []string
	order := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	for i := 0; i < len(order); {
		j := i
		for j+1 < len(order) && sameHours(c.week[order[j+1]], c.week[order[i]]) {
			j++
		}
		if ivs := c.week[order[i]]; len(ivs) > 0 {
			parts = append(parts, dayRange(order[i], order[j], lang)+" "+hoursList(ivs, lang))
		}
		i = j + 1
	}
	if lang == "en" {
		return strings.Join(parts, "; ") + " (China time, statutory holidays excluded)"
	}
	return strings.Join(parts, "；") + "（法定节假日除外）"
}

func sameHours(a, b []interval) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func dayRange(from, to time.Weekday, lang string) string {
	name := weekdayZH
	sep := "至"
	if lang == "en" {
		name = func(d time.Weekday) string { return d.String()[:3] }
		sep = "–"
	}
	if from == to {
		return name(from)
	}
	return name(from) + sep + name(to)
}

func hoursList(ivs []interval, lang string) string {
	texts := make([]string, len(ivs))
	for i, iv := range ivs {
		texts[i] = strings.Replace(iv.String(), "-", "–", 1)
	}
	if lang == "en" {
		return strings.Join(texts, ", ")
	}
	return strings.Join(texts, "、")
}

func weekdayZH(d time.Weekday) string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[d]
}
