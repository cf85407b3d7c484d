package handlers

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
)

// What an asker is told of their escalation. They see names, never numbers of
// the team's.

func textAsker(lang, id string, n escalation.AskerNotice, at, until string) string {
	switch n.What {
	case escalation.WhatDeferred:
		return textDeferred(lang, at)
	case escalation.WhatDesk:
		return textDeskTold(lang, until)
	case escalation.WhatCalling:
		return textCalling(lang)
	case escalation.WhatNext:
		if n.By != "" {
			return pick(lang, fmt.Sprintf("正在请下一位同事来接手，在此之前仍由%s为您处理。", bot.Literal(n.By)),
				fmt.Sprintf("I am asking the next colleague to take it over; until then %s stays with you.", bot.Literal(n.By)))
		}
		return pick(lang, "还没有人接手，正在通知下一位同事，请稍候。", "Nobody has taken it yet; I am calling the next colleague. Please bear with us.")
	case escalation.WhatAgain:
		return pick(lang, "接手的同事暂时没有回音，正在重新通知值班同事，请稍候。", "Whoever took it has fallen silent; I am calling the colleagues on duty again. Please bear with us.")
	case escalation.WhatExhausted:
		return textExhausted(lang, at)
	case escalation.WhatTaken:
		return pick(lang, fmt.Sprintf("%s已经接手（%s）。您现在直接打字，对方就能看到。", bot.Literal(n.By), id),
			fmt.Sprintf("%s has taken it (%s). Just type now: they will see it.", bot.Literal(n.By), id))
	case escalation.WhatClosed:
		return pick(lang, fmt.Sprintf("%s已经结束了这次服务（%s）。请为这次服务打分：回复 **1**–**5**（5 为最好）。有新问题随时找我。", bot.Literal(n.By), id),
			fmt.Sprintf("%s has closed this (%s). Please rate it: reply **1**–**5** (5 is best). Write any time if there is more.", bot.Literal(n.By), id))
	case escalation.WhatReleased, escalation.WhatKept, escalation.WhatAdded:
	}
	return ""
}

// textExhaustedUntil is textExhausted while no opening is known.
func textExhaustedUntil(lang, at string) string {
	return pick(lang, fmt.Sprintf("很抱歉，暂时还没有联系上值班专家，已经上报负责人。最晚 %s 会再次呼叫同事。", at),
		fmt.Sprintf("I am sorry: nobody on duty could be reached yet. The person in charge was told; at the latest people are called again at %s.", at))
}

func textExhausted(lang, at string) string {
	return pick(lang, fmt.Sprintf("很抱歉，暂时还没有联系上值班专家，已经上报负责人。最晚 %s 上班后会有同事跟进。", at),
		fmt.Sprintf("I am sorry: nobody on duty could be reached yet. The person in charge was told; at the latest a colleague takes it up at %s.", at))
}

// textAddedTo answers somebody who asks again while people are being called.
func textAddedTo(lang string, e *escalation.Escalation, at string) string {
	switch {
	case e.Held():
		return pick(lang, fmt.Sprintf("已转告%s（%s），请稍候。", bot.Literal(e.HolderName), e.ID), fmt.Sprintf("I have told %s (%s).", bot.Literal(e.HolderName), e.ID))
	case e.State == escalation.StateWaiting:
		return pick(lang, fmt.Sprintf("已经补充到您之前的问题里（%s），%s 上班后会一并转给同事跟进。", e.ID, at),
			fmt.Sprintf("I have added it to what you asked before (%s); it is passed on when people are back at %s.", e.ID, at))
	case e.State == escalation.StateExhausted:
		return pick(lang, fmt.Sprintf("已经补充到 %s，并再次告诉了负责人，会有同事联系您。", e.ID), fmt.Sprintf("I have added it to %s and told the person in charge again; a colleague will contact you.", e.ID))
	case e.Urgent():
		return pick(lang, fmt.Sprintf("已经补充到 %s，正在联系值班专家，请留意钉钉消息。", e.ID), fmt.Sprintf("I have added it to %s; I am still calling the expert on duty.", e.ID))
	default:
		return pick(lang, fmt.Sprintf("已经补充到 %s，同事会尽快联系您。", e.ID), fmt.Sprintf("I have added it to %s; a colleague will contact you.", e.ID))
	}
}

