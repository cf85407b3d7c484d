package console_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/console"
)

// markup is a name as somebody may choose it.
const markup = `<img src=x onerror=alert(1)>"'` + "`{{.}}"

// desk is a desk without anything behind it. What a test needs otherwise, it sets.
type desk struct {
	did    []console.Action
	signed []string
	rows   int
	asked  console.Query
	looks  int
	fail   error
	state  string
	mu     sync.Mutex
	holder string
}

func (d *desk) heldBy() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holder
}

func (d *desk) call(now time.Time) console.Escalation {
	return console.Escalation{
		ID: "E1", Asker: markup, Group: markup, Subject: "I1", State: "calling", Urgent: true, Round: 1, Step: 2, Steps: 3, Holder: d.heldBy(),
		Opened: now.Add(-time.Hour), Next: now.Add(time.Minute),
		Ladder: []console.Step{
			{Calls: []console.Call{{At: now, Name: markup, Via: "chat", Outcome: "sent"}}},
			{N: 1, Whom: []console.Whom{{Kind: "rotation", Name: "primary", People: []string{markup}}}, Within: time.Minute, Calls: []console.Call{{At: now, Name: "李工", Via: "chat", Outcome: "read"}}},
			{N: 2, Whom: []console.Whom{{Kind: "role", Name: "manager"}}, Within: 90 * time.Second, Now: true, Calls: []console.Call{{At: now, Name: "王工", Via: "ding_phone", Outcome: "failed", Why: markup}}},
			{N: 3, Whom: []console.Whom{{Kind: "member", Name: "li", People: []string{"李工"}}}},
		},
		Timeline: []console.Line{{At: now, Kind: "asked", By: markup, Text: markup}, {At: now, Kind: "reason", Class: "network-attack", Text: markup, Internal: true}, {At: now, Kind: "newer_kind", By: "bot"}},
	}
}

func (d *desk) oneCase(now time.Time) console.Case {
	return console.Case{
		ID: "C1", OrderID: markup, Company: markup, Product: "emergency", State: "active", Purchased: now.Add(-24 * time.Hour), ValidUntil: now.Add(14 * 24 * time.Hour),
		ContactDue: now.Add(-time.Hour), Channel: markup, BindingCode: "ABCD", Rating: 4,
		Contacts: []console.Contact{{Name: markup, Mobile: "+8613900000001"}, {}}, Staff: []string{"李工"},
		Incidents: []console.Incident{
			{ID: "I1", Case: "C1", Company: markup, Class: "network-attack", State: "accepted", Reported: now, Accepted: now, Until: now.Add(time.Hour), By: "李工", Draft: "# " + markup},
			{ID: "I2", Case: "C1", Company: markup, State: "reported", Reported: now},
			{ID: "I3", State: "resolved", Recurrence: "I1", Report: "javascript:alert(1)", Reported: now, Accepted: now, Until: now},
			{ID: "I4", State: "accepted", Paused: true, Reported: now, Accepted: now, Until: now.Add(time.Hour)},
		},
		Escalations: []console.Escalation{{ID: "E1", State: "held", Holder: "李工"}},
		Timeline:    []console.Line{{At: now, Kind: "words", By: markup, Of: "I1", Text: markup}, {At: now, Kind: "reported", Class: "network-attack", Of: "I1"}},
	}
}

func (d *desk) Now(_ context.Context, now time.Time) (console.Now, error) {
	d.looks++
	return console.Now{
		At: now, Desk: console.DeskState{Open: true, Until: now.Add(time.Hour), Mode: "auto"}, Calls: []console.Escalation{d.call(now)},
		OpenCalls: 1, OpenCases: 10000, Unheld: 1, Incidents: d.oneCase(now).Incidents, Cases: []console.Case{d.oneCase(now), {ID: "C3", Product: "professional", State: "active"}},
		Deadlines: []console.Deadline{{At: now.Add(time.Hour), Kind: "case.accept", Subject: "I2", Name: markup}, {At: now, Kind: "job.new"}},
		Duty:      []console.Duty{{Rotation: "primary", Name: markup, Until: now}, {Rotation: "secondary"}},
		Checks:    []console.Check{{Name: "redis", OK: true}, {Name: "stream", Count: 2}, {Name: "llm", Off: true}},
		Quota:     []console.Used{{Kind: "api", Used: 4000, Limit: 5000, Forecast: 6000, Out: now}, {Kind: "stream", Used: 1}},
	}, d.fail
}

