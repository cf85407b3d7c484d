package llm

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sashabaranov/go-openai"
)

const (
	maxBody   = 2 << 20 // of a response, in bytes; the largest are embeddings
	maxHeader = 64 << 10
	maxTokens = 600 // of a reply
	tries     = 2   // of a request that fails in passing
	pause     = 300 * time.Millisecond
)

// client talks to one endpoint and to no other.
type client struct {
	api   *openai.Client
	model string
	embed string
	form  atomic.Int32 // the way of asking for JSON that the endpoint took last
}

func newClient(cfg Config) (*client, error) {
	u, err := url.Parse(cfg.BaseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("llm.base_url is no address of an OpenAI-compatible endpoint; write it like https://host/v1, and the key as llm.api_key")
	}
	c := openai.DefaultConfig(cfg.APIKey)
	c.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	transport := cfg.Transport
	if transport == nil {
		transport = &http.Transport{
			DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			IdleConnTimeout:        90 * time.Second,
			MaxIdleConnsPerHost:    cfg.Parallel,
			MaxResponseHeaderBytes: maxHeader,
			ForceAttemptHTTP2:      true,
		}
	}
	c.HTTPClient = &http.Client{Transport: limited{transport}, CheckRedirect: sameHost}
	return &client{api: openai.NewClientWithConfig(c), model: cfg.Model, embed: cfg.EmbeddingModel}, nil
}

// sameHost keeps words and key from being sent on to somebody else.
func sameHost(r *http.Request, via []*http.Request) error {
	if r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme || len(via) > 3 {
		return errRedirect
	}
	return nil
}

// limited bounds the responses of a transport.
type limited struct{ http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = &limitedBody{ReadCloser: res.Body, left: maxBody}
	return res, nil
}

type limitedBody struct {
	io.ReadCloser
	left int
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// retrying runs a request, and once more if it failed in passing and there is time
// for what the endpoint asks to wait.
func retrying(ctx context.Context, request func() *failure) *failure {
	for try := 1; ; try++ {
		f := request()
		if f == nil || try == tries || !f.passing() {
			return f
		}
		wait := max(f.after, pause+rand.N(pause)) //nolint:gosec // jitter is no secret
		if until, ok := ctx.Deadline(); ok && time.Until(until) <= wait {
			return f
		}
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return &failure{kind: kindGone}
		}
	}
}