func textMyStatus(lang string, open []*climb, at string) string {
	lines := make([]string, 0, len(open))
	for _, c := range open {
		lines = append(lines, "- "+c.ID+" "+textMyState(lang, c.Escalation, at))
	}
	return pick(lang, "您的求助：", "What you asked for:") + "\n\n" + strings.Join(lines, "\n")
}

func textMyState(lang string, e *escalation.Escalation, at string) string {
	switch e.State {
	case escalation.StateHeld:
		return pick(lang, bot.Literal(e.HolderName)+"正在处理", "is with "+bot.Literal(e.HolderName))
	case escalation.StateWaiting:
		return pick(lang, "等待 "+at+" 上班后跟进", "waits until people are back at "+at)
	case escalation.StateExhausted:
		return pick(lang, "还没有人接手，已上报负责人", "nobody has taken it yet, the person in charge was told")
	case escalation.StateDesk, escalation.StateCalling, escalation.StateClosed:
	}
	return pick(lang, "正在联系同事", "colleagues are being called")
}

func textDoubt(lang string) string {
	return pick(lang, "想确认一下：这件事现在紧急吗？回复 **紧急**，我马上叫值班专家；回复 **不紧急**，会按普通问题处理。一分钟内没有回复，我会按紧急处理。",
		"May I ask: is this urgent right now? Reply **urgent** and I call the expert on duty at once, or **not urgent** to have it treated as an ordinary question. Without an answer within a minute I treat it as urgent.")
}

// textDoubtStill answers who says more before saying whether it is urgent.
func textDoubtStill(lang string) string {
	return pick(lang, "已经记下。还请回复 **紧急** 或 **不紧急**；没有回复，我会按紧急处理。", "Noted. Please still reply **urgent** or **not urgent**; without an answer I treat it as urgent.")
}

func textNoAnswer(lang string) string {
	return pick(lang, "一分钟内没有回复是否紧急", "no answer within a minute whether it is urgent")
}

func textUnsent(lang string, d bot.Delivery) string {
	return pick(lang, fmt.Sprintf("这条消息没有送到（%s）：\n\n%s", d.Reason, bot.Quote(d.Text)), fmt.Sprintf("This was not delivered (%s):\n\n%s", d.Reason, bot.Quote(d.Text)))
}

func textSentFile(lang string, a bot.Attachment) string {
	switch a.Kind {
	case bot.KindPicture:
		return pick(lang, "发来一张图片", "sent a picture")
	case bot.KindAudio, bot.KindVideo:
		return pick(lang, "发来", "sent a ") + kindName(lang, string(a.Kind))
	case bot.KindText, bot.KindRichText, bot.KindFile, bot.KindCard, bot.KindUnknown:
	}
	name := bot.Literal(a.Name)
	return pick(lang, "发来文件 "+name, "sent the file "+name)
}

func textSentStrange(lang, kind string) string {
	return pick(lang, "发来"+kindName(lang, kind)+"，机器人无法转交，请对方用文字说明", "sent a "+kindName(lang, kind)+" that I cannot pass on; please ask them to type it")
}

func textStillYours(lang, id string) string {
	return pick(lang, "好的，"+id+" 仍由您负责。", "All right, "+id+" stays with you.")
}

func textNotRelayed(lang string) string {
	return pick(lang, "这条没有转给对方：它看起来像一个指令，但我不认识。回复 **帮助** 看全部指令；要原样发给对方，请换个说法。",
		"This was not passed on: it looks like a command, but I do not know it. Reply **help** for all commands, or put it in other words.")
}

// Refusals of the rules of calling people.

