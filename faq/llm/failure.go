package llm

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/sashabaranov/go-openai"
)

// The kinds of failure, as they are logged and counted.
const (
	kindTimeout  = "timeout"
	kindGone     = "gone" // whoever asked has left, or the program ends
	kindNetwork  = "network"
	kindStatus   = "status"
	kindGarbage  = "garbage"
	kindRedirect = "redirect"
	kindBusy     = "busy"    // as many requests as allowed are under way
	kindResting  = "resting" // after too many failures in a row
)

// failure is why there is no reply. It holds nothing that an endpoint said: error
// texts repeat keys and people's words.
type failure struct {
	kind   string
	status int
	after  time.Duration // what the endpoint asks to wait; 0: nothing
}

func (f *failure) Error() string {
	if f.status != 0 {
		return "language model: status " + strconv.Itoa(f.status)
	}
	return "language model: " + f.kind
}

func isKind(err error, kind string) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.kind == kind
}

// passing reports whether the same request may do better in a moment.
func (f *failure) passing() bool {
	return f.kind == kindNetwork || f.status == http.StatusTooManyRequests || f.status >= 500
}

// refused reports whether the request itself was not liked.
func (f *failure) refused() bool {
	return f.status == http.StatusBadRequest || f.status == http.StatusUnprocessableEntity
}

var (
	errTooLarge = errors.New("the response is too large")
	errRedirect = errors.New("redirected to another host")
)

// classify turns an error of the client into a failure without its text.
func classify(ctx context.Context, err error, header http.Header) *failure {
	if e, ok := errors.AsType[*openai.APIError](err); ok && e.HTTPStatusCode != 0 {
		return &failure{kind: kindStatus, status: e.HTTPStatusCode, after: retryAfter(header)}
	}
	if e, ok := errors.AsType[*openai.RequestError](err); ok {
		return &failure{kind: kindStatus, status: e.HTTPStatusCode, after: retryAfter(header)}
	}
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, mistyped := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &failure{kind: kindTimeout}
	case ctx.Err() != nil:
		return &failure{kind: kindGone}
	case errors.Is(err, errRedirect):
		return &failure{kind: kindRedirect}
	case syntax, mistyped, errors.Is(err, errTooLarge):
		return &failure{kind: kindGarbage}
	}
	return &failure{kind: kindNetwork}
}

// retryAfter reads the header: seconds or a date (RFC 9110, 10.2.3).
func retryAfter(h http.Header) time.Duration {
	v := h.Get("Retry-After")
	if s, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(s, 0), 3600)) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
