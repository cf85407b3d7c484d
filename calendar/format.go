package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// english is the language that is written without Chinese characters.
const english = "en"

// FormatOpening writes a moment as people are told when somebody is back:
// 11月24日（周二）09:00, Tue 24 Nov 09:00. The zero time is "".
func (c *Calendar) FormatOpening(t time.Time, lang string) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(c.loc)
	return dayAndWeekday(dateOf(t), lang) + t.Format("15:04")
}

// FormatClosing is FormatOpening for an end: midnight is 24:00 of the day before.
func (c *Calendar) FormatClosing(t time.Time, lang string) string {
	if d, ok := c.lastDay(t); ok {
		return dayAndWeekday(d, lang) + "24:00"
	}
	return c.FormatOpening(t, lang)
}

func dayAndWeekday(d date, lang string) string {
	if lang == english {
		return d.utc().Format("Mon 2 Jan ")
	}
	return fmt.Sprintf("%d月%d日（%s）", d.month, d.day, weekdayZH(d.weekday()))
}

// FormatEnd writes the end of a period: M月D日 HH:MM, or M月D日24:00 for one that
// ends with a day; in English 16 Jul 10:30, 16 Jul 24:00. The zero time is "".
func (c *Calendar) FormatEnd(t time.Time, lang string) string {
	last, whole := c.lastDay(t)
	switch {
	case t.IsZero():
		return ""
	case whole && lang == english:
		return last.utc().Format("2 Jan ") + "24:00"
	case whole:
		return last.utc().Format("1月2日") + "24:00"
	case lang == english:
		return t.In(c.loc).Format("2 Jan 15:04")
	}
	return t.In(c.loc).Format("1月2日 15:04")
}

// lastDay is the day that ends at t, if one does.
func (c *Calendar) lastDay(t time.Time) (date, bool) {
	next := dateOf(t.In(c.loc))
	return next.add(-1), !t.IsZero() && next.at(0, c.loc).Equal(t)
}

// Describe writes the weekly hours in one phrase, such as 周一至周五
// 09:00–12:00、13:00–18:00（法定节假日除外）.
func (c *Calendar) Describe(lang string) string {
	var parts []string
	for i := 0; i < len(c.week); {
		j := i
		for j+1 < len(c.week) && slices.Equal(c.week[mondayFirst(j+1)], c.week[mondayFirst(i)]) {
			j++
		}
		if ivs := c.week[mondayFirst(i)]; len(ivs) > 0 {
			parts = append(parts, dayRange(mondayFirst(i), mondayFirst(j), lang)+" "+hoursList(ivs, lang))
		}
		i = j + 1
	}
	if lang == english {
		return strings.Join(parts, "; ") + " (" + c.zoneName() + ", statutory holidays excluded)"
	}
	return strings.Join(parts, "；") + "（法定节假日除外）"
}

// mondayFirst is the i-th day of a week that begins on Monday.
func mondayFirst(i int) time.Weekday { return time.Weekday((i + 1) % 7) }

func (c *Calendar) zoneName() string {
	if name := c.loc.String(); name != "Asia/Shanghai" {
		return name
	}
	return "China time"
}

func dayRange(from, to time.Weekday, lang string) string {
	name := weekdayZH
	sep := "至"
	if lang == english {
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
		texts[i] = clock(iv.from) + "–" + clock(iv.to)
	}
	if lang == english {
		return strings.Join(texts, ", ")
	}
	return strings.Join(texts, "、")
}

func weekdayZH(d time.Weekday) string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[d]
}
