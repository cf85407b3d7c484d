package console

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// pageSize is how many rows a list shows at a time.
const pageSize = 50

// list is a page of a list, and the way to its neighbours.
type list struct {
	Query
	All, First, Last int
	Prev, Next       string
	States           []tab
	Partial          bool
	Cases            []Case
	Escalations      []Escalation
}

// tab is a filter.
type tab struct {
	State, To string
	Chosen    bool
}

// queryOf reads the filter of a list; what makes no sense is left out.
func queryOf(r *http.Request) Query {
	q := Query{Words: strings.TrimSpace(clip(r.URL.Query().Get("q"), 100)), State: "open", Size: pageSize}
	switch s := r.URL.Query().Get("state"); s {
	case "closed", "all":
		q.State = s
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && n > 1 && n <= 1_000_000 {
		q.From = (n - 1) * pageSize
	}
	return q
}

// newList draws up the frame around n rows of all.
func newList(path string, q Query, n, all int) list {
	at := func(state string, from int) string {
		v := url.Values{"state": {state}}
		if q.Words != "" {
			v.Set("q", q.Words)
		}
		if from > 0 {
			v.Set("page", strconv.Itoa(from/pageSize+1))
		}
		return path + "?" + v.Encode()
	}
	l := list{Query: q, All: all, Last: q.From + n}
	if n > 0 {
		l.First = q.From + 1
	}
	if q.From > 0 {
		l.Prev = at(q.State, max(0, min(q.From, all)-pageSize))
	}
	if l.Last < all && n > 0 {
		l.Next = at(q.State, q.From+pageSize)
	}
	for _, s := range [...]string{"open", "closed", "all"} {
		l.States = append(l.States, tab{State: s, To: at(s, 0), Chosen: s == q.State})
	}
	return l
}

func (c *Console) casesPage(w http.ResponseWriter, r *http.Request, name string) {
	q := queryOf(r)
	found, err := c.desk.Cases(r.Context(), q, time.Now())
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	l := newList("/console/cases", q, len(found.List), found.All)
	l.Cases, l.Partial = found.List, found.Partial
	c.show(w, r, http.StatusOK, view{Page: "cases", Section: "cases", Name: name, Data: l})
}

func (c *Console) escalationsPage(w http.ResponseWriter, r *http.Request, name string) {
	q := queryOf(r)
	found, err := c.desk.Escalations(r.Context(), q, time.Now())
	if err != nil {
		c.away(w, r, name, err)
		return
	}
	l := newList("/console/escalations", q, len(found.List), found.All)
	l.Escalations = found.List
	c.show(w, r, http.StatusOK, view{Page: "escalations", Section: "escalations", Name: name, Data: l})
}

func (c *Console) casePage(w http.ResponseWriter, r *http.Request, name string) {
	one, found, err := c.desk.Case(r.Context(), strings.ToUpper(r.PathValue("id")), languageOf(r))
	c.one(w, r, view{Page: "case", Section: "cases", Name: name, Data: one}, found, err)
}

func (c *Console) escalationPage(w http.ResponseWriter, r *http.Request, name string) {
	one, found, err := c.desk.Escalation(r.Context(), strings.ToUpper(r.PathValue("id")), name)
	var team []Member
	if err == nil {
		team, err = c.desk.Members(r.Context())
	}
	c.one(w, r, view{Page: "escalation", Section: "escalations", Name: name, Data: struct {
		Escalation
		Team []Member
	}{one, team}}, found, err)
}

func (c *Console) one(w http.ResponseWriter, r *http.Request, v view, found bool, err error) {
	switch {
	case err != nil:
		c.away(w, r, v.Name, err)
	case !found:
		c.missingPage(w, r, v.Name)
	default:
		c.show(w, r, http.StatusOK, v)
	}
}

func (c *Console) export(w http.ResponseWriter, r *http.Request, name string) {
	id := strings.ToUpper(r.PathValue("id"))
	body, found, err := c.desk.Export(r.Context(), id)
	if err != nil || !found || !refForm.MatchString(id) {
		c.one(w, r, view{Name: name}, false, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.json"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
