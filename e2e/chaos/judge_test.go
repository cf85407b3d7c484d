package chaos_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"guanjia/dingsim"
)

// figures are what the judge found.
type figures struct {
	messages, owed, answered, deferred, returned int
	urgent, taken, caughtAll, purchases          int

	lost, disorder, unattended []string
	// What was said too often: around the death or pause of the process that said it,
	// or while clocks were apart; for no such reason; or because the platform hid a success.
	doubled, repeated, excused []string

	slowest, silence          time.Duration // an answer; nothing said at all while something was owed
	pageDelays, deathDelays   []time.Duration
	deadlineLate              []time.Duration
	acked, unacked, undeliver int
}

// heard is one time that something was said by the bot.
type heard struct {
	seq  int64
	at   time.Time
	send send
}

// thing is what was said to whom.
type thing struct{ to, what string }

// judge reads the evidence; it knows nothing of the bot but its words.
type judge struct {
	e     evidence
	f     figures
	heard map[thing][]heard
	// texts are the records to one recipient.
	texts map[string][]dingsim.Record
	cards []card
	used  map[int64]int // how often a record was counted as an answer
}

func newJudge(e evidence) *judge {
	j := &judge{e: e, heard: map[thing][]heard{}, texts: map[string][]dingsim.Record{}, cards: deck(), used: map[int64]int{}}
	for _, r := range e.records {
		to := cmp.Or(r.Group, r.To)
		j.texts[to] = append(j.texts[to], r)
		for _, what := range j.things(r) {
			j.heard[thing{to, what}] = append(j.heard[thing{to, what}], heard{r.Seq, r.At, e.sends[r.Seq]})
		}
	}
	return j
}

// rule gives the verdict.
func (j *judge) rule(validity time.Duration) figures {
	for _, s := range j.e.said {
		j.f.messages++
		if s.acked.IsZero() {
			continue
		}
		j.f.owed++
		j.ruleOn(s)
	}
	j.ruleOnDoubles()
	j.ruleOnOrder()
	j.ruleOnCalls()
	for _, p := range j.e.purchases {
		j.ruleOnPurchase(p, validity)
	}
	j.measureSilence()
	return j.f
}

var (
	markWords     = regexp.MustCompile(`w\d{6}`)
	unsentWords   = regexp.MustCompile(`这条消息没有送到`)
	ownWords      = regexp.MustCompile(`非工作时间|已经补充到|不在安全管家的服务范围内`)
	catchAllWords = regexp.MustCompile(`全部步骤都没有人接单`)
	endWords      = regexp.MustCompile(`(C\d+)[^*\n]* 的服务有效期(?:将于|已于)`)
)

// stepsLeft is said to an asker after the first and after the second step; notCalled
// to an expert at half and at three quarters of the time for the first call, which
// after an outage may both be in the same second.
const (
	stepsLeft = "还没有人接手，正在通知下一位同事"
	notCalled = "还没有人电话联系"
)

// things are what a record says, each in a form that is said once.
func (j *judge) things(r dingsim.Record) []string {
	toGuest := r.Group != "" || strings.HasPrefix(r.To, "guest")
	if page := pageWords.FindStringSubmatch(r.Text); page != nil && !toGuest {
		way := "chat"
		if r.Route == "ding" {
			way = "ding"
		}
		return []string{"page by " + way + " " + page[0] + " " + strings.Join(catchAllWords.FindAllString(r.Text, 1), "")}
	}
	if marks := markWords.FindAllString(r.Text, -1); len(marks) > 0 {
		if unsentWords.MatchString(r.Text) {
			return prefixed("returned ", marks)
		}
		return marks
	}
	if !toGuest {
		if c := companyWords.FindString(r.Text); c != "" {
			return []string{"case " + c + " " + r.Text}
		}
		return nil // the same words to a member may well be said twice
	}
	if ids := answersIn(j.cards, r.Text); len(ids) > 0 {
		return ids
	}
	if ownWords.MatchString(r.Text) {
		return nil // may well be said twice
	}
	return []string{"words " + r.Text}
}

func prefixed(p string, all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = p + s
	}
	return out
}

// ruleOn judges one acknowledged message.
func (j *judge) ruleOn(s said) {
	switch s.kind {
	case kindQuestion:
		j.ruleOnQuestion(s)
	case kindRelayed:
		j.ruleOnRelayed(s)
	case kindUrgent:
		j.ruleOnUrgent(s)
	case kindTake:
		j.want(s, j.told(s.where, takenWords, s.want))
	case kindClose:
		j.want(s, j.told(s.where, closedWords, s.want))
	case kindOther:
		j.f.answered++
	}
}