func (d *desk) Health(_ context.Context, now time.Time) (console.Health, error) {
	return console.Health{
		At: now, Checks: []console.Check{{Name: "redis"}}, Quota: []console.Used{{Kind: "api", Used: 1, Limit: 10}}, Waiting: []console.Waiting{{Lane: "mail", N: 12345}},
		Dead: []console.Dead{{ID: markup, Reason: markup, At: now}}, Warnings: []console.Text{{ZH: "请设为 yes", EN: "set it to yes"}}, Versions: [][2]string{{"version", "1.0"}, {"store", "durable"}},
		Unplanned: []int{2027}, Gaps: []console.Duty{{Rotation: "primary"}}, Strangers: []string{markup}, Checkup: now, Checked: 10000, Lost: 1, Probe: now,
	}, d.fail
}

func (d *desk) Do(_ context.Context, a console.Action, _ time.Time) (console.Outcome, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.did = append(d.did, a)
	if d.holder != "" {
		return console.Outcome{Text: "E1 已由**" + d.holder + "**接单"}, d.fail
	}
	d.holder = a.By
	return console.Outcome{Text: "好的 " + markup, Done: true}, d.fail
}

func (d *desk) SignedIn(_ context.Context, name, from string, _ time.Time) error {
	d.signed = append(d.signed, name+" "+from)
	return d.fail
}

func (d *desk) Cases(_ context.Context, q console.Query, now time.Time) (console.Cases, error) {
	d.asked = q
	list := []console.Case{}
	for i := q.From; i < min(d.rows, q.From+q.Size); i++ {
		c := d.oneCase(now)
		c.ID = fmt.Sprint("C", i+1)
		list = append(list, c)
	}
	return console.Cases{List: list, All: d.rows}, d.fail
}

func (d *desk) Case(_ context.Context, id, _ string) (console.Case, bool, error) {
	return d.oneCase(time.Now()), id == "C1", d.fail
}

func (d *desk) Escalations(_ context.Context, q console.Query, now time.Time) (console.Escalations, error) {
	d.asked = q
	return console.Escalations{List: []console.Escalation{d.call(now)}, All: 1}, d.fail
}

func (d *desk) Escalation(_ context.Context, id, _ string) (console.Escalation, bool, error) {
	e := d.call(time.Now())
	if d.state != "" {
		e.State = d.state
	}
	return e, id == "E1", d.fail
}

func (d *desk) Rota(_ context.Context, from, to time.Time) (console.Rota, error) {
	return console.Rota{
		From: from, To: to, Rotations: []string{"primary", markup}, Members: []console.Member{{Key: "li", Name: markup}},
		Turns: []console.Duty{
			{Rotation: "primary", Name: "李工", From: from, Until: from.Add(33 * time.Hour)},
			{Rotation: "primary", From: from.Add(33 * time.Hour), Until: from.Add(57 * time.Hour)},
			{Rotation: "primary", Name: markup, From: from.Add(57 * time.Hour), Until: to},
			{Rotation: markup, Name: "王工", From: from, Until: to},
		},
	}, d.fail
}

func (d *desk) Year(_ context.Context, year int, _ time.Time) (console.Year, error) {
	y := console.Year{Year: year, First: 2020, Last: 2026, Desk: console.DeskState{Mode: "closed"}}
	for at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == year; at = at.AddDate(0, 0, 1) {
		y.Days = append(y.Days, console.Day{Date: at.Format(time.DateOnly), Kind: []string{"work", "off", "holiday", "makeup"}[at.Day()%4], Open: []string{"09:00-12:00"}})
	}
	return y, d.fail
}

