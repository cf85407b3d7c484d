package faq

import (
	"regexp"
	"slices"
	"strings"
)

// ended tells of a validity that has ended, however long ago: a day since the end
// is no day since the purchase.
var ended = regexp.MustCompile(`(有效期|服务期)已?经?刚?(过|超)了?[一两二三几0-9]+天|(过|出|超|超过|超出)了?(这个|那个|你们的?)?(有效期|服务期|保障期|十五天的?有效期|15天的?有效期)|(有效期|服务期|保障期)(都|早就|早|已经|已)(过|到|出|没)了?|超期了?[一两二三几0-9]+天|有效期(昨天|前天|上周|上个月|刚刚?)刚?(到|过|结束)|(昨天|前天|上周|刚刚?)(到期|过期)|超了[一两二三几0-9]+天|(ran out|expired|lapsed) (yesterday|last|days|weeks)|(just|yesterday) (ran out|expired|lapsed)|(ran out|expired|lapsed|ended) (over |about |some )?[a-z0-9]+ (days?|weeks?|months?|years?) ago|(到期|过期)了?(都|已经|有)?[一两二三四五六七八九十几半0-9]+(天|周|个?星期|个?礼拜|个?月)`)

// hasEnded reports whether the validity is said to have ended, and not that it has
// not: 还没过有效期.
func hasEnded(text string) bool {
	if !slices.ContainsFunc([]string{"期", "超", "expired", "ran out", "lapsed", "ended"}, func(w string) bool { return strings.Contains(text, w) }) {
		return false
	}
	at := ended.FindStringIndex(text)
	if at == nil {
		return false
	}
	before := text[max(0, at[0]-len("没有")):at[0]]
	return !strings.Contains(before, "没") && !strings.Contains(before, "未") && !strings.Contains(before, "不")
}

// afterTheEnd stands for a time after the validity of which no length is said.
const afterTheEnd = 16

// elapsed is the time since the purchase that a question speaks of.
type elapsed struct {
	days   int  // -1: none is said
	given  bool // counted from the purchase, in so many words: 买了16天, 第16天, after 15 days
	bought day  // when it was bought, if only that is said
}

// readElapsed finds the longest time that is said to have gone by.
func (r *reading) readElapsed() {
	if hasEnded(r.text) {
		r.elapsed = elapsed{days: afterTheEnd, given: true}
		return
	}
	bought, now := r.readDates()
	if bought.said() && now.said() {
		r.elapsed = elapsed{days: bought.until(now), given: true}
		return
	}
	r.elapsed = elapsed{days: elapsedPhrase(r.text), bought: bought}
	for i := range r.atoms {
		n, next, ok := r.quantity(i)
		if !ok {
			continue
		}
		days, how := r.direct(i, next, n)
		if how == countNone || how == countFromPurchase && r.atoms[i].r == '几' { // 买了以后管几天
			continue
		}
		r.elapsed.days = max(r.elapsed.days, days)
		r.elapsed.given = r.elapsed.given || how == countFromPurchase
	}
	r.elapsed.given = r.elapsed.days >= 0 && (r.elapsed.given || r.bought(0, len(r.atoms)))
}

// counting is what a quantity of time counts from.
type counting uint8

const (
	countNone         counting = iota // nothing: a duration
	countFromNow                      // three days ago
	countFromPurchase                 // day 16, beyond 15 days
)

// elapsedPhrase is the days of a fixed phrase, -1 if there is none.
func elapsedPhrase(text string) int {
	best := -1
	for _, p := range [...]struct {
		words string
		days  int
	}{
		{"大半个月", 20},
		{"大半月", 20},
		{"上个月", 31},
		{"上月", 31},
		{"上上个月", 61},
		{"上上月", 61},
		{"上个季度", 91},
		{"上季度", 91},
		{"去年", 366},
		{"前年", 731},
		{"年初", 61},
		{"上周", 7},
		{"上星期", 7},
		{"上个星期", 7},
		{"上礼拜", 7},
		{"上个礼拜", 7},
		{"上上周", 14},
		{"上上个星期", 14},
		{"上个周", 7},
		{"昨天", 1},
		{"前天", 2},
		{"前几天", 4},
		{"今天买", 0},
		{"今天刚买", 0},
		{"刚买", 0},
		{"刚下单", 0},
		{"好久之前", 61},
		{"很久之前", 61},
		{"很久以前", 61},
		{"好久以前", 61},
		{"老早以前", 61},
		{"老早之前", 61},
		{"早些年", 366},
		{"last month", 31},
		{"last quarter", 91},
		{"last year", 366},
		{"last week", 7},
		{"yesterday", 1},
		{"just bought", 0},
		{"a long time ago", 61},
		{"ages ago", 61},
		{"last spring", 91},
		{"last summer", 91},
		{"last winter", 91},
		{"last autumn", 91},
	} {
		if p.days > best && strings.Contains(text, p.words) {
			best = p.days
		}
	}
	return best
}

