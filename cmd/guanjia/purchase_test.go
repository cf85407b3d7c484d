package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const (
	firstSecret  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	secondSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
)

// shopWorld is a bot that answers every purchase event alike, and what it got.
type shopWorld struct {
	config string
	url    string
	status int
	reply  string
	got    []byte
}

// newShop makes a bot's web side and the configuration that names it.
func newShop(t *testing.T, secrets ...string) *shopWorld {
	t.Helper()
	s := &shopWorld{status: http.StatusAccepted, reply: `{"case":"C1","binding_code":"ABCD2345"}`}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signer, err := standardwebhooks.NewWebhook(firstSecret)
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || signer.Verify(body, r.Header) != nil || r.Method != http.MethodPost || r.URL.Path != "/hooks/purchases" {
			t.Errorf("%s %s: not signed with the first secret, or cut off: %v", r.Method, r.URL, err)
		}
		s.got = body
		if s.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.reply)
	}))
	t.Cleanup(web.Close)
	s.url = web.URL + "/hooks/purchases"
	s.config = filepath.Join(t.TempDir(), "guanjia.yaml")
	listen := strings.TrimPrefix(web.URL, "http://")
	text := "http: {listen: \"" + listen + "\", purchase_secrets: [\"" + strings.Join(secrets, `", "`) + "\"]}\n"
	if len(secrets) == 0 {
		text = "http: {listen: \"" + listen + "\"}\n"
	}
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// send runs guanjia purchase send.
func (s *shopWorld) send(in string, args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(append([]string{"purchase", "send", "--lang", "en", "--config", s.config}, args...), strings.NewReader(in), &o, &e)
	return code, o.String(), e.String()
}

func TestAPurchaseIsSentWithSensibleDefaults(t *testing.T) {
	s := newShop(t, firstSecret, secondSecret)
	orders := map[string]bool{}
	for range 2 {
		code, out, errOut := s.send("")
		if code != 0 || out != s.reply+"\n" || errOut != "" {
			t.Fatalf("exit code %d, says %q %q", code, out, errOut)
		}
		var e struct {
			Type      string
			Timestamp time.Time
			Data      struct {
				OrderID     string    `json:"order_id"`
				PurchasedAt time.Time `json:"purchased_at"`
				Product     string
				Customer    struct {
					Company  string
					Contacts []struct{ Name, Mobile string }
				}
			}
		}
		if err := json.Unmarshal(s.got, &e); err != nil {
			t.Fatal(err)
		}
		if age := time.Since(e.Data.PurchasedAt); e.Type != "purchase.created" || e.Data.Product != "emergency" || age < -time.Second || age > time.Minute || e.Data.Customer.Company == "" || e.Data.Customer.Contacts[0].Mobile == "" {
			t.Errorf("sent %s", s.got)
		}
		orders[e.Data.OrderID] = true
	}
	if len(orders) != 2 || orders[""] {
		t.Errorf("orders %v", orders)
	}
}

func TestAPurchaseIsSentAsTheFlagsOrTheFileSay(t *testing.T) {
	s := newShop(t, firstSecret)
	file := filepath.Join(t.TempDir(), "event.json")
	const event = "{\"type\": \"purchase.renewed\",\n \"data\":{\"order_id\":\"o-1\"}}\n"
	if err := os.WriteFile(file, []byte(event), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in   string
		args []string
		want []string
	}{
		"flags": {args: []string{"--order", "o-7", "--company", "A & B", "--contact", "王", "--mobile", "+85251234567", "--product", "professional"}, want: []string{
			`"order_id":"o-7"`, `"company":"A \u0026 B"`, `"name":"王"`, `"mobile":"+85251234567"`, `"product":"professional"`,
		}},
		"a renewal":      {args: []string{"--order", "o-7", "--type", "purchase.renewed"}, want: []string{`"data":{"order_id":"o-7"}`}},
		"a file":         {args: []string{"--json", file}, want: []string{event}},
		"standard input": {in: event, args: []string{"--json", "-"}, want: []string{event}},
		"an address":     {args: []string{"--url", s.url}, want: []string{"purchase.created"}},
	} {
		s.got = nil
		if code, _, errOut := s.send(c.in, c.args...); code != 0 {
			t.Errorf("%s: exit code %d, says %q", name, code, errOut)
		}
		for _, want := range c.want {
			if !strings.Contains(string(s.got), want) {
				t.Errorf("%s: sent %s, want %s", name, s.got, want)
			}
		}
	}
}

func TestWhatTheBotRefusesIsSaidWithARemedy(t *testing.T) {
	s := newShop(t, firstSecret)
	for name, c := range map[string]struct {
		status int
		reply  string
		says   string
	}{
		"401":             {401, `{"error":"x"}`, "purchase_secrets"},
		"400":             {400, `{"error":"x","field":"data.product"}`, "correct"},
		"unknown order":   {404, `{"error":"x","field":"data.order_id"}`, "purchase.created first"},
		"no hook":         {404, "404 page not found", "no purchase hook"},
		"409":             {409, `{"error":"x","field":"data.order_id"}`, "cancelled"},
		"413":             {413, `{"error":"x"}`, "64 KiB"},
		"503":             {503, `{"error":"x"}`, "/readyz"},
		"somebody else":   {418, "teapot", "something else"},
		"a redirection":   {302, "", "something else"},
		"an odd redirect": {307, "", "something else"},
	} {
		s.status, s.reply = c.status, c.reply
		code, out, errOut := s.send("")
		if code != 1 || !strings.Contains(out, c.reply) || !strings.Contains(errOut, c.says) || strings.Contains(out+errOut, firstSecret[6:]) {
			t.Errorf("%s: exit code %d, says %q %q", name, code, out, errOut)
		}
	}
}

func TestABotThatDoesNotRunIsSaid(t *testing.T) {
	s := newShop(t, firstSecret)
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that nobody has
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GUANJIA_HTTP_LISTEN", addr)
	if code, _, errOut := s.send(""); code != 1 || !strings.Contains(errOut, "is the bot running") {
		t.Errorf("exit code %d, says %q", code, errOut)
	}
}

func TestWrongUsageOfPurchaseSendIsNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		secrets []string
		args    []string
		says    string
	}{
		"no secret":         {nil, nil, "purchase_secrets"},
		"a strange secret":  {[]string{"whsec_!"}, nil, "purchase_secrets"},
		"no such file":      {[]string{firstSecret}, []string{"--json", "none.json"}, "none.json"},
		"another's machine": {[]string{firstSecret}, []string{"--url", "http://shop.example/hooks/purchases"}, "https"},
		"a tricky address":  {[]string{firstSecret}, []string{"--url", "http://127.0.0.1@shop.example/"}, "https"},
		"another protocol":  {[]string{firstSecret}, []string{"--url", "ftp://127.0.0.1/x"}, "https"},
		"no address":        {[]string{firstSecret}, []string{"--url", "://"}, "--url"},
		"an unknown flag":   {[]string{firstSecret}, []string{"--colour", "red"}, "--colour"},
	} {
		s := newShop(t, c.secrets...)
		code, out, errOut := s.send("", c.args...)
		if code != 2 || out != "" || !strings.Contains(errOut, c.says) || s.got != nil {
			t.Errorf("%s: exit code %d, says %q %q", name, code, out, errOut)
		}
	}
}
