package console

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// speech writes words, times and numbers in one language and zone. No page mixes
// languages: every word that is not somebody's own goes through it.
type speech struct {
	lang  string
	zone  *time.Location
	words map[string]string
}

func newSpeech(lang string, zone *time.Location) *speech {
	s := &speech{lang: lang, zone: zone, words: map[string]string{}}
	for code, w := range wordsOf() {
		s.words[code] = s.pick(w[0], w[1])
	}
	return s
}

func (s *speech) pick(zh, en string) string {
	if s.lang == langZH {
		return zh
	}
	return en
}

// word is what a code is called; an unknown one stands for itself.
func (s *speech) word(kind, code string) string {
	if w, ok := s.words[kind+"."+code]; ok {
		return w
	}
	if kind == "kind" { // of a newer program, perhaps
		return strings.ReplaceAll(code, "_", " ")
	}
	return code
}

// moment is a date and a time of day, with the year where it is another one.
func (s *speech) moment(t, now time.Time) string {
	t, now = t.In(s.zone), now.In(s.zone)
	if t.Year() != now.Year() {
		return t.Format(s.pick("2006年1月2日 15:04", "2 Jan 2006 15:04"))
	}
	return t.Format(s.pick("1月2日 15:04", "2 Jan 15:04"))
}

// date is a day with its weekday.
func (s *speech) date(t time.Time) string {
	t = t.In(s.zone)
	if s.lang == langZH {
		return t.Format("1月2日 ") + s.weekday(t.Weekday())
	}
	return t.Format("Mon 2 Jan")
}

func (s *speech) day(t time.Time) string { return t.In(s.zone).Format(s.pick("1月2日", "2 Jan")) }

func (s *speech) weekday(d time.Weekday) string {
	if s.lang == langZH {
		return "周" + string([]rune("日一二三四五六")[d])
	}
	return d.String()[:3]
}

func (s *speech) month(t time.Time) string { return t.Format(s.pick("1月", "January")) }

// weekdays are the heads of a week, from Monday.
func (s *speech) weekdays() []string {
	if s.lang == langZH {
		return strings.Split("一二三四五六日", "")
	}
	return strings.Fields("Mo Tu We Th Fr Sa Su")
}

// span is a length of time in words: whole minutes and hours without a rest.
func (s *speech) span(d time.Duration) string {
	d = max(d, -d)
	switch {
	case d > 0 && d < time.Hour && d%time.Minute == 0:
		return fmt.Sprintf(s.pick("%d分钟", "%d min"), d/time.Minute)
	case d > 0 && d < 24*time.Hour && d%time.Hour == 0:
		return fmt.Sprintf(s.pick("%d小时", "%d h"), d/time.Hour)
	}
	return s.pair(d)
}

// pair is a length of time in its two largest units, as countdowns show it.
func (s *speech) pair(d time.Duration) string {
	day, hour, minute, second := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60, int(d/time.Second)%60
	switch {
	case day > 0:
		return fmt.Sprintf(s.pick("%d天%d小时", "%dd %dh"), day, hour)
	case hour > 0:
		return fmt.Sprintf(s.pick("%d小时%02d分", "%dh %02dm"), hour, minute)
	case minute > 0:
		return fmt.Sprintf(s.pick("%d分%02d秒", "%dm %02ds"), minute, second)
	case second > 0 || d == 0:
		return fmt.Sprintf(s.pick("%d秒", "%ds"), second)
	}
	return s.pick("不到1秒", "under 1s")
}

// left is how long it is until a moment, or since.
func (s *speech) left(t, now time.Time) string {
	d := t.Sub(now).Truncate(time.Second)
	if d < 0 {
		return fmt.Sprintf(s.pick("已过%s", "%s ago"), s.pair(-d))
	}
	return s.pair(d)
}

// nothing stands where there is no value.
const nothing = template.HTML(`<span class="none">–</span>`)

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (s *speech) when(t time.Time) template.HTML {
	if t.IsZero() {
		return nothing
	}
	return element(`<time datetime="%s">%s</time>`, stamp(t), s.moment(t, time.Now()))
}

// count is a countdown; the script keeps it going.
func (s *speech) count(t time.Time) template.HTML {
	if t.IsZero() {
		return nothing
	}
	class := "count"
	switch d := time.Until(t); {
	case d < 0:
		class = "count over"
	case d < 2*time.Minute:
		class = "count soon"
	}
	return element(`<time class="%s" datetime="%s">%s</time>`, class, stamp(t), s.left(t, time.Now()))
}

// element makes markup of which every %s is escaped.
func element(format string, values ...any) template.HTML {
	for i, v := range values {
		values[i] = template.HTMLEscapeString(fmt.Sprint(v))
	}
	return template.HTML(fmt.Sprintf(format, values...)) //nolint:gosec // the values are escaped above, the formats are constants
}

// ends is the end of a period: midnight is 24:00 of the day before (contract §5).
func (s *speech) ends(t time.Time) template.HTML {
	if local := t.In(s.zone); t.IsZero() || local.Hour()+local.Minute()+local.Second() > 0 {
		return s.when(t)
	}
	day := t.In(s.zone).AddDate(0, 0, -1)
	text := strings.Replace(s.moment(day, time.Now()), "00:00", "24:00", 1)
	return element(`<time datetime="%s">%s</time>`, stamp(t), text)
}

// number writes thousands apart.
func number[N ~int | ~int64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func percent(f float64) string { return strconv.Itoa(int(f*100+0.5)) + "%" }

// share is how far a part of a whole goes, in percent.
func share(part, whole int64) int64 {
	if whole <= 0 {
		return 0
	}
	return max(0, min(100, 100*part/whole))
}

func (s *speech) funcs() template.FuncMap {
	return template.FuncMap{
		"t": s.pick, "w": s.word, "when": s.when, "ends": s.ends, "day": s.day, "count": s.count, "span": s.span, "date": s.date,
		"clock":    func(t time.Time) string { return t.In(s.zone).Format("15:04") },
		"iso":      func(t time.Time) string { return t.In(s.zone).Format("2006-01-02T15:04") },
		"n":        number[int],
		"n64":      number[int64],
		"pct":      percent,
		"share":    share,
		"tone":     tone,
		"icon":     icon,
		"plain":    plain,
		"dict":     dict,
		"whom":     s.whom,
		"join":     s.join,
		"later":    time.Time.After,
		"gone":     func(t time.Time) bool { return !t.IsZero() && time.Now().After(t) },
		"bars":     s.caseBars,
		"timeline": s.timeline,
		"hours":    s.hoursChart,
		"days":     s.daysChart,
		"load":     s.loadChart,
		"meter":    meter,
		"scorebar": func(f float64) template.HTML { return meter(int64(f*1000), 1300, percent(f)) },
		"weekday":  s.weekday, "weekdays": s.weekdays, "monthname": s.month,
	}
}

// whom is a rotation, a role or a member in words.
func (s *speech) whom(w Whom) string {
	switch w.Kind {
	case "rotation":
		return s.pick("轮值 ", "Rotation ") + w.Name
	case "role":
		return s.word("role", w.Name)
	}
	return s.pick("成员", "Member")
}

func (s *speech) join(list []string) string { return strings.Join(list, s.pick("、", ", ")) }

// dict gives a part of a page several values by name.
func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if k, ok := pairs[i].(string); ok {
			m[k] = pairs[i+1]
		}
	}
	return m
}

// plain takes the chat's markup out of the bot's words.
func plain(text string) string {
	return strings.NewReplacer("**", "", "\u200b", "", "&lt;", "<").Replace(text)
}
