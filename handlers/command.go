package handlers

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Verb is what a command asks for.
type Verb int

// The verbs of contract §4. Enums start at one, so that zero is "no command".
const (
	VerbAck Verb = iota + 1
	VerbClose
	VerbEscalate
	VerbHandOff
	VerbSwitch
	VerbNote
	VerbCollect
	VerbContacted
	VerbAccept
	VerbReject
	VerbUpdate
	VerbReport
	VerbResolve
	VerbReopen
	VerbPause
	VerbResume
	VerbExtend
	VerbBind
	VerbOpen
	VerbStatus
	VerbMine
	VerbOnCall
	VerbHelp
	VerbOverride
	VerbHours
	VerbHuman
	VerbHelpful
	VerbUnhelpful
	VerbChoose
	VerbUrgent
	VerbNotUrgent
)

// Command is what somebody typed, when it has the form of a command.
type Command struct {
	Verb Verb
	// Ref is the id it is about, such as "E12", or "" when none was given.
	Ref string
	// Args are the words after the id; Rest is the same as it was typed.
	Args []string
	Rest string
	// English is set when the English word was used.
	English bool
}

// form is what may follow a command's word. Only then is it a command:
// 「绑定的服务器可以解绑吗」 is a question.
type form int

const (
	bare     form = iota // nothing
	ref                  // an id of the letters, nothing else
	refText              // an id, and maybe words
	words                // words, as many as the command wants
	freeText             // anything at all, even without an id
)

type rule struct {
	verb    Verb
	zh      string
	en      string
	form    form
	letters string // of the ids it takes
}

// grammar is the table of contract §4.
func grammar() []rule {
	return []rule{
		{VerbAck, "接单", "ack", ref, "E"},
		{VerbClose, "结束", "close", ref, "E"},
		{VerbEscalate, "升级", "escalate", ref, "E"},
		{VerbHandOff, "转交", "handoff", refText, "E"},
		{VerbSwitch, "切换", "switch", ref, "E"},
		{VerbNote, "备注", "note", freeText, "E"},
		{VerbCollect, "收录", "collect", refText, "E"},
		{VerbContacted, "已联系", "contacted", ref, "C"},
		{VerbAccept, "受理", "accept", ref, "I"},
		{VerbReject, "拒绝", "reject", refText, "I"},
		{VerbUpdate, "进展", "update", refText, "I"},
		{VerbReport, "报告", "report", refText, "I"},
		{VerbResolve, "结案", "resolve", ref, "I"},
		{VerbReopen, "重开", "reopen", ref, "I"},
		{VerbPause, "暂停", "pause", refText, "I"},
		{VerbResume, "继续", "resume", ref, "I"},
		{VerbExtend, "延长", "extend", refText, "CI"},
		{VerbBind, "绑定", "bind", ref, "C"},
		{VerbOpen, "开通", "open", words, ""},
		{VerbStatus, "状态", "status", ref, "CEI"},
		{VerbMine, "待办", "mine", bare, ""},
		{VerbOnCall, "值班", "oncall", bare, ""},
		{VerbHelp, "帮助", "help", bare, ""},
		{VerbOverride, "换班", "override", words, ""},
		{VerbHours, "营业", "hours", words, ""},
		{VerbHuman, "转人工", "human", bare, ""},
		{VerbHelpful, "有帮助", "helpful", bare, ""},
		{VerbUnhelpful, "没帮助", "not helpful", bare, ""},
		{VerbNotUrgent, "不紧急", "not urgent", bare, ""},
		{VerbUrgent, "紧急", "urgent", bare, ""},
	}
}

// ParseCommand reads the words as a command, or reports that they are not one.
// Case, spaces before ids and full-width letters and digits do not matter.
func ParseCommand(text string) (Command, bool) {
	plain := strings.TrimSpace(text)
	if c, ok := parse(plain); ok {
		return c, true
	}
	if c, ok := setOffNote(plain); ok {
		return c, true
	}
	if short := strings.TrimRight(plain, "。．.！!～~ "); short != plain {
		return parse(short) // a full stop is no argument
	}
	return Command{}, false
}

func parse(plain string) (Command, bool) {
	folded := fold(plain)
	if c, ok := choice(folded); ok {
		return c, true
	}
	for _, r := range grammar() {
		for _, w := range [...]string{r.zh, r.en} {
			rest, ok := afterWord(folded, w)
			if !ok {
				rest, ok = beforeRef(folded, w, r.letters)
			}
			if !ok {
				continue
			}
			if c, ok := r.read(rest, tail(plain, folded, rest)); ok {
				c.English = w == r.en
				return c, true
			}
		}
	}
	return Command{}, false
}

// fold brings the variants of typing together: NFKC folds full-width forms.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// afterWord cuts the command's word off the front. An English word must end
// there; a Chinese one may be followed by an id without a space.
func afterWord(s, word string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(s, word)
	if !ok {
		return "", false
	}
	if rest != "" && isASCII(word) && !strings.ContainsAny(rest[:1], " \t\n:") {
		return "", false
	}
	return strings.TrimLeft(rest, " \t\n:,;、#"), true
}

// beforeRef cuts an English word off that is followed by an id without a space.
func beforeRef(s, word, letters string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, word); ok && letters != "" {
		_, _, ok = scanRef(rest, letters)
		return rest, ok
	}
	return "", false
}

// noteMark is a note however it is set off: 【备注】…, #备注 …, E12 备注 ….
var noteMark = regexp.MustCompile(`^[^\p{L}\p{N}]*(?:(e ?\d{1,12})[^\p{L}\p{N}]*)?(备注|note\b)[^\p{L}\p{N}]*`)

