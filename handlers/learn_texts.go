package handlers

import (
	"fmt"

	"guanjia/bot"
)

func textCollectUsage(lang, ref string) string {
	if ref == "" {
		ref = "E12"
	}
	return pick(lang, fmt.Sprintf("请这样写：**收录 %s 条目编号**，例如 **收录 %s mobile-app**。编号可以是已有条目的，也可以是新的。", ref, ref),
		fmt.Sprintf("Please write **collect %s ENTRY-ID**, such as **collect %s mobile-app**. The id may be that of an entry or a new one.", ref, ref))
}

func textNoEntryID(lang, ref, word string) string {
	return pick(lang, fmt.Sprintf("「%s」不能作为条目编号：只能用小写字母、数字和单个连字符，例如 **收录 %s mobile-app**。", bot.Literal(word), ref),
		fmt.Sprintf("“%s” is no entry id: use lower-case letters, digits and single hyphens, such as **collect %s mobile-app**.", bot.Literal(word), ref))
}

func textCollectedBefore(lang string, k Candidate) string {
	if k.Promoted {
		return pick(lang, fmt.Sprintf("%s 已经进入 FAQ（%s）。", k.ID, k.Entry), fmt.Sprintf("%s is in the FAQ already (%s).", k.ID, k.Entry))
	}
	return pick(lang, fmt.Sprintf("%s 已由%s收录到 %s，等待审核。要换条目，审核时用 guanjia faq promote %s --as 编号。", k.ID, bot.Literal(k.By), k.Entry, k.ID),
		fmt.Sprintf("%s was collected for %s already, by %s, and waits for review. For another entry the reviewer types guanjia faq promote %s --as ID.", k.ID, k.Entry, bot.Literal(k.By), k.ID))
}

func textNoQuestion(lang, id string) string {
	return pick(lang, id+" 里没有可以收录的问题：对方没有写下问题，或内容已按保留期限删除。",
		"There is no question on "+id+" to collect: none was put in words, or the words are past their retention.")
}

func textNoReply(lang, id string) string {
	return pick(lang, id+" 还没有转给对方的回复，没有可以收录的答案。接单后直接打字回复，再收录。",
		"Nobody has replied to "+id+" through the bot, so there is no answer to collect. Take it, reply, and collect it then.")
}

func textCollected(lang, entry string, k Candidate, known bool) string {
	head := pick(lang, fmt.Sprintf("已收录 %s，作为新条目 **%s** 的候选：", k.ID, entry), fmt.Sprintf("%s is collected as a candidate for the new entry **%s**:", k.ID, entry))
	if known {
		head = pick(lang, fmt.Sprintf("已收录 %s，作为条目 **%s** 的又一种问法：", k.ID, entry), fmt.Sprintf("%s is collected as another wording for the entry **%s**:", k.ID, entry))
	}
	text := head
	if k.Question != "" {
		text += "\n\n" + bot.Quote(clip(k.Question, maxLearned))
	}
	if !known && k.Answer != "" {
		text += "\n\n" + bot.Quote(clip(k.Answer, maxLearned))
	}
	return text + "\n\n" + pick(lang, fmt.Sprintf("审核通过后才会生效：guanjia faq promote %s。", k.ID), fmt.Sprintf("It counts once it was reviewed: guanjia faq promote %s.", k.ID))
}
