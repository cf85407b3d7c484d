package handlers

import (
	"fmt"
	"time"
)

// The languages people are answered in.
const (
	langZH = "zh"
	langEN = "en"
)

// pick chooses the words in the person's language.
func pick(lang, zh, en string) string {
	if lang == langEN {
		return en
	}
	return zh
}

// Everything a prospect can be told that is not an answer of the FAQ. What
// people see and what the log says are two texts; nothing internal is here.

func textHelp(lang, product, hours, opening string) string {
	return pick(lang,
		fmt.Sprintf("我是%s的助手，可以这样帮您：\n\n- 解答购买前和使用中的常见问题，直接打字问就行\n- 收到您的安全事件报告，并叫人来处理\n- 回复 **转人工** 找同事，回复 **状态** 看进度\n\n人工服务时间：%s。%s", product, hours, opening),
		fmt.Sprintf("I am the assistant of %s. I can:\n\n- answer common questions before and after a purchase: just type them\n- take your report of a security incident and call people\n- reply **human** to reach a person, **status** to see where things stand\n\nPeople are here: %s. %s", product, hours, opening))
}

func textGreeting(lang string) string { return pick(lang, "您好！", "Hello! ") }

func textSuggestions(lang string) string {
	return pick(lang, "您可能想问（回复数字即可）：", "You may want to ask (reply with the number):")
}

func textClarify(lang string) string {
	return pick(lang, "您想问的是哪一个？回复数字即可：", "Which of these do you mean? Reply with the number:")
}

func textClarifyElse(lang string) string {
	return pick(lang, "都不是的话，请换个说法再问一次，或回复 **转人工**。", "If it is none of them, please put it another way, or reply **human**.")
}

func textChoiceExpired(lang string) string {
	return pick(lang, "这个数字对应的问题已经过期了，请直接把问题发给我。", "That list is no longer open. Please just type your question.")
}

func textRefuse(lang, product string) string {
	return pick(lang,
		fmt.Sprintf("这个问题不在%s的服务范围内，我没有可靠的资料，就不乱说了。关于%s的问题随时问我，回复 **帮助** 看我能做什么。", product, product),
		fmt.Sprintf("That is outside what %s covers, and I have nothing reliable to say about it. Ask me anything about %s, or reply **help** to see what I can do.", product, product))
}

func textEmpty(lang string) string {
	return pick(lang, "我没有看到文字。请把问题用文字发给我，比如：应急服务怎么用？", "I see no words there. Please type your question, for example: how does the emergency service work?")
}

func textThanks(lang string) string {
	return pick(lang, "不客气，有问题随时找我。", "You are welcome. Write any time.")
}

func textHelpful(lang string) string {
	return pick(lang, "谢谢反馈，很高兴帮到您。", "Thank you, glad that it helped.")
}

func textUnhelpful(lang string) string {
	return pick(lang, "抱歉没有帮上忙，这条已经记下来改进。您可以换个说法再问，或回复 **转人工** 找同事。",
		"Sorry that this did not help; it is noted for improvement. Please put it another way, or reply **human** to reach a person.")
}

func textOpening(lang string, open bool, at string) string {
	if open && at == "" { // opened by hand
		return pick(lang, "现在是人工服务时间。", "People are here now.")
	}
	if open {
		return pick(lang, fmt.Sprintf("现在是人工服务时间，同事在线至 %s。", at), fmt.Sprintf("People are here now, until %s.", at))
	}
	return pick(lang, fmt.Sprintf("现在是非工作时间，同事 %s 上班。", at), fmt.Sprintf("It is outside business hours now; people are back at %s.", at))
}

func textAwayNote(lang, at string) string {
	return pick(lang, fmt.Sprintf("现在是非工作时间，需要同事处理的问题会在 %s 上班后跟进；紧急的安全事件请直接说明，随时会叫人。", at),
		fmt.Sprintf("It is outside business hours: what needs a person will be taken up when people are back at %s. If you have an urgent security incident, say so and people are called at any hour.", at))
}

func textUnsupported(lang, what string) string {
	return pick(lang, fmt.Sprintf("收到您发的%s，不过我读不了它。请用文字描述一下。", what),
		fmt.Sprintf("I received your %s, but I cannot read it. Please describe it in words.", what))
}

