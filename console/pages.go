package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

func (c *Console) nowPage(w http.ResponseWriter, r *http.Request, name string) {
	n, err := c.live.look(r.Context(), c.desk, time.Now())
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "now", Section: "now", Name: name, Live: true, Data: n})
}

func (c *Console) calendarPage(w http.ResponseWriter, r *http.Request, name string) {
	now := time.Now()
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || year < now.Year()-5 || year > now.Year()+5 {
		year = now.In(c.zone).Year()
	}
	y, err := c.desk.Year(r.Context(), year, now)
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "calendar", Section: "calendar", Name: name, Data: newYearPage(y, now.In(c.zone))})
}

func (c *Console) rotaPage(w http.ResponseWriter, r *http.Request, name string) {
	now := time.Now().In(c.zone)
	from := time.Date(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7, 0, 0, 0, 0, c.zone)
	rota, err := c.desk.Rota(r.Context(), from, from.AddDate(0, 0, 7*rotaWeeks))
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "rota", Section: "rota", Name: name, Data: newRotaPage(rota, now)})
}

func (c *Console) insightPage(w http.ResponseWriter, r *http.Request, name string) {
	in, err := c.desk.Insight(r.Context(), time.Now())
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "insight", Section: "insight", Name: name, Data: in})
}

// auditDays are the spans that the audit can be asked for; the first is shown
// when none is.
const auditDays = "7 30 90"

func (c *Console) auditPage(w http.ResponseWriter, r *http.Request, name string) {
	days := strings.Fields(auditDays)
	span := r.URL.Query().Get("days")
	if !strings.Contains(" "+auditDays+" ", " "+span+" ") || span == "" {
		span = days[0]
	}
	n, _ := strconv.Atoi(span) // it is one of ours
	now := time.Now()
	a, err := c.desk.Audit(r.Context(), now.AddDate(0, 0, -n), now)
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	who := strings.TrimSpace(clip(r.URL.Query().Get("who"), 60))
	data := struct {
		Audit
		Who, Span string
		Spans     []string
		More      int
	}{Audit: a, Who: who, Span: span, Spans: days}
	data.Lines = a.by(who)
	if over := len(data.Lines) - maxAudit; over > 0 {
		data.Lines, data.More = data.Lines[:maxAudit], over
	}
	c.show(w, r, http.StatusOK, view{Page: "audit", Section: "audit", Name: name, Data: data})
}

// maxAudit is how many lines are shown.
const maxAudit = 300

// by are the lines of whoever is looked for.
func (a Audit) by(who string) []AuditLine {
	var out []AuditLine
	for _, l := range a.Lines {
		if who == "" || strings.Contains(strings.ToLower(l.By), strings.ToLower(who)) || strings.EqualFold(l.Ref, who) {
			out = append(out, l)
		}
	}
	return out
}

func (c *Console) healthPage(w http.ResponseWriter, r *http.Request, name string) {
	h, err := c.desk.Health(r.Context(), time.Now())
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "health", Section: "health", Name: name, Data: h})
}

// maxQuestion is how many runes of a question are tried.
const maxQuestion = 500

func (c *Console) faqPage(w http.ResponseWriter, r *http.Request, name string) {
	lang := languageOf(r)
	f, err := c.desk.FAQ(r.Context(), lang, time.Now())
	data := struct {
		FAQ
		Answer *Answer
	}{FAQ: f}
	if q := strings.TrimSpace(clip(r.PostFormValue("question"), maxQuestion)); err == nil && q != "" {
		var a Answer
		began := time.Now()
		a, err = c.desk.Ask(r.Context(), q, lang, began)
		a.Took = time.Since(began)
		data.Answer = &a
	}
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "faq", Section: "faq", Name: name, Data: data})
}