// bought reports whether a purchase is spoken of between two atoms.
func (r *reading) bought(from, to int) bool {
	for i := from; i < to; i++ {
		switch a := r.atoms[i]; {
		case a.r == '买' || a.r == '购' || a.r == '订' && i+1 < to && r.atoms[i+1].r == '单':
			return true
		case a.r == '下' && (i+1 < to && r.atoms[i+1].r == '单' || i+2 < to && r.atoms[i+2].r == '单'), a.r == '开' && i+1 < to && r.atoms[i+1].r == '通', a.r == '付' && i+1 < to:
			return true
		case a.kind == atomWord && isBuying(r.text[a.start:a.end]):
			return true
		}
	}
	return false
}

func isBuying(w string) bool {
	switch w {
	case "buy", "bought", "purchase", "purchased", "purchasing", "buying", "order", "ordered", "paid", "subscribed", "signed":
		return true
	}
	return false
}

// direct tells how many days a quantity, atoms i to next, says have gone by, and
// since when.
func (r *reading) direct(i, next int, days float64) (int, counting) {
	from, to := r.clause(i)
	n := int(days)
	before, after := r.before(i, from), r.after(next, to)
	switch {
	case n == validityDays && (before == "over" || after == "later"):
		return n + 1, countFromPurchase
	case (before == "within" || after == "within") && n < 2 && !r.bought(from, to): // fixed within a day
		return n, countNone
	case before == "within" || after == "within":
		return max(n-1, 0), countFromPurchase
	case before == "over":
		return n + 1, countFromPurchase
	case after == "later", after == "since":
		return n + 1, countFromNow
	case before == "day":
		return n, countFromPurchase
	case before == "for", after == "ago":
		return n, countFromNow
	case r.bought(max(from, i-8), i) || r.bought(next, min(to, next+4)):
		return n, countFromPurchase
	}
	return n, countNone
}

// before reads the words in front of a quantity.
func (r *reading) before(i, from int) string {
	for j := i - 1; j >= max(from, i-3); j-- {
		a := r.atoms[j]
		switch a.r {
		case '第':
			return "day"
		case '超', '逾', '满', '出':
			return "over"
		case '过':
			if j+1 < i && r.atoms[j+1].r == '了' || j+1 == i {
				return "over"
			}
		}
		if a.kind != atomWord {
			continue
		}
		switch r.text[a.start:a.end] {
		case "within", "under", "inside":
			return "within"
		case "over", "than", "past", "beyond", "after", "finish", "finished", "ended":
			return "over"
		case "day":
			return "day"
		case "been":
			return "for"
		}
	}
	return ""
}

// after reads the words behind a quantity.
func (r *reading) after(i, to int) string {
	for j := i; j < min(to, i+3); j++ {
		a := r.atoms[j]
		switch a.r {
		case '前':
			return "ago"
		case '后', '外', '满':
			return "later"
		case '过':
			if j+2 < to && r.atoms[j+1].r == '了' && r.atoms[j+2].kind == atomHan {
				continue // 15天过了一半
			}
			if j+1 == to || !strings.ContainsRune("来去半", r.atoms[j+1].r) {
				return "later"
			}
		case '内', '里':
			return "within"
		case '多':
			if j == i {
				return "later"
			}
		case '了':
			if j == i {
				return "ago"
			}
		}
		if a.kind != atomWord {
			continue
		}
		switch r.text[a.start:a.end] {
		case "ago", "back", "already", "old":
			return "ago"
		case "after", "since":
			if j == i {
				return "since"
			}
		case "start", "starts", "begin", "begins", "restart", "restarts": // over again
			return ""
		case "later", "passed", "past", "over", "up", "out", "gone", "finished", "ended", "expired":
			return "later"
		}
	}
	return ""
}

