package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// How long one call may take. The platform means to give up after 3 s, but an
// answer that is given up too early is a message said twice.
const (
	callWithin = 6 * time.Second
	// callsWithin bounds a call with its waiting and a new token; it is less than
	// the store's lease.
	callsWithin = 8 * time.Second
)

// openWithin bounds the first question of all: a slow answer that refuses the
// credentials must still be heard.
const openWithin = 10 * time.Second

// Limiter shares a budget of calls between replicas. It returns how long to wait
// before the call may be made; zero means now.
type Limiter interface {
	// Allow lets at most n calls through in any span of per.
	Allow(ctx context.Context, bucket string, n int, per time.Duration, now time.Time) (time.Duration, error)
	// Pace lets calls through a step apart, and up to burst of them at once when
	// there were none for a while. Those who may burst more go first.
	Pace(ctx context.Context, bucket string, step time.Duration, burst int, now time.Time) (time.Duration, error)
}

// Meter counts what the platform meters by the month.
type Meter interface {
	AddUsage(ctx context.Context, kind, month string, n int64) error
	// Usage is how many calls of a kind ("api", "stream") a month has seen.
	Usage(ctx context.Context, kind, month string) (int64, error)
}

// API calls DingTalk's two hosts.
type API struct {
	cfg    Config
	http   *http.Client
	limit  Limiter
	local  *localLimiter
	meter  Meter
	tokens *tokens
	sent   func(route string, err error)
}

// OnSent sets what is told of every message that was handed to the platform, or
// refused by it: route is webhook, oto, group or ding. It must be set before the
// first call, and must not block.
func (a *API) OnSent(told func(route string, err error)) { a.sent = told }

// The calls that carry messages to people.
const (
	pathUser         = "/v1.0/robot/oToMessages/batchSend"
	pathGroup        = "/v1.0/robot/groupMessages/send"
	pathServiceGroup = "/v1.0/serviceGroup/messages/send"
	pathDing         = "/v1.0/robot/ding/send"
)

// routeOf names the way by which a call carries a message to people, "" for any
// other call. Only reply addresses are metered as stream.
func routeOf(path, metered string) string {
	if metered == "stream" {
		return "webhook"
	}
	switch path {
	case pathUser:
		return "oto"
	case pathGroup, pathServiceGroup:
		return "group"
	case pathDing:
		return "ding"
	}
	return ""
}

// NewAPI makes a client. limit and meter may be nil: then this process alone
// counts, and only for itself.
func NewAPI(cfg Config, limit Limiter, meter Meter) *API {
	if cfg.RobotCode == "" {
		cfg.RobotCode = cfg.ClientID
	}
	a := &API{cfg: cfg, limit: limit, meter: meter, local: newLocalLimiter(), http: &http.Client{
		Timeout: callWithin,
		// A redirect would carry the token, or the words, to a host nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 3 * time.Second, ResponseHeaderTimeout: callWithin,
		},
	}}
	a.tokens = &tokens{api: a, group: &singleflight.Group{}}
	return a
}

// post calls the new host with the access token and decodes the answer into out.
func (a *API) post(ctx context.Context, path string, in, out any) error {
	return a.withToken(ctx, func(token string) error {
		return a.limited(ctx, path, request{
			method: http.MethodPost, url: a.cfg.APIHost + path, token: token, in: in, out: out, metered: "api",
		})
	})
}

// withToken does a call, and once more with a new token when the old one was
// not accepted.
func (a *API) withToken(ctx context.Context, do func(token string) error) error {
	start := time.Now()
	token, err := a.tokens.inTime(ctx, "", start)
	if err != nil {
		return err
	}
	err = do(token)
	if f, ok := errors.AsType[*failure](err); ok && f.verdict == verdictToken {
		if token, err = a.tokens.inTime(ctx, token, start); err != nil {
			return err
		}
		err = do(token)
	}
	return err
}

type request struct {
	method  string
	url     string
	token   string
	in      any
	out     any
	metered string // "api" or "stream" when the platform counts the call
	patient bool   // waits longer for the answer
}

