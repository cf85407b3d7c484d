package console

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
)

// said is what became of the last action; it is shown once, on the page that
// follows.
type said struct {
	Text string
	Done bool
}

const (
	saidCookie = "guanjia_said"
	maxSaid    = 700 // runes, so that the cookie stays below 4 KiB
)

func keepSaid(w http.ResponseWriter, r *http.Request, o Outcome) {
	text := []rune(plain(o.Text))
	if len(text) > maxSaid {
		text = append(text[:maxSaid], '…')
	}
	mark := "-"
	if o.Done {
		mark = "+"
	}
	setCookie(w, r, saidCookie, base64.RawURLEncoding.EncodeToString([]byte(mark+string(text))), time.Minute)
}

func (c *Console) takeSaid(w http.ResponseWriter, r *http.Request) *said {
	k, err := r.Cookie(saidCookie)
	if err != nil {
		return nil
	}
	setCookie(w, r, saidCookie, "", -time.Second)
	raw, err := base64.RawURLEncoding.DecodeString(k.Value)
	if err != nil || len(raw) < 2 {
		return nil
	}
	return &said{Text: string(raw[1:]), Done: raw[0] == '+'}
}

// do does what a form asks for, and goes back to the page it stood on.
func (c *Console) do(w http.ResponseWriter, r *http.Request, name string) {
	words, ok := wordsFor(r)
	if !ok {
		http.Error(w, "this form cannot be understood", http.StatusBadRequest)
		return
	}
	o, err := c.desk.Do(r.Context(), Action{Words: words, By: name, Lang: languageOf(r)}, time.Now())
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.live.forget()
	keepSaid(w, r, o)
	http.Redirect(w, r, backTo(r), http.StatusSeeOther)
}

// backTo is the page of ours that a form stood on.
func backTo(r *http.Request) string {
	u, err := url.Parse(r.PostFormValue("back"))
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(path.Clean(u.Path)+"/", "/console/") {
		return "/console/"
	}
	back := url.URL{Path: path.Clean(u.Path), RawQuery: u.RawQuery}
	if back.Path == "/console" {
		back.Path = "/console/"
	}
	return back.String()
}

var (
	refForm  = regexp.MustCompile(`^[CEI][0-9]{1,12}$`)
	wordForm = regexp.MustCompile(`^[\p{L}\p{N}_.@:+-]{1,64}$`)
)

// maxText is how many runes of a text are taken from a form.
const maxText = 2000

// wordsFor is the command that a form stands for; ok is false for a form that is
// none of ours.
func wordsFor(r *http.Request) (words string, ok bool) {
	action := r.PostFormValue("action")
	text := strings.TrimSpace(clip(r.PostFormValue("text"), maxText))
	field := func(name string) string {
		v := r.PostFormValue(name)
		if !wordForm.MatchString(v) {
			ok = false
		}
		return v
	}
	ok = true
	switch action {
	case "hours":
		return strings.TrimSpace("hours " + field("value") + " " + oneLine(text)), ok
	case "override":
		return strings.Join([]string{"override", field("rotation"), field("member"), field("from"), field("to")}, " "), ok
	}
	ref := r.PostFormValue("ref")
	if !refForm.MatchString(ref) {
		return "", false
	}
	switch action {
	case "ack", "close", "escalate", "contacted", "accept", "resolve", "reopen", "resume":
		return action + " " + ref, true
	case "handoff":
		return action + " " + ref + " " + field("member"), ok
	case "collect":
		return action + " " + ref + " " + field("entry"), ok
	case "extend":
		return strings.TrimSpace(action + " " + ref + " " + field("span") + " " + oneLine(text)), ok
	case "note", "reject", "update", "report", "pause":
		return strings.TrimSpace(action + " " + ref + " " + text), true
	}
	return "", false
}

// clip cuts a text off, without control characters but for line ends.
func clip(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if rs := []rune(s); len(rs) > limit {
		return string(rs[:limit])
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