// quantity reads a span of time that begins at an atom: its days, and the atom
// after it.
func (r *reading) quantity(i int) (days float64, next int, ok bool) {
	if i > 0 && (r.atoms[i-1].kind == atomNumber || chineseDigit(r.atoms[i-1].r) >= 0) {
		return 0, 0, false
	}
	n, j := r.number(i)
	if j == i {
		return 0, 0, false
	}
	for j < len(r.atoms) && j < i+8 && r.isFiller(j) {
		j++
	}
	if j >= len(r.atoms) {
		return 0, 0, false
	}
	unit, size := r.unit(j)
	if r.atoms[j].r == '月' && j > i && r.namesMonth(i, j) {
		return 0, 0, false
	}
	return n * unit, j + size, size > 0
}

// namesMonth reports whether a number and 月 name a month: 七月, but not 两月, 三个月
// or 3月前.
func (r *reading) namesMonth(i, j int) bool {
	if strings.ContainsRune("两俩仨半几个", r.atoms[j-1].r) || j-i > 2 {
		return false
	}
	return j+1 == len(r.atoms) || !strings.ContainsRune("前多", r.atoms[j+1].r)
}

// isFiller tells what may stand between a number and its unit: 个, 多, 来, half.
func (r *reading) isFiller(j int) bool {
	switch a := r.atoms[j]; a.kind {
	case atomHan:
		return strings.ContainsRune("个多来几余半", a.r)
	case atomWord:
		w := r.text[a.start:a.end]
		return w == "th" || w == "st" || w == "nd" || w == "rd" || w == "a" || w == "of" || w == "full" || w == "whole"
	default:
		return false
	}
}

// number reads digits, Chinese numerals or an English number; j == i means none.
func (r *reading) number(i int) (n float64, j int) {
	a := r.atoms[i]
	switch a.kind {
	case atomHan, atomStop:
	case atomNumber:
		return smallNumber(r.text[a.start:a.end]), i + 1
	case atomWord:
		if n := englishNumber(r.text[a.start:a.end]); n > 0 {
			return n, i + 1
		}
		return 0, i
	}
	total, digit := 0.0, -1.0
	for j = i; j < len(r.atoms); j++ {
		d := chineseDigit(r.atoms[j].r)
		switch {
		case d < 0:
			return total + max(digit, 0), j
		case d >= 10:
			total, digit = (total+max(digit, 1))*d, 0
			if d == 10 {
				digit = -1
			}
		default:
			digit = d
		}
	}
	return total + max(digit, 0), j
}

// chineseDigit is the value of a numeral, -1 for none; 几 and 半 are guesses.
func chineseDigit(c rune) float64 {
	switch c {
	case '一':
		return 1
	case '二', '两', '俩':
		return 2
	case '三', '几', '仨':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	case '百':
		return 100
	case '半':
		return 0.5
	}
	return -1
}

func smallNumber(digits string) float64 {
	n := 0.0
	for _, c := range digits {
		if c < '0' || c > '9' || n > 1e6 {
			return 0
		}
		n = n*10 + float64(c-'0')
	}
	return n
}

func englishNumber(w string) float64 {
	for i, word := range [...]string{
		"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
		"sixteen", "seventeen", "eighteen", "nineteen", "twenty",
	} {
		if w == word {
			return float64(i + 1)
		}
	}
	switch w {
	case "a", "an":
		return 1
	case "couple":
		return 2
	case "few", "several":
		return 3
	case "thirty":
		return 30
	case "half":
		return 0.5
	}
	return 0
}

// unit reads a unit of time: its days and how many atoms it takes.
func (r *reading) unit(j int) (days float64, size int) {
	a := r.atoms[j]
	if a.kind == atomWord {
		return englishUnit(r.text[a.start:a.end])
	}
	switch a.r {
	case '天', '日':
		return 1, 1
	case '周':
		return 7, 1
	case '月':
		return 30, 1
	case '年':
		return 365, 1
	case '星', '礼':
		if j+1 < len(r.atoms) && (r.atoms[j+1].r == '期' || r.atoms[j+1].r == '拜') {
			return 7, 2
		}
	}
	return 0, 0
}

func englishUnit(w string) (days float64, size int) {
	switch strings.TrimSuffix(w, "s") {
	case "day":
		return 1, 1
	case "week", "wk":
		return 7, 1
	case "fortnight":
		return 14, 1
	case "month":
		return 30, 1
	case "year", "yr":
		return 365, 1
	}
	return 0, 0
}