// call makes one HTTP call. Its error is a *failure that says how to go on.
func (a *API) call(ctx context.Context, r request) error {
	var body io.Reader = http.NoBody
	if r.in != nil {
		b, err := json.Marshal(r.in)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	client, within := a.http, callWithin
	if r.patient {
		client, within = a.patientClient(), openWithin
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return redacted(err)
	}
	if r.in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("x-acs-dingtalk-access-token", r.token)
	}
	err = a.exchange(client, req, r)
	if route := routeOf(req.URL.Path, r.metered); route != "" && a.sent != nil {
		a.sent(route, err)
	}
	return err
}

// patientClient is for what must be heard however slowly it is said.
func (a *API) patientClient() *http.Client {
	c := *a.http
	c.Timeout = openWithin
	if t, ok := c.Transport.(*http.Transport); ok {
		t = t.Clone()
		t.ResponseHeaderTimeout, t.DisableKeepAlives = 0, true
		c.Transport = t
	}
	return &c
}

// exchange sends a request and judges the answer; r says what becomes of it.
func (a *API) exchange(client *http.Client, req *http.Request, r request) error {
	req.Header.Set("Accept", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return &failure{verdict: verdictAmbiguous, err: redacted(err)}
	}
	defer resp.Body.Close() //nolint:errcheck // nothing to do about it
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return &failure{verdict: verdictAmbiguous, status: resp.StatusCode, err: redacted(err)}
	}
	if f := judge(resp.StatusCode, answer); f != nil {
		return f
	}
	a.count(req.Context(), r.metered)
	if r.out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, r.out); err != nil {
		return &failure{verdict: verdictAmbiguous, status: resp.StatusCode, err: fmt.Errorf("decode answer: %w", err)}
	}
	return nil
}

// count adds to the month's usage; a send never fails for it.
func (a *API) count(ctx context.Context, kind string) {
	if kind == "" || a.meter == nil {
		return
	}
	_ = a.meter.AddUsage(ctx, kind, time.Now().Format("2006-01"), 1) // the figure is an estimate anyway
}

// knock asks the gateway for a connection with a client of our own, to see the
// status of a refusal. A refusal that does not name its reason is checked
// against the token endpoint, whose answer about credentials is unmistakable.
func (a *API) knock(ctx context.Context) error {
	type subscription struct {
		Type  string `json:"type"`
		Topic string `json:"topic"`
	}
	err := a.call(ctx, request{method: http.MethodPost, patient: true, url: a.cfg.APIHost + "/v1.0/gateway/connections/open", in: map[string]any{
		"clientId": a.cfg.ClientID, "clientSecret": a.cfg.ClientSecret, "ua": "guanjia",
		"subscriptions": []subscription{{"CALLBACK", "/v1.0/im/bot/messages/get"}},
	}})
	f, ok := errors.AsType[*failure](err)
	switch {
	case err == nil || !ok:
		return err
	case f.status == http.StatusUnauthorized || f.aboutCredentials():
		return ErrCredentials
	case f.status == http.StatusBadRequest || f.status == http.StatusForbidden:
		if _, terr := a.tokens.get(ctx, ""); errors.Is(terr, ErrCredentials) {
			return ErrCredentials
		}
	}
	return err
}

// redacted strips from an error what must not be logged: queries carry tokens,
// tickets and sessions.
func redacted(err error) error {
	if err == nil {
		return nil
	}
	if ue, ok := errors.AsType[*url.Error](err); ok {
		where, _, _ := strings.Cut(ue.URL, "?") // also of an address that is none
		if u, perr := url.Parse(ue.URL); perr == nil {
			where = u.Scheme + "://" + u.Host + u.Path
		}
		return fmt.Errorf("%s %s: %w", ue.Op, where, ue.Err)
	}
	if i := strings.Index(err.Error(), "ticket="); i >= 0 {
		return errors.New(err.Error()[:i] + "ticket=…")
	}
	return err
}