// setOffNote reads such a note: 备注 is never relayed in any form (contract §4).
func setOffNote(plain string) (Command, bool) {
	folded := fold(plain)
	m := noteMark.FindStringSubmatchIndex(folded)
	if m == nil || m[4] == 0 { // "note-taking" is a word like any other
		return Command{}, false
	}
	rest := folded[m[1]:]
	c, ok := rule{verb: VerbNote, form: freeText, letters: "E"}.read(rest, tail(plain, folded, rest))
	if m[2] >= 0 && c.Ref == "" {
		c.Ref, _, _ = scanRef(folded[m[2]:m[3]], "E")
	}
	c.English = folded[m[4]:m[5]] == "note"
	return c, ok
}

// misnumbered is the command of the team's that words begin like, when what
// follows is a number without its letter, or with a letter of something else.
func misnumbered(text string) (rule, bool) {
	folded := fold(strings.TrimSpace(text))
	for _, r := range grammar() {
		for _, w := range [...]string{r.zh, r.en} {
			if rest, ok := afterWord(folded, w); ok && r.letters != "" && likeRef.MatchString(rest) {
				return r, true
			}
		}
	}
	return rule{}, false
}

var likeRef = regexp.MustCompile(`^(?:[a-z]? ?\d{1,12}|[eci])$`)

// tail is the part of the words as they were typed that corresponds to the
// folded rest: arguments keep their case, links would break otherwise.
func tail(plain, folded, rest string) string {
	if rest == "" {
		return ""
	}
	n := len([]rune(rest))
	if rs := []rune(plain); len(rs) >= n && len([]rune(folded)) == len(rs) {
		return string(rs[len(rs)-n:])
	}
	return rest
}

func (r rule) read(folded, typed string) (Command, bool) {
	c := Command{Verb: r.verb}
	if folded == "" {
		return c, true
	}
	if r.form == bare {
		return c, false
	}
	if r.letters != "" {
		id, n, ok := scanRef(folded, r.letters)
		if !ok {
			c.Rest = strings.TrimSpace(typed)
			return c, r.form == freeText
		}
		c.Ref = id
		typed = dropRunes(typed, n)
	}
	c.Rest = strings.TrimSpace(typed)
	c.Args = strings.Fields(c.Rest)
	switch r.form {
	case ref:
		return c, c.Rest == ""
	case words:
		return c, c.plausible()
	case bare, refText, freeText:
	}
	return c, true
}

// plausible tells the commands made of words from sentences that begin alike:
// 「营业时间是几点」 is a question.
func (c Command) plausible() bool {
	switch c.Verb {
	case VerbHours:
		_, ok := hoursMode(c.Args[0])
		return ok
	case VerbOpen:
		// With an order's number in front it is meant as one, also when the rest is
		// wrong: its writer must be told what is.
		return len(c.Args) >= 4 && looksLikePhone(c.Args[len(c.Args)-1]) || c.inChinese() && len(c.Args) >= 3 && looksLikeOrder(c.Args[0])
	case VerbOverride:
		return len(c.Args) >= 4
	default:
		return true
	}
}

// Mode is how the desk's hours are decided.
type Mode string

// The modes of 营业 开|关|自动.
const (
	ModeOpen   Mode = "open"
	ModeClosed Mode = "closed"
	ModeAuto   Mode = "auto"
)

func hoursMode(word string) (Mode, bool) {
	switch fold(word) {
	case "开", "open":
		return ModeOpen, true
	case "关", "closed":
		return ModeClosed, true
	case "自动", "auto":
		return ModeAuto, true
	}
	return "", false
}

func looksLikePhone(s string) bool {
	s = strings.TrimPrefix(s, "+")
	return len(s) >= 5 && strings.Trim(s, "0123456789-") == ""
}

// inChinese reports whether there is a Chinese word behind the verb.
func (c Command) inChinese() bool {
	return strings.ContainsFunc(c.Rest, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// looksLikeOrder tells an order's number from a word or a count.
func looksLikeOrder(s string) bool {
	ascii := strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
	return len(s) >= 3 && ascii && strings.ContainsAny(s, "0123456789")
}

// scanRef reads an id such as "e 12" from the front: one of the letters, then
// digits, then a boundary. It returns the id and how many runes it took.
func scanRef(s, letters string) (id string, runes int, ok bool) {
	rs := []rune(s)
	if len(rs) == 0 || !strings.ContainsRune(strings.ToLower(letters), rs[0]) {
		return "", 0, false
	}
	i := 1
	for i < len(rs) && rs[i] == ' ' {
		i++
	}
	start := i
	for i < len(rs) && rs[i] >= '0' && rs[i] <= '9' {
		i++
	}
	if i == start || i-start > maxRefDigits || (i < len(rs) && isWordRune(rs[i])) {
		return "", 0, false
	}
	digits := strings.TrimLeft(string(rs[start:i]), "0")
	if digits == "" {
		return "", 0, false
	}
	return strings.ToUpper(string(rs[0])) + digits, i, true
}

// maxRefDigits bounds what is looked up for a stranger.
const maxRefDigits = 12

func dropRunes(s string, n int) string {
	rs := []rune(s)
	return string(rs[min(n, len(rs)):])
}

// isWordRune reports what would make "E12" part of a longer word. A Chinese
// character after an id is fine: 「接单E12谢谢」 is refused by form, not here.
func isWordRune(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

func isASCII(s string) bool {
	return !slices.ContainsFunc([]rune(s), func(r rune) bool { return r > unicode.MaxASCII })
}

func choice(folded string) (Command, bool) {
	if len(folded) == 1 && folded[0] >= '1' && folded[0] <= '3' {
		return Command{Verb: VerbChoose, Args: []string{folded}}, true
	}
	return Command{}, false
}
