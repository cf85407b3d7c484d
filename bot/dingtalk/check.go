package dingtalk

import (
	"context"
	"net/http"
	"net/url"
)

// CheckToken tries the credentials.
func (a *API) CheckToken(ctx context.Context) error {
	_, err := a.tokens.get(ctx, "")
	return err
}

// CheckGateway asks the stream gateway for a connection, which is not used.
func (a *API) CheckGateway(ctx context.Context) error { return a.knock(ctx) }

// CheckUser looks a member up by their id.
func (a *API) CheckUser(ctx context.Context, userID string) error {
	return a.withToken(ctx, func(token string) error {
		return a.call(ctx, request{
			method: http.MethodPost, url: a.cfg.OAPIHost + "/topapi/v2/user/get?access_token=" + url.QueryEscape(token),
			in: map[string]string{"userid": userID},
		})
	})
}
