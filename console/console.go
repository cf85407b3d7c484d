package console

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

//go:embed page
var files embed.FS

// Console answers /console/….
type Console struct {
	desk   Desk
	tokens map[string]string
	zone   *time.Location
	pages  *template.Template
	tries  attempts
	mux    http.Handler
}

// New makes a console for the holders of tokens, by name. Times are shown in the
// zone. It fails only if a page cannot be read.
func New(desk Desk, tokens map[string]string, zone *time.Location) (*Console, error) {
	c := &Console{desk: desk, tokens: tokens, zone: zone}
	pages, err := template.New("").Funcs(c.funcs()).ParseFS(files, "page/*.html")
	if err != nil {
		return nil, err
	}
	c.pages = pages
	mux := http.NewServeMux()
	mux.HandleFunc("GET /console/style.css", c.style)
	mux.HandleFunc("GET /console/login", func(w http.ResponseWriter, r *http.Request) { c.show(w, r, http.StatusOK, "login", nil) })
	mux.HandleFunc("POST /console/login", c.login)
	mux.HandleFunc("POST /console/logout", c.logout)
	mux.HandleFunc("GET /console/{$}", c.signedIn(c.now))
	mux.HandleFunc("GET /console/cases/{id}", c.signedIn(c.oneCase))
	mux.HandleFunc("GET /console/escalations/{id}", c.signedIn(c.oneEscalation))
	mux.HandleFunc("POST /console/do", c.signedIn(c.do))
	c.mux = http.NewCrossOriginProtection().Handler(mux)
	return c, nil
}

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	c.mux.ServeHTTP(w, r.WithContext(ctx))
}

type signed func(w http.ResponseWriter, r *http.Request, name string)

// signedIn sends everybody else to the sign-in, or says 401 to what is no page.
func (c *Console) signedIn(next signed) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, ok := c.session(r)
		switch {
		case ok:
			next(w, r, name)
		case r.Method == http.MethodGet:
			http.Redirect(w, r, "/console/login", http.StatusSeeOther)
		default:
			http.Error(w, "sign in first", http.StatusUnauthorized)
		}
	}
}

func (c *Console) login(w http.ResponseWriter, r *http.Request) {
	log := zerolog.Ctx(r.Context())
	if !c.tries.allow(remoteHost(r)) {
		w.Header().Set("Retry-After", "10")
		c.show(w, r, http.StatusTooManyRequests, "login", "later")
		return
	}
	name, ok := c.who(r.PostFormValue("token"))
	if !ok {
		log.Warn().Str("from", remoteHost(r)).Msg("console sign-in refused")
		c.show(w, r, http.StatusUnauthorized, "login", "wrong")
		return
	}
	log.Info().Str("name", name).Str("from", remoteHost(r)).Msg("console sign-in")
	setSession(w, r, c.seal(name, time.Now().Add(sessionFor)), sessionFor)
	http.Redirect(w, r, "/console/", http.StatusSeeOther)
}

func (c *Console) logout(w http.ResponseWriter, r *http.Request) {
	setSession(w, r, "", -time.Second)
	http.Redirect(w, r, "/console/login", http.StatusSeeOther)
}

func (c *Console) now(w http.ResponseWriter, r *http.Request, name string) {
	n, err := c.desk.Now(r.Context(), time.Now())
	if err != nil {
		c.away(w, r, err)
		return
	}
	c.show(w, r, http.StatusOK, "now", struct {
		Now
		Name string
	}{n, name})
}

func (c *Console) oneCase(w http.ResponseWriter, r *http.Request, _ string) {
	v, found, err := c.desk.Case(r.Context(), strings.ToUpper(r.PathValue("id")))
	c.one(w, r, "case", v, found, err)
}

func (c *Console) oneEscalation(w http.ResponseWriter, r *http.Request, _ string) {
	v, found, err := c.desk.Escalation(r.Context(), strings.ToUpper(r.PathValue("id")))
	c.one(w, r, "escalation", v, found, err)
}

func (c *Console) one(w http.ResponseWriter, r *http.Request, page string, v any, found bool, err error) {
	switch {
	case err != nil:
		c.away(w, r, err)
	case !found:
		c.show(w, r, http.StatusNotFound, "missing", nil)
	default:
		c.show(w, r, http.StatusOK, page, v)
	}
}

func (c *Console) do(w http.ResponseWriter, r *http.Request, name string) {
	if err := c.desk.Do(r.Context(), r.PostFormValue("action"), r.PostFormValue("value"), name, time.Now()); err != nil {
		c.away(w, r, err)
		return
	}
	http.Redirect(w, r, "/console/", http.StatusSeeOther)
}

// away says that something did not work; the cause is for the log.
func (c *Console) away(w http.ResponseWriter, r *http.Request, err error) {
	zerolog.Ctx(r.Context()).Warn().Err(err).Str("path", r.URL.Path).Msg("console page failed")
	c.show(w, r, http.StatusServiceUnavailable, "away", nil)
}

// content is what every page is given.
type content struct {
	ZH   bool
	Page string
	Data any
}

func (c *Console) show(w http.ResponseWriter, r *http.Request, status int, page string, data any) {
	var b bytes.Buffer
	if err := c.pages.ExecuteTemplate(&b, page+".html", content{ZH: chinese(r), Page: page, Data: data}); err != nil {
		zerolog.Ctx(r.Context()).Error().Err(err).Str("page", page).Msg("console page cannot be rendered")
		http.Error(w, "this page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the viewer is gone
}

// chinese is the language that ?lang= or else the browser asks for.
func chinese(r *http.Request) bool {
	if l := r.URL.Query().Get("lang"); l != "" {
		return l == "zh"
	}
	return !strings.HasPrefix(r.Header.Get("Accept-Language"), "en")
}

func (c *Console) style(w http.ResponseWriter, _ *http.Request) {
	b, err := files.ReadFile("page/style.css")
	if err != nil {
		http.Error(w, "not there", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(b)
}

// choice is a button.
type choice struct{ Value, Label string }

func (c *Console) funcs() template.FuncMap {
	return template.FuncMap{
		"t": func(zh bool, chinese, english string) string {
			if zh {
				return chinese
			}
			return english
		},
		"at": func(t time.Time) string {
			if t.IsZero() {
				return "–"
			}
			return t.In(c.zone).Format("01-02 15:04")
		},
		"left": func(t time.Time) string {
			if t.IsZero() {
				return "–"
			}
			return time.Until(t).Round(time.Second).String()
		},
		"lines": func(zh bool, ls []Line) content { return content{ZH: zh, Data: ls} },
		"modes": func(zh bool) []choice {
			if zh {
				return []choice{{"open", "营业"}, {"closed", "休息"}, {"auto", "自动"}}
			}
			return []choice{{"open", "open"}, {"closed", "closed"}, {"auto", "auto"}}
		},
		// part is how far a span has gone by, in percent.
		"part": func(from, to time.Time) int {
			if !to.After(from) {
				return 0
			}
			return int(max(0, min(100, 100*time.Since(from)/to.Sub(from))))
		},
		"share": func(used, limit int64) int64 {
			if limit <= 0 {
				return 0
			}
			return min(100, 100*used/limit)
		},
	}
}
