package console

import (
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

func (c *Console) loginPage(w http.ResponseWriter, r *http.Request) {
	if _, ok := c.session(r); ok {
		http.Redirect(w, r, "/console/", http.StatusSeeOther)
		return
	}
	c.show(w, r, http.StatusOK, view{Page: "login"})
}

func (c *Console) login(w http.ResponseWriter, r *http.Request) {
	log := zerolog.Ctx(r.Context())
	if !c.tries.allow(visitor(r)) {
		w.Header().Set("Retry-After", "10")
		c.show(w, r, http.StatusTooManyRequests, view{Page: "login", Data: "later"})
		return
	}
	name, ok := c.who(r.PostFormValue("token"))
	if !ok {
		log.Warn().Str("from", visitor(r)).Msg("console sign-in refused")
		c.show(w, r, http.StatusUnauthorized, view{Page: "login", Data: "wrong"})
		return
	}
	log.Info().Str("name", name).Str("from", visitor(r)).Msg("console sign-in")
	now := time.Now()
	if err := c.desk.SignedIn(r.Context(), name, visitor(r), now); err != nil {
		log.Warn().Err(err).Msg("console sign-in is not in the audit") // the health page must be seen all the more
	}
	setSession(w, r, c.seal(name, now.Add(sessionFor)), sessionFor)
	http.Redirect(w, r, "/console/", http.StatusSeeOther)
}

func (c *Console) logout(w http.ResponseWriter, r *http.Request) {
	setSession(w, r, "", -time.Second)
	http.Redirect(w, r, "/console/login", http.StatusSeeOther)
}
