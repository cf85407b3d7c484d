package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	cookieName = "guanjia_session"
	// sessionFor is how long a sign-in lasts: a shift.
	sessionFor = 12 * time.Hour
)

// who is the name that belongs to a token; every token is compared, each in
// constant time.
func (c *Console) who(token string) (name string, ok bool) {
	given := sha256.Sum256([]byte(token))
	for n, t := range c.tokens {
		want := sha256.Sum256([]byte(t))
		if t != "" && subtle.ConstantTimeCompare(given[:], want[:]) == 1 {
			name, ok = n, true
		}
	}
	return name, ok
}

// seal makes the value of a session's cookie. Its key is the token, so that it
// survives restarts, holds on every replica, and ends with the token.
func (c *Console) seal(name string, ends time.Time) string {
	body := base64.RawURLEncoding.EncodeToString([]byte(name)) + "." + strconv.FormatInt(ends.Unix(), 10)
	return body + "." + base64.RawURLEncoding.EncodeToString(c.mac(name, body))
}

func (c *Console) mac(name, body string) []byte {
	m := hmac.New(sha256.New, []byte("guanjia console\x00"+c.tokens[name]))
	m.Write([]byte(body))
	return m.Sum(nil)
}

// unseal is the name in a session's cookie, if the session is valid at now.
func (c *Console) unseal(value string, now time.Time) (name string, ok bool) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || len(value) > 512 {
		return "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return "", false
	}
	sum, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return "", false
	}
	name = string(raw)
	if c.tokens[name] == "" || !hmac.Equal(sum, c.mac(name, parts[0]+"."+parts[1])) {
		return "", false
	}
	ends, err := strconv.ParseInt(parts[1], 10, 64)
	return name, err == nil && now.Unix() < ends
}

// session is who is signed in with a request.
func (c *Console) session(r *http.Request) (name string, ok bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return "", false
	}
	return c.unseal(cookie.Value, time.Now())
}

// setSession sets or, with an empty value, ends a session. Secure is set behind
// https: ours, or that of a proxy on this machine.
func setSession(w http.ResponseWriter, r *http.Request, value string, age time.Duration) {
	setCookie(w, r, cookieName, value, age)
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure where the visitor has https, see overTLS
		Name: name, Value: value, Path: "/console/", MaxAge: int(age.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: overTLS(r),
	})
}

func overTLS(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	ip := net.ParseIP(remoteHost(r))
	return ip != nil && (ip.IsLoopback() || ip.IsPrivate()) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// visitor is the address that tries belong to: behind a proxy on this machine or
// network the one that the proxy saw, which it puts last.
func visitor(r *http.Request) string {
	peer := remoteHost(r)
	ip := net.ParseIP(peer)
	if ip == nil || !ip.IsLoopback() && !ip.IsPrivate() {
		return peer
	}
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	if seen := net.ParseIP(strings.TrimSpace(hops[len(hops)-1])); seen != nil {
		return seen.String()
	}
	return peer
}

// attempts bounds how often a sign-in is tried from one address, and in all.
type attempts struct {
	mu   sync.Mutex
	from map[string]*rate.Limiter
	all  *rate.Limiter
}

// The tries of one address: a few at once, then one every ten seconds.
const (
	triesAtOnce  = 5
	triesEvery   = 10 * time.Second
	allAtOnce    = 100
	allEvery     = time.Second
	maxAddresses = 10_000
)

func (a *attempts) allow(addr string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.from == nil || len(a.from) > maxAddresses {
		a.from = map[string]*rate.Limiter{}
	}
	if a.all == nil {
		a.all = rate.NewLimiter(rate.Every(allEvery), allAtOnce)
	}
	l, ok := a.from[addr]
	if !ok {
		l = rate.NewLimiter(rate.Every(triesEvery), triesAtOnce)
		a.from[addr] = l
	}
	return l.Allow() && a.all.Allow()
}