func (j *judge) want(s said, ok bool) {
	if ok {
		j.f.answered++
		return
	}
	j.f.lost = append(j.f.lost, fmt.Sprintf("%s %s by %s in %s at %s, acknowledged by %s: %s",
		s.kind, s.id, s.from, s.where, s.at.Format(clock), s.acked.Format(clock), s.want))
}

const clock = "15:04:05.000"

func (j *judge) ruleOnQuestion(s said) {
	h := j.heard[thing{s.where, s.want}]
	j.want(s, len(h) > 0)
	if len(h) > 0 {
		j.f.slowest = max(j.f.slowest, h[0].at.Sub(s.at))
	}
}

// ruleOnRelayed wants the words at the holder, or back at who said them; or, when
// they came after its end, an answer of the bot's own.
func (j *judge) ruleOnRelayed(s said) {
	switch {
	case len(j.heard[thing{s.where, s.want}]) > 0:
		j.f.answered++
	case len(j.heard[thing{s.from, "returned " + s.want}]) > 0:
		j.f.returned++
	case j.answeredAfterTheEnd(s):
		j.f.deferred++
	default:
		j.want(s, false)
	}
}

// answeredAfterTheEnd reports whether the holder had ended the hand-off and the
// bot answered the message itself. Each such answer counts once.
func (j *judge) answeredAfterTheEnd(s said) bool {
	end := slices.IndexFunc(j.e.said, func(c said) bool { return c.kind == kindClose && c.where == s.from })
	if end < 0 {
		return false
	}
	for _, r := range j.texts[s.from] {
		answers := len(ownWords.FindAllString(r.Text, -1)) // several may be merged
		if r.At.After(s.at) && r.At.After(j.e.said[end].at) && j.used[r.Seq] < answers {
			j.used[r.Seq]++
			return true
		}
	}
	return false
}

// ruleOnUrgent wants a page with the words.
func (j *judge) ruleOnUrgent(s said) {
	j.f.urgent++
	first, ok := j.firstPage(func(r dingsim.Record) bool {
		m := guestWords.FindStringSubmatch(r.Text)
		return m != nil && m[1] == s.want
	})
	j.want(s, ok)
	if !ok {
		return
	}
	j.f.pageDelays = append(j.f.pageDelays, max(0, first.At.Sub(s.acked)))
	for _, e := range j.e.events {
		if e.what == killedReplica && e.at.After(s.at) && e.at.Before(first.At) {
			j.f.deathDelays = append(j.f.deathDelays, first.At.Sub(e.at))
			break
		}
	}
}

func (j *judge) firstPage(ok func(dingsim.Record) bool) (dingsim.Record, bool) {
	i := slices.IndexFunc(j.e.records, func(r dingsim.Record) bool {
		return strings.HasPrefix(r.To, "staff") && pageWords.MatchString(r.Text) && ok(r)
	})
	if i < 0 {
		return dingsim.Record{}, false
	}
	return j.e.records[i], true
}

// told reports whether somebody was told something about an escalation.
func (j *judge) told(who string, words *regexp.Regexp, id string) bool {
	return slices.ContainsFunc(j.texts[who], func(r dingsim.Record) bool {
		m := words.FindStringSubmatch(r.Text)
		return m != nil && m[1] == id
	})
}

// ruleOnDoubles looks for what was said more often than once. A send after which
// the platform kept its success to itself excuses one more.
func (j *judge) ruleOnDoubles() {
	for t, hs := range j.heard {
		allowed := 1
		switch {
		case strings.Contains(t.what, stepsLeft):
			allowed = len(steps()) - 1
		case strings.Contains(t.what, notCalled):
			allowed = 2
		}
		for _, h := range hs[:len(hs)-1] {
			if j.e.untold(h.send) {
				allowed++
				j.f.excused = append(j.f.excused, t.to+" "+t.what)
			}
		}
		crashed := slices.ContainsFunc(hs, func(h heard) bool { return j.e.interrupted(h.send) || j.e.apart(h.send) })
		for _, h := range hs[min(len(hs), allowed):] {
			line := fmt.Sprintf("%s heard %d times, at %s after %s: %s", t.to, len(hs), h.at.Format(clock), hs[0].at.Format(clock), t.what)
			if crashed {
				j.f.doubled = append(j.f.doubled, line)
			} else {
				j.f.repeated = append(j.f.repeated, line+j.e.around(hs[0].send, h.send))
			}
		}
	}
	slices.Sort(j.f.doubled)
	slices.Sort(j.f.repeated)
}

