package faq

import (
	"fmt"
	"strconv"
	"strings"
)

// word puts the text together that a person gets. Only stored answers state
// facts; everything else says what happens to the question.
func (e *Engine) word(d *Decision) {
	en := d.Lang == langEN
	pick := func(zh, english string) string {
		if en {
			return english
		}
		return zh
	}
	switch d.Action {
	case ActionAnswer:
		d.Answer = e.stored(d)
	case ActionClarify:
		d.Answer = e.choices(d, pick)
	case ActionHandOff:
		d.Answer = pick("这个问题需要由同事来答复，我来转给他们。", "This is for a colleague to answer; I am passing it on.")
	case ActionReport:
		d.Answer = fmt.Sprintf(pick("收到。初步判断属于“%s”，我来转给安全专家。", "Noted. At first sight this is a %s; I am passing it on to a security expert."), e.className(d))
	case ActionEscalate:
		d.Answer = fmt.Sprintf(pick("收到，正在呼叫安全专家。初步判断属于“%s”。", "A security expert is being called. At first sight this is a %s."), e.className(d))
	default:
		d.Answer = pick("抱歉，这不在我能答复的范围内。需要找人请回复“转人工”。", "Sorry, this is outside of what I can answer. To reach a person, reply \"human\".")
	}
}

func (e *Engine) className(d *Decision) string {
	title := e.ClassTitle(d.IncidentClass, d.Lang)
	if d.Lang == langEN {
		return strings.ToLower(title)
	}
	return title
}

// stored joins the answers of the entries that are asked for.
func (e *Engine) stored(d *Decision) string {
	answer, _ := e.Answer(d.FAQID, d.Lang)
	for _, id := range d.Also {
		also, _ := e.Answer(id, d.Lang)
		answer += "\n\n" + also
	}
	return answer
}

// choices lists the entries that may be meant.
func (e *Engine) choices(d *Decision, pick func(zh, english string) string) string {
	var b strings.Builder
	switch {
	case d.Thanks:
		return pick("不客气，有问题随时问。", "You are welcome. Ask whenever something comes up.")
	case d.Intent == IntentGreeting:
		b.WriteString(pick("您好，请直接提问，例如：", "Hello, just ask, for example:"))
	default:
		b.WriteString(pick("您想问的是哪一个？回复数字即可：", "Which of these do you mean? Reply with its number:"))
	}
	for i, c := range d.Candidates[:min(offered, len(d.Candidates))] {
		b.WriteString("\n" + strconv.Itoa(i+1) + ". " + c.Title)
	}
	return b.String()
}
