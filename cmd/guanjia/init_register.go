package main

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
	"unicode"
)

// registration makes a DingTalk app by a code that somebody scans (reference
// dingtalk.md §4.11). It calls the configured host and no other.
type registration struct {
	host   string
	client *http.Client
	least  time.Duration // shortest time between two looks
}

// registered is any answer of the three calls.
type registered struct {
	Errcode      int     `json:"errcode"`
	Errmsg       string  `json:"errmsg"`
	Nonce        string  `json:"nonce"`
	DeviceCode   string  `json:"device_code"`
	UserCode     string  `json:"user_code"`
	URL          string  `json:"verification_uri_complete"`
	ExpiresIn    float64 `json:"expires_in"` // seconds
	Interval     float64 `json:"interval"`   // seconds
	Status       string  `json:"status"`
	FailReason   string  `json:"fail_reason"`
	ClientID     string  `json:"client_id"`
	ClientSecret string  `json:"client_secret"`
}

var errRegistration = errors.New("no app was made")

// register shows the code, and waits for the app.
func register(env *environment, ans *answers) error {
	r := registration{host: strings.TrimRight(ans.oapiHost, "/"), least: time.Second, client: &http.Client{
		Timeout: 15 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	begun, err := r.begin(env.ctx)
	if err != nil {
		return fmt.Errorf("%w; %s", err, text(env.lang, "也可以在 open.dingtalk.com 手工创建应用，再用 --client-id", "you can make the app by hand on open.dingtalk.com, and use --client-id"))
	}
	fmt.Fprintf(env.out, text(env.lang, "用钉钉打开（或扫码）：%s\n核对代码：%s\n等待确认，最多 %d 分钟；Ctrl-C 放弃。\n", "open (or scan) with DingTalk: %s\nthe code shown there must be: %s\nwaiting at most %d minutes; Ctrl-C gives up.\n"),
		begun.URL, printable(begun.UserCode), int(begun.ExpiresIn/60))
	done, err := r.wait(env.ctx, begun)
	if err != nil {
		return err
	}
	probe := &answers{}
	if err := (&initCommand{}).appQuestion(env.lang, probe).take(done.ClientID); err != nil || !isSecret(done.ClientSecret) {
		return fmt.Errorf("%w: DingTalk gave credentials that cannot be used; make the app by hand", errRegistration)
	}
	ans.clientID, ans.secret, ans.secretEnv = done.ClientID, done.ClientSecret, ""
	fmt.Fprintf(env.out, "✓ Client ID %s\n", ans.clientID)
	return nil
}

// begin asks for a code.
func (r registration) begin(ctx context.Context) (registered, error) {
	first, err := r.call(ctx, "init", struct{}{})
	if err != nil {
		return registered{}, err
	}
	begun, err := r.call(ctx, "begin", map[string]string{"nonce": first.Nonce})
	if err != nil {
		return registered{}, err
	}
	page, err := url.Parse(begun.URL)
	if err != nil || begun.DeviceCode == "" || page.Host == "" || (page.Scheme != "https" && !strings.HasPrefix(r.host, "http://")) {
		return registered{}, fmt.Errorf("%w: the answer has no page to open", errRegistration)
	}
	begun.URL = page.String()
	begun.ExpiresIn = min(max(begun.ExpiresIn, 60), 7200)
	return begun, nil
}

// wait looks until the app is there, it was refused, or the code is too old. A
// network that fails in between is asked again.
func (r registration) wait(ctx context.Context, begun registered) (registered, error) {
	interval := min(max(time.Duration(begun.Interval*float64(time.Second)), r.least), 30*time.Second)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	over := time.NewTimer(time.Duration(begun.ExpiresIn) * time.Second)
	defer over.Stop()
	for {
		select {
		case <-ctx.Done():
			return registered{}, fmt.Errorf("%w: interrupted", errRegistration)
		case <-over.C:
			return registered{}, fmt.Errorf("%w: nobody confirmed in time; run it again", errRegistration)
		case <-tick.C:
		}
		got, err := r.call(ctx, "poll", map[string]string{"device_code": begun.DeviceCode})
		if err != nil {
			continue
		}
		switch strings.ToUpper(got.Status) {
		case "SUCCESS":
			return got, nil
		case "FAIL":
			return registered{}, fmt.Errorf("%w: refused: %s", errRegistration, printable(got.FailReason))
		case "EXPIRED":
			return registered{}, fmt.Errorf("%w: the code is too old; run it again", errRegistration)
		}
	}
}

func (r registration) call(ctx context.Context, step string, body any) (registered, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return registered{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.host+"/app/registration/"+step, bytes.NewReader(content))
	if err != nil {
		return registered{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := r.client.Do(req)
	if err != nil {
		return registered{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	var got registered
	err = json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&got)
	switch {
	case resp.StatusCode != http.StatusOK:
		return registered{}, fmt.Errorf("%w: %s answers %s", errRegistration, r.host, resp.Status)
	case err != nil:
		return registered{}, fmt.Errorf("%w: %s does not answer in JSON", errRegistration, r.host)
	case got.Errcode != 0:
		return registered{}, fmt.Errorf("%w: %s answers %d %s", errRegistration, r.host, got.Errcode, printable(got.Errmsg))
	}
	return got, nil
}

// printable is what a terminal may show of somebody else's words.
func printable(s string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s))
	return string(runes[:min(len(runes), 200)])
}
