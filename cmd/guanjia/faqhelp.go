package main

// faqHelp is what --help shows of the commands by which the FAQ learns, in
// Chinese and English.
func faqHelp() map[string][2]string {
	return map[string][2]string{
		"candidates":      {"专家用 收录 收下的问题和回复，等待审核。", "Questions and replies that were collected with 收录 and wait for review."},
		"promote":         {"把收下的问题写进 faq.dir 的文件；先检查，回归问题变差就不写。", "Write what was collected into the files of faq.dir; nothing is written if a regression question gets worse."},
		"promoteid":       {"收下的求助编号，如 E12。", "Number of the escalation, such as E12."},
		"promoteas":       {"写进哪个条目（默认收录时写的编号）。", "Entry to write it to (default: the id that it was collected for)."},
		"promoteinto":     {"写进 faq.dir 里的哪个文件（默认：条目所在的文件，新条目为 编号.yaml）。", "File of faq.dir to write into (default: where the entry stands, or ID.yaml for a new one)."},
		"promotequestion": {"用这句话代替原来的问法。", "Put the question in these words instead."},
		"promotetitle":    {"新条目的中文标题（默认用中文问法）。", "Chinese title of a new entry (default: the question, if it is Chinese)."},
		"promotetitleen":  {"新条目的英文标题（默认用英文问法）。", "English title of a new entry (default: the question, if it is English)."},
		"promoteanswer":   {"新条目的中文答案（默认用中文回复）。", "Chinese answer of a new entry (default: the reply, if it is Chinese)."},
		"promoteansweren": {"新条目的英文答案（默认用英文回复）。", "English answer of a new entry (default: the reply, if it is English)."},
		"promotecheck":    {"用这个标注文件做回归（默认用内置的问题）。", "Labelled questions that must not get worse (default: the built-in ones)."},
		"dryrun":          {"只检查并显示改动，不写。", "Check and show the change, write nothing."},
		"export":          {"把内置 FAQ 写到一个文件夹，供修改。", "Write the built-in FAQ into a folder, to be changed there."},
		"exportdir":       {"新的或空的文件夹。", "A new or an empty folder."},
		"hits":            {"各条目在一个月里回答了多少次，多少人点了有帮助或没帮助。", "How often each entry answered in a month, and how often it helped or did not."},
		"hitsmonth":       {"哪个月，如 2026-11，默认本月。", "Which month, such as 2026-11; default: this one."},
	}
}
