package faq

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// rules read the mood of a question from the lexicons of the FAQ.
type rules struct {
	incidents *lexicon
	moods     *lexicon
	intents   *lexicon
	order     []string
}

func newRules(f *File) *rules {
	classes := map[string][]string{}
	for id, c := range f.Incidents {
		classes[id] = c.Words
	}
	intents := map[string][]string{}
	for id, w := range f.Intents {
		intents[id] = w.Words
	}
	return &rules{
		incidents: newLexicon(classes), moods: newLexicon(f.Urgency), intents: newLexicon(intents),
		order: []string{"content-security", "information-destruction", "harmful-program", "network-attack"},
	}
}

// reading is everything the rules see in a question.
type reading struct {
	class   string   // incident class whose words stand in it, "" none
	words   []string // the words that say so
	mood    map[string][]string
	intent  map[string][]string
	asks    bool // a question, not a statement
	strong  bool // words that say that it happened: 被…, 中了…, have been …
	elapsed int  // days since the purchase, -1 unknown
}

func (r *rules) read(text string) reading {
	out := reading{mood: group(r.moods.find(text)), intent: group(r.intents.find(text)), elapsed: elapsedDays(text)}
	byClass := group(r.incidents.find(text))
	for _, class := range r.order {
		if len(byClass[class]) > 0 && out.class == "" {
			out.class = class
		}
		out.words = append(out.words, byClass[class]...)
	}
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		if out.class == "" {
			out.class = class
		}
	}
	out.asks = strings.ContainsAny(text, "?") || asksForm.MatchString(text)
	out.strong = happened.MatchString(text)
	return out
}

func group(hits []hit) map[string][]string {
	out := map[string][]string{}
	for _, h := range hits {
		out[h.group] = append(out[h.group], h.words)
	}
	return out
}

var (
	asksForm = regexp.MustCompile(`吗|么[。?]?$|嘛|是不是|是否|能不能|可不可以|怎么|如何|什么|哪些|哪个|多少|几天|多久|谁|^(what|how|when|where|which|who|why|is|are|do|does|can|could|will|would|should)\b`)
	happened = regexp.MustCompile(`被(人|黑|攻击|入侵|勒索|加密|篡改|改|挂|植入|爆破|扫|打|盗|删|偷|窃|拖|控制|登录|挖|种|上传|注入|利用|泄露|冒充|假冒|换|清空|全部|黑客)|中(了|招|毒)|遭(到|受|遇)|发现了?|出现了?|有人(在)?|我们|我司|公司|服务器|网站|系统|数据库|电脑|官网|后台|主机|受到|感染|\b(we|our|us|my|i)\b|\b(have|has|had|got|was|were|being|is|are) (been |being )?(hacked|attacked|compromised|encrypted|infected|defaced|breached|leaked|stolen|under)`)
)

// isReport tells a report of an incident from a question about one.
func (r reading) isReport() bool {
	switch {
	case r.class == "", len(r.mood["negation"]) > 0, len(r.mood["hypothetical"]) > 0:
		return false
	case len(r.mood["question"]) > 0 && (r.asks || !r.strong):
		return false
	case !r.strong:
		return len(r.words) > 0 && !r.asks && len(r.mood["up"]) > 0
	}
	return true
}

// urgency tells how urgent a report is, from 0 to 1, and the words that say so.
func (r reading) urgency() (score float64, reasons []string) {
	if len(r.mood["down"]) > 0 {
		return 0.1, []string{"不急：" + strings.Join(r.mood["down"], " ")}
	}
	if len(r.mood["past"]) > 0 {
		return 0.2, []string{"已经过去：" + strings.Join(r.mood["past"], " ")}
	}
	if len(r.mood["third_party"]) > 0 {
		return 0.2, []string{"不是本人：" + strings.Join(r.mood["third_party"], " ")}
	}
	score = 0.75
	reasons = []string{"安全事件：" + strings.Join(r.words, " ")}
	if up := r.mood["up"]; len(up) > 0 {
		score = 0.92
		reasons = append(reasons, "紧急："+strings.Join(up, " "))
	}
	return score, reasons
}

// person reports whether the words ask for a person: short ones only, for the
// word can stand in a question as well.
func (r reading) wantsPerson(text string) bool {
	return len(r.intent["human"]) > 0 && len([]rune(text)) <= 40
}

var (
	elapsedForm = regexp.MustCompile(`(?:买|购买|购入|开通|过)了?(?:有|快|已经|都)?\s*([0-9一二两三四五六七八九十百半]+)\s*(?:多)?(?:个)?(天|日|周|星期|月|年)`)
	agoForm     = regexp.MustCompile(`([0-9一二两三四五六七八九十百半]+)\s*(?:多)?(?:个)?(天|日|周|星期|月|年)(?:之?前|以前)(?:买|购买|开通|下单)`)
	nthForm     = regexp.MustCompile(`第\s*([0-9一二两三四五六七八九十百]+)\s*(天)`)
	englishForm = regexp.MustCompile(`(?:bought|purchased|since|after|purchase|it has been|it's been|ago)[^0-9。]{0,30}?\b(\d{1,3}|one|two|three|four|five|six|ten|twenty|thirty)\s+(day|week|month|year)s?|\b(\d{1,3}|one|two|three|four|five|six|ten|twenty|thirty)\s+(day|week|month|year)s?\s+(?:ago|since|have passed|after (?:the|our|my)? ?(?:purchase|buying))`)
)

// elapsedDays reads how many days ago the service was bought; -1 when the text
// does not say.
func elapsedDays(text string) int {
	for _, f := range [...]*regexp.Regexp{elapsedForm, agoForm, nthForm} {
		if m := f.FindStringSubmatch(text); m != nil {
			return int(number(m[1]) * unitDays(m[2]))
		}
	}
	if m := englishForm.FindStringSubmatch(text); m != nil {
		n, unit := m[1], m[2]
		if n == "" {
			n, unit = m[3], m[4]
		}
		return int(number(n) * unitDays(unit))
	}
	return -1
}

func unitDays(unit string) float64 {
	switch unit {
	case "周", "星期", "week":
		return 7
	case "月", "month":
		return 30
	case "年", "year":
		return 365
	}
	return 1
}

// number reads Arabic and Chinese numerals below a thousand, and English words.
func number(s string) float64 {
	if n, err := strconv.Atoi(s); err == nil {
		return float64(n)
	}
	if s == "半" {
		return 0.5
	}
	if n, ok := map[string]float64{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twenty": 20, "thirty": 30}[s]; ok {
		return n
	}
	total, digit := 0.0, 0.0
	for _, r := range s {
		switch r {
		case '十':
			total += max(digit, 1) * 10
			digit = 0
		case '百':
			total += max(digit, 1) * 100
			digit = 0
		default:
			digit = map[rune]float64{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}[r]
		}
	}
	return total + digit
}

// validityDays is how long the service is valid (FAQ, section 3).
const validityDays = 15

// elapsedSince is elapsedDays, or what is known of the purchase.
func elapsedSince(r reading, purchased, now time.Time) int {
	if r.elapsed >= 0 || purchased.IsZero() {
		return r.elapsed
	}
	return int(now.Sub(purchased).Hours() / 24)
}

func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }
