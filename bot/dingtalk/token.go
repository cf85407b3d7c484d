package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// refreshEarly is how long before its end a token is replaced.
const refreshEarly = 10 * time.Minute

// tokens keeps the access token; however many callers want a new one, one asks.
type tokens struct {
	api   *API
	group *singleflight.Group

	mu      sync.Mutex
	token   string
	expires time.Time
}

// inTime is get for a call that follows what began at start. When a slow platform
// left too little time for it, the call is not begun: given up half way it may be
// done all the same.
func (t *tokens) inTime(ctx context.Context, refused string, start time.Time) (string, error) {
	token, err := t.get(ctx, refused)
	if err != nil {
		return "", err
	}
	if dl, ok := ctx.Deadline(); ok && time.Since(start) > time.Second && time.Until(dl) < callWithin {
		return "", &failure{verdict: verdictRetry, err: errors.New("the access token came late")}
	}
	return token, nil
}

// get returns a token that is not the one that was refused.
func (t *tokens) get(ctx context.Context, refused string) (string, error) {
	if token, ok := t.cached(refused, time.Now()); ok {
		return token, nil
	}
	// The caller that asks must not make the others fail by giving up.
	ch := t.group.DoChan("token", func() (any, error) { return t.fetch(context.WithoutCancel(ctx)) })
	select {
	case <-ctx.Done():
		return "", &failure{verdict: verdictRetry, err: fmt.Errorf("wait for access token: %w", ctx.Err())}
	case r := <-ch:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil //nolint:errcheck,forcetypeassert // fetch returns a string
	}
}

func (t *tokens) cached(refused string, now time.Time) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.token, t.token != "" && t.token != refused && now.Before(t.expires)
}

func (t *tokens) fetch(ctx context.Context) (string, error) {
	var answer struct {
		AccessToken string `json:"accessToken"`
		ExpireIn    int64  `json:"expireIn"` // seconds
	}
	err := t.api.call(ctx, request{
		method: http.MethodPost, url: t.api.cfg.APIHost + "/v1.0/oauth2/accessToken",
		in:  map[string]string{"appKey": t.api.cfg.ClientID, "appSecret": t.api.cfg.ClientSecret},
		out: &answer,
	})
	if f, ok := errors.AsType[*failure](err); ok && (f.aboutCredentials() || f.verdict == verdictToken) {
		// Retryable: a secret can be mended while messages wait.
		return "", &failure{verdict: verdictRetry, status: f.status, code: f.code, err: fmt.Errorf("%w (code %s)", ErrCredentials, f.code)}
	}
	if err != nil {
		return "", err
	}
	if answer.AccessToken == "" {
		return "", &failure{verdict: verdictRetry, err: errors.New("dingtalk answered without an access token")}
	}
	life := time.Duration(answer.ExpireIn) * time.Second
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token, t.expires = answer.AccessToken, time.Now().Add(max(life-refreshEarly, life/2))
	return t.token, nil
}
