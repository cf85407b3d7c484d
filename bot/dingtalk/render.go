package dingtalk

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"guanjia/bot"
)

// Size limits of one message, in bytes. The platform documents 15,000 for the
// OpenAPI's msgParam and nothing for webhooks, where the field cuts at 3,800
// characters; JSON escaping can double what is counted.
const (
	maxMarkdown = 6000
	maxTitle    = 20  // runes shown in the chat list
	maxTitleIn  = 200 // bytes of a text in which its title is looked for
)

// content is a message in the platform's words, for either way of sending.
type content struct {
	title   string
	text    string // markdown, or plain words
	plain   bool
	buttons []bot.Button
	media   *media // instead of all that
}

// render makes the parts of a message, in order; there is nearly always one.
func render(o bot.Outgoing) []content {
	text := o.Text
	if !o.Plain {
		text = markdown(text)
	}
	text += spoken(o)
	pieces := split(text, maxMarkdown)
	parts := make([]content, len(pieces))
	title := o.Title
	if title == "" {
		title = titleOf(o.Text)
	}
	for i, p := range pieces {
		if len(pieces) > 1 {
			p = fmt.Sprintf("(%d/%d) ", i+1, len(pieces)) + p
		}
		parts[i] = content{title: title, text: p, plain: o.Plain && len(o.Buttons) == 0}
	}
	parts[len(parts)-1].buttons = o.Buttons
	return parts
}

// spoken shows the buttons' words as text too: cards do not show everywhere,
// and people quote them. Words that the text already has are not repeated.
func spoken(o bot.Outgoing) string {
	var missing []string
	english := true
	for _, b := range o.Buttons {
		if !strings.Contains(o.Text, b.Say) {
			missing = append(missing, b.Say)
		}
		english = english && len(b.Say) == utf8.RuneCountInString(b.Say)
	}
	if len(missing) == 0 {
		return ""
	}
	if english {
		return "  \n  \nYou can also reply: " + strings.Join(missing, " | ")
	}
	return "  \n  \n也可以直接回复：" + strings.Join(missing, " ｜ ")
}

// markdown brings text into the dialect that phones and desktops both draw: a
// line break needs two spaces on both sides.
func markdown(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	lines := strings.Split(s, "\n")
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString("  \n")
			if l != "" && !startsBlock(l) {
				b.WriteString("  ")
			}
		}
		b.WriteString(strings.TrimRight(l, " "))
	}
	return b.String()
}

// startsBlock reports whether leading spaces would change what a line means.
func startsBlock(l string) bool {
	return strings.HasPrefix(l, "#") || strings.HasPrefix(l, "- ") || strings.HasPrefix(l, "> ") ||
		(l[0] >= '0' && l[0] <= '9')
}

// titleOf is the first words of a text without its markup, if they are near its
// beginning.
func titleOf(text string) string {
	if len(text) > maxTitleIn {
		text = strings.ToValidUTF8(text[:maxTitleIn], "")
	}
	t := strings.Map(func(r rune) rune {
		switch r {
		case '#', '*', '>', '`', '_', '[', ']', '\\':
			return -1
		case '\n':
			return ' '
		}
		return r
	}, text)
	t = strings.Join(strings.Fields(t), " ")
	if rs := []rune(t); len(rs) > maxTitle {
		t = string(rs[:maxTitle-1]) + "…"
	}
	if t == "" {
		return "消息"
	}
	return t
}

// split cuts text into pieces of at most limit bytes, at a paragraph if there
// is one in the second half, else at a line, else between characters.
func split(text string, limit int) []string {
	var pieces []string
	for len(text) > limit {
		at := cutPoint(text[:limit])
		pieces = append(pieces, strings.TrimSpace(text[:at]))
		text = strings.TrimSpace(text[at:])
	}
	return append(pieces, text)
}

func cutPoint(s string) int {
	for _, sep := range [...]string{"\n  \n", "\n\n", "\n", "。", " "} {
		if i := strings.LastIndex(s, sep); i > len(s)/2 {
			return i + len(sep)
		}
	}
	i := len(s)
	for i > 0 && !utf8.ValidString(s[:i]) {
		i--
	}
	return max(i, 1)
}

// dtmd is the link that makes a client send words in its user's name. The host
// must be lower case, or the client ignores the tap.
func dtmd(words string) string {
	return "dtmd://dingtalkclient/sendMessage?content=" + strings.ReplaceAll(url.QueryEscape(words), "+", "%20")
}
