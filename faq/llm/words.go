package llm

import (
	"fmt"
	"strconv"
	"strings"

	"guanjia/faq"
)

// The languages of answers.
const (
	langZH = "zh"
	langEN = "en"
)

// offered is how many candidates a person chooses from.
const offered = 3

// word puts together what a person gets for a decision that was changed. The
// sentences are the engine's own; a test holds them to it.
func (b *Brain) word(d *faq.Decision) {
	pick := func(zh, en string) string {
		if d.Lang == langEN {
			return en
		}
		return zh
	}
	switch d.Action {
	case faq.ActionAnswer:
		d.Answer = b.stored(d)
	case faq.ActionClarify:
		d.Answer = b.choices(d, pick)
	case faq.ActionHandOff:
		d.Answer = pick("这个问题需要由同事来答复，我来转给他们。", "This is for a colleague to answer; I am passing it on.")
	case faq.ActionReport:
		d.Answer = fmt.Sprintf(pick("收到。初步判断属于“%s”，我来转给安全专家。", "Noted. At first sight this is a %s; I am passing it on to a security expert."), b.className(d))
	case faq.ActionEscalate:
		d.Answer = fmt.Sprintf(pick("收到，正在呼叫安全专家。初步判断属于“%s”。", "A security expert is being called. At first sight this is a %s."), b.className(d))
	default:
		d.Answer = pick("抱歉，这不在我能答复的范围内。需要找人请回复“转人工”。", "Sorry, this is outside of what I can answer. To reach a person, reply \"human\".")
	}
}

func (b *Brain) className(d *faq.Decision) string {
	title := b.ClassTitle(d.IncidentClass, d.Lang)
	if d.Lang == langEN {
		return strings.ToLower(title)
	}
	return title
}

// stored joins the answers of the entries that are asked for.
func (b *Brain) stored(d *faq.Decision) string {
	answer, _ := b.Answer(d.FAQID, d.Lang)
	for _, id := range d.Also {
		also, _ := b.Answer(id, d.Lang)
		answer += "\n\n" + also
	}
	return answer
}

// choices lists the entries that may be meant.
func (b *Brain) choices(d *faq.Decision, pick func(zh, en string) string) string {
	var s strings.Builder
	s.WriteString(pick("您想问的是哪一个？回复数字即可：", "Which of these do you mean? Reply with its number:"))
	for i, c := range d.Candidates[:min(offered, len(d.Candidates))] {
		s.WriteString("\n" + strconv.Itoa(i+1) + ". " + b.Title(c.ID, d.Lang))
	}
	return s.String()
}
