package console

import (
	"context"
	"embed"
	"net/http"
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
	pages  *pages
	tries  attempts
	live   *live
	mux    http.Handler
}

// New makes a console for the holders of tokens, by name. Times are shown in the
// zone. It fails only if a page cannot be read.
func New(desk Desk, tokens map[string]string, zone *time.Location) (*Console, error) {
	p, err := readPages(zone)
	if err != nil {
		return nil, err
	}
	c := &Console{desk: desk, tokens: tokens, zone: zone, pages: p, live: newLive()}
	c.mux = http.NewCrossOriginProtection().Handler(c.routes())
	return c, nil
}

func (c *Console) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /console/static/{name}", c.static)
	mux.HandleFunc("GET /console/login", c.loginPage)
	mux.HandleFunc("POST /console/login", c.login)
	mux.HandleFunc("POST /console/logout", c.logout)
	for path, page := range map[string]signed{
		"GET /console/{$}":               c.nowPage,
		"GET /console/live":              c.watch,
		"GET /console/cases":             c.casesPage,
		"GET /console/cases/{id}":        c.casePage,
		"GET /console/cases/{id}/export": c.export,
		"GET /console/escalations":       c.escalationsPage,
		"GET /console/escalations/{id}":  c.escalationPage,
		"GET /console/rota":              c.rotaPage,
		"GET /console/faq":               c.faqPage,
		"POST /console/faq":              c.faqPage,
		"GET /console/calendar":          c.calendarPage,
		"GET /console/insight":           c.insightPage,
		"GET /console/audit":             c.auditPage,
		"GET /console/health":            c.healthPage,
		"POST /console/do":               c.do,
		"GET /console/":                  c.missingPage,
	} {
		mux.HandleFunc(path, c.signedIn(page))
	}
	return mux
}

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header(), overTLS(r))
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if r.URL.Path != "/console/live" {
		ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
		defer cancel()
		r = r.WithContext(ctx)
	}
	c.mux.ServeHTTP(w, r)
}

// guard sets what browsers need to know to protect the page.
func guard(h http.Header, tls bool) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if tls {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// signed is a page for somebody who is signed in.
type signed func(w http.ResponseWriter, r *http.Request, name string)

// signedIn sends everybody else to the sign-in, or says 401 to what is no page.
func (c *Console) signedIn(next signed) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, ok := c.session(r)
		switch {
		case ok:
			next(w, r, name)
		case r.Method == http.MethodGet && r.URL.Path != "/console/live":
			http.Redirect(w, r, "/console/login", http.StatusSeeOther)
		default:
			http.Error(w, "sign in first", http.StatusUnauthorized)
		}
	}
}

// away says that something did not work; the cause is for the log.
func (c *Console) away(w http.ResponseWriter, r *http.Request, name string, err error) {
	zerolog.Ctx(r.Context()).Warn().Err(err).Str("path", r.URL.Path).Msg("console page failed")
	c.show(w, r, http.StatusServiceUnavailable, view{Page: "away", Name: name})
}

func (c *Console) missingPage(w http.ResponseWriter, r *http.Request, name string) {
	c.show(w, r, http.StatusNotFound, view{Page: "missing", Name: name})
}