func textVoiceUnclear(lang string) string {
	return pick(lang, "这段语音没有识别出文字。请再说一次，或用文字发给我。", "I could not make out words in that voice message. Please try again, or type it.")
}

func textTooLong(lang string) string {
	return pick(lang, "这段文字太长，后面的部分没有读到。请把重点用几句话发给我。", "That text was too long and I did not read its end. Please send me the main point in a few sentences.")
}

func textStaffOnly(lang string) string {
	return pick(lang, "这个指令只有服务团队的成员可以用。您可以直接打字提问，或回复 **转人工**。",
		"Only members of the service team can use that command. Just type your question, or reply **human**.")
}

func textNothingOpen(lang string) string {
	return pick(lang, "您现在没有进行中的求助。有问题直接打字，或回复 **转人工**。", "You have nothing open at the moment. Just type your question, or reply **human**.")
}

func textSorry(lang, id string) string {
	return pick(lang, fmt.Sprintf("抱歉，您刚才的消息没有处理成功，请再发一次。如果还不行，请把编号 %s 告诉同事。", id),
		fmt.Sprintf("Sorry, your last message could not be handled. Please send it again; if that fails, give a person this number: %s.", id))
}

func textStale(lang string) string {
	return pick(lang, "您之前的消息，因为钉钉服务中断，当时没能答复。如果还需要，请再发一次。",
		"An outage of DingTalk kept us from answering what you wrote earlier. If you still need it, please send it again.")
}

func textAway(lang string, from, to time.Time, loc *time.Location) string {
	form := "15:04"
	if from, to := from.In(loc), to.In(loc); from.YearDay() != to.YearDay() {
		form = "01-02 15:04"
	}
	a, b := from.In(loc).Format(form), to.In(loc).Format(form)
	return pick(lang, fmt.Sprintf("我在 %s–%s 之间断开了连接。如果您那时发过消息，我可能没有收到，请再发一次。", a, b),
		fmt.Sprintf("I was away %s–%s. If you wrote then, I may not have heard it: please send it again.", a, b))
}

func kindName(lang, k string) string {
	zh := map[string]string{"picture": "图片", "audio": "语音", "video": "视频", "file": "文件"}
	en := map[string]string{"picture": "picture", "audio": "voice message", "video": "video", "file": "file"}
	if n := pick(lang, zh[k], en[k]); n != "" {
		return n
	}
	return pick(lang, "消息", "message")
}

func textDeskTold(lang, until string) string {
	if until == "" {
		return pick(lang, "好的，已经告诉同事，会有人在钉钉上联系您。", "All right, I have told a colleague, who will contact you on DingTalk.")
	}
	return pick(lang, fmt.Sprintf("好的，已经告诉同事，会有人在钉钉上联系您（人工服务至 %s）。", until),
		fmt.Sprintf("All right, I have told a colleague, who will contact you on DingTalk (people are here until %s).", until))
}

func textDeferred(lang, at string) string {
	return pick(lang, fmt.Sprintf("这个问题需要同事来回答。现在是非工作时间，已经记下，%s 上班后会转给同事跟进。如果是正在发生的安全事件，请直接说明，随时会叫人。", at),
		fmt.Sprintf("This needs a person. It is outside business hours; I have noted it and will pass it on when people are back at %s. If a security incident is happening now, say so and people are called at any hour.", at))
}

func textCalling(lang string) string {
	return pick(lang, "收到，这听起来很紧急，正在通知值班专家，请留意钉钉消息。", "Understood, that sounds urgent: I am calling the expert on duty. Please keep an eye on DingTalk.")
}

// textFetching is textCalling for what is not urgent.
func textFetching(lang string) string {
	return pick(lang, "正在为您联系值班同事，请留意钉钉消息。", "I am calling a colleague on duty for you. Please keep an eye on DingTalk.")
}

func textHoursSet(lang string, m Mode, state string) string {
	switch m {
	case ModeOpen:
		return pick(lang, "已改为营业，直到改回自动。", "The desk is open until it is put back to auto.")
	case ModeClosed:
		return pick(lang, "已改为非营业，直到改回自动。", "The desk is closed until it is put back to auto.")
	default:
		return pick(lang, "已改回按日历自动判断。", "The calendar decides again.") + state
	}
}

func textManagerOnly(lang string) string {
	return pick(lang, "这个指令只有值班经理可以用。", "Only a manager can use that command.")
}
