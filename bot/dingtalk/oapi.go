package dingtalk

import (
	"context"
	"net/http"
	"net/url"
)

// postOld calls the old host, which takes the token in the query and answers
// failures with status 200 and an errcode. metered is empty for the calls that
// the platform does not count (contacts).
func (a *API) postOld(ctx context.Context, path, metered string, in, out any) error {
	return a.withToken(ctx, func(token string) error {
		return a.limited(ctx, path, request{
			method: http.MethodPost, url: a.cfg.OAPIHost + path + "?access_token=" + url.QueryEscape(token),
			in: in, out: out, metered: metered,
		})
	})
}

// get reads from the new host.
func (a *API) get(ctx context.Context, path string, query url.Values, out any) error {
	return a.withToken(ctx, func(token string) error {
		return a.limited(ctx, path, request{
			method: http.MethodGet, url: a.cfg.APIHost + path + "?" + query.Encode(), token: token, out: out, metered: "api",
		})
	})
}