func (d *desk) Audit(_ context.Context, since, now time.Time) (console.Audit, error) {
	a := console.Audit{Since: since}
	for i := range max(d.rows, 1) {
		a.Lines = append(a.Lines, console.AuditLine{At: now, Kind: "taken", By: markup, Ref: "E1", Text: fmt.Sprint(i, markup), Page: i%2 == 0})
	}
	return a, d.fail
}

func (d *desk) Insight(_ context.Context, now time.Time) (console.Insight, error) {
	return console.Insight{
		From: now.AddDate(0, 0, -28), To: now, Hours: [24]int{3: 2, 14: 7}, Days: []console.DayCount{{Day: now, Calls: 3, Cases: 1}}, Escalations: 3, Urgent: 2, Untaken: 1,
		Taken: console.Waits{P50: time.Minute, P90: time.Hour, N: 3}, Contacted: console.Waits{N: 1, Met: 1, Missed: 1}, Load: []console.Load{{Member: markup, Work: 1, Sleep: 2}},
	}, d.fail
}

func (d *desk) FAQ(_ context.Context, _ string, now time.Time) (console.FAQ, error) {
	return console.FAQ{
		Entries: []console.Entry{{ID: "backup", Title: markup, Answers: 12, Helpful: 3, Unhelpful: 1}}, Collected: []console.Collected{{Ref: "E1", Entry: markup, Question: markup, Answer: markup, By: markup, At: now}}, Asked: 3, Since: now, AnswerAt: .55, OfferAt: .4,
		Gaps: []console.Gap{{Question: markup, Count: 3, NearestTitle: markup, Score: .2, Last: now}},
	}, d.fail
}

func (d *desk) Ask(_ context.Context, question, _ string, _ time.Time) (console.Answer, error) {
	return console.Answer{
		Question: question, Action: "answer", Intent: "faq", Text: "**15** 天 " + markup, Reasons: []string{markup}, Source: "faq",
		Candidates: []console.Candidate{{ID: "backup", Title: markup, Score: .72}},
	}, d.fail
}

func (d *desk) Export(_ context.Context, id string) ([]byte, bool, error) {
	return []byte(`{"id":"C1"}`), id == "C1", d.fail
}

func (d *desk) Members(context.Context) ([]console.Member, error) {
	return []console.Member{{Key: "li", Name: markup}}, d.fail
}

const token = "a long random token"

var errAway = errors.New("redis: connection refused")

func newConsole(t *testing.T) (*desk, *console.Console) {
	t.Helper()
	d := &desk{}
	c, err := console.New(d, map[string]string{"duty-manager": token, "other": "b"}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return d, c
}

func ask(t *testing.T, c http.Handler, method, path string, form url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

// signIn returns what puts the session's cookie into a request.
func signIn(t *testing.T, c http.Handler, change ...func(*http.Request)) (func(*http.Request), *http.Cookie) {
	t.Helper()
	w := ask(t, c, http.MethodPost, "/console/login", url.Values{"token": {token}}, change...)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("%d %v", w.Code, cookies)
	}
	return func(r *http.Request) { r.AddCookie(cookies[0]) }, cookies[0]
}

// everyPage are the addresses of all pages, and what stands on them in both
// languages.
func everyPage() map[string][2]string {
	return map[string][2]string{
		"/console/": {"谁在值班", "On duty"}, "/console/cases": {"服务有效期", "Validity"}, "/console/cases/C1": {"参与者", "Participants"},
		"/console/escalations": {"多久接单", "Taken after"}, "/console/escalations/E1": {"呼叫梯队", "The ladder"}, "/console/rota": {"换班", "Change a shift"},
		"/console/faq": {"试一个问题", "Try a question"}, "/console/calendar": {"法定节假日", "Holiday"}, "/console/insight": {"等了多久", "How long people waited"},
		"/console/audit": {"做了什么", "Did"}, "/console/health": {"本月额度", "Quota of this month"},
	}
}

func pagesInOrder() []string { return slices.Sorted(maps.Keys(everyPage())) }