func textRefused(lang string, cal *calendar.Calendar, err error) (string, bool) {
	if e, ok := errors.AsType[*escalation.HeldError](err); ok {
		at := cal.FormatOpening(e.Since, lang)
		return pick(lang, fmt.Sprintf("已经由%s接单（%s）。", bot.Literal(e.Holder), at), fmt.Sprintf("%s has it (since %s).", bot.Literal(e.Holder), at)), true
	}
	if e, ok := errors.AsType[*escalation.ClosedError](err); ok {
		at := cal.FormatOpening(e.At, lang)
		return pick(lang, fmt.Sprintf("已经结束了（%s，%s）。", bot.Literal(e.By), at), fmt.Sprintf("It is closed (%s, %s).", bot.Literal(e.By), at)), true
	}
	if e, ok := errors.AsType[*escalation.PermissionError](err); ok {
		if e.Holder == "" {
			return pick(lang, "还没有人接单：请先 **接单**，或请值班经理操作。", "Nobody has it yet: please **ack** it first, or ask a manager."), true
		}
		return pick(lang, fmt.Sprintf("只有接单人（%s）或值班经理可以这样做。", bot.Literal(e.Holder)), fmt.Sprintf("Only its holder (%s) or a manager can do that.", bot.Literal(e.Holder))), true
	}
	if _, ok := errors.AsType[*escalation.YoursError](err); ok {
		return pick(lang, "已经是您接单的，直接打字就会转给对方。", "You have it already: just type, and they will see it."), true
	}
	return "", false
}

func textUnknownEscalation(lang, id string) string {
	return pick(lang, fmt.Sprintf("没有找到 %s。回复 **待办** 看现在有哪些。", id), fmt.Sprintf("There is no %s. Reply **mine** to see what is open.", id))
}

// textMisnumbered says how a command is written whose number was wrong.
func textMisnumbered(lang, example string) string {
	return pick(lang, fmt.Sprintf("编号好像不对，请这样写：**%s**。回复 **待办** 看现在有哪些。", example), fmt.Sprintf("That number looks wrong, please write **%s**. Reply **mine** to see what is open.", example))
}

func textNotYoursE(lang string) string {
	return pick(lang, "这个编号只有服务团队可以查。回复 **状态** 看您自己的进度。", "Only the service team can look that number up. Reply **status** to see your own.")
}

// verbWord is the word of a command.
func verbWord(lang string, v Verb) string {
	for _, r := range grammar() {
		if r.verb == v {
			return pick(lang, r.zh, r.en)
		}
	}
	return ""
}

func textWhich(lang, word string, candidates []*climb) string {
	if len(candidates) == 0 {
		return pick(lang, fmt.Sprintf("请带上编号，例如 **%s E12**。回复 **待办** 看现在有哪些。", word), fmt.Sprintf("Please add the number, such as **%s E12**. Reply **mine** to see what is open.", word))
	}
	return pick(lang, "您指的是哪一个？", "Which one do you mean?") + "\n\n" + whichList(word, candidates)
}

func textWhichAsker(lang, word string, held []*climb) string {
	return pick(lang, "您手上有多个会话，这条还没有转出。请先选要回复哪一个，再发一次：", "You hold several, so this was not passed on. Please choose whom you mean, and send it again:") +
		"\n\n" + whichList(word, held)
}

func whichList(word string, cs []*climb) string {
	var b strings.Builder
	for _, c := range cs {
		fmt.Fprintf(&b, "- **%s %s** %s\n", word, c.ID, bot.Literal(c.name()))
	}
	return strings.TrimRight(b.String(), "\n")
}

// whichButtons are the first few of the same.
func whichButtons(word string, cs []*climb) []bot.Button {
	var out []bot.Button
	for _, c := range cs[:min(4, len(cs))] {
		out = append(out, bot.Button{Label: word + " " + c.ID, Say: word + " " + c.ID})
	}
	return out
}

func textAge(lang string, t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return pick(lang, "刚刚", "just now")
	case d < 2*time.Hour:
		return fmt.Sprintf(pick(lang, "%d 分钟前", "%d min ago"), int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf(pick(lang, "%d 小时前", "%d h ago"), int(d.Hours()))
	}
	return fmt.Sprintf(pick(lang, "%d 天前", "%d days ago"), int(d.Hours()/24))
}

// textAnsweredBy promises by when somebody who is put off hears from people.
func textAnsweredBy(lang string, by time.Time) string {
	return pick(lang, "最晚 "+by.Format("15:04")+" 前会有同事答复您。", " You will hear from somebody by "+by.Format("15:04")+" then.")
}