// ruleOnOrder wants answers in the order of the messages, where one message was
// acknowledged before the next was said.
func (j *judge) ruleOnOrder() {
	lines := map[string][]said{}
	for _, s := range j.e.said {
		if s.order != "" && !s.acked.IsZero() && len(j.heard[thing{s.where, s.want}]) > 0 {
			lines[s.order] = append(lines[s.order], s)
		}
	}
	for _, line := range lines {
		for i, late := range line {
			for _, early := range line[:i] {
				a, b := j.heard[thing{early.where, early.want}][0], j.heard[thing{late.where, late.want}][0]
				if early.acked.Before(late.at) && b.seq < a.seq {
					j.f.disorder = append(j.f.disorder, fmt.Sprintf("%s answered %s before %s", late.where, late.want, early.want))
				}
			}
		}
	}
}

// ruleOnCalls wants every escalation that anybody was paged about to be taken,
// or told to the catch-all. One about a first call ends with 已联系, and with the
// validity.
func (j *judge) ruleOnCalls() {
	paged, about := map[string]time.Time{}, map[string]string{}
	caught, took := map[string]bool{}, map[string]bool{}
	for _, s := range j.e.said {
		if !s.acked.IsZero() && (s.kind == kindTake || s.kind == kindOther) {
			took[s.want] = true
		}
	}
	for _, r := range j.e.records {
		m := pageWords.FindStringSubmatch(r.Text)
		switch {
		case endWords.MatchString(r.Text):
			took[endWords.FindStringSubmatch(r.Text)[1]] = true
		case m == nil || !strings.HasPrefix(r.To, "staff"):
		case r.To == bossHan:
			caught[m[1]] = caught[m[1]] || catchAllWords.MatchString(r.Text)
		default:
			if _, ok := paged[m[1]]; !ok {
				paged[m[1]], about[m[1]] = r.At, m[2]
			}
		}
	}
	for id, at := range paged {
		switch {
		case took[id], took[about[id]]:
			j.f.taken++
		case caught[id]:
			j.f.caughtAll++
		default:
			j.f.unattended = append(j.f.unattended, fmt.Sprintf("%s, first page at %s", id, at.Format(clock)))
		}
	}
}

// ruleOnPurchase wants one case, one group, one notice, and the end of the validity.
func (j *judge) ruleOnPurchase(p purchase, validity time.Duration) {
	j.f.purchases++
	if n, known := j.e.cases[p.company]; j.e.cases != nil && (!known || n != 1) {
		j.f.lost = append(j.f.lost, fmt.Sprintf("%d cases of %s", n, p.company))
	}
	var rooms []room
	for _, g := range j.e.groups {
		if strings.Contains(g.title, p.company) {
			rooms = append(rooms, g)
		}
	}
	if len(rooms) > 1 {
		j.f.repeated = append(j.f.repeated, fmt.Sprintf("%d groups for %s", len(rooms), p.company))
	}
	noticed := slices.ContainsFunc(j.texts[expertLi], func(r dingsim.Record) bool { return strings.Contains(r.Text, p.company) })
	if len(rooms) == 0 || !noticed {
		j.f.lost = append(j.f.lost, fmt.Sprintf("purchase of %s: %d groups, the expert noticed: %t", p.company, len(rooms), noticed))
		return
	}
	// Where no group stood in time, the expert is asked to pass it on.
	for _, r := range slices.Concat(j.texts[rooms[0].id], j.texts[expertLi]) {
		if endWords.MatchString(r.Text) && (r.Group != "" || strings.Contains(r.Text, p.company)) {
			j.f.deadlineLate = append(j.f.deadlineLate, r.At.Sub(p.at.Add(validity)))
			return
		}
	}
	j.f.lost = append(j.f.lost, "the end of the validity of "+p.company)
}

// measureSilence finds the longest time without a word of the bot.
func (j *judge) measureSilence() {
	for i, r := range j.e.records {
		if i > 0 {
			j.f.silence = max(j.f.silence, r.At.Sub(j.e.records[i-1].At))
		}
	}
	for outcome, n := range j.e.pushes {
		switch outcome {
		case "acked", "late":
			j.f.acked += n
		case "unacked", "refused":
			j.f.unacked += n
		default:
			j.f.undeliver += n
		}
	}
}
