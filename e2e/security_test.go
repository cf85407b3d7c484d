package e2e_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guanjia/dingsim"
)

// Secrets that nobody could write by chance.
const (
	markRedis       = "redis-password-zebra"
	markWrongRedis  = "redis-password-quagga"
	markModel       = "sk-model-key-okapi"
	markMarketplace = "marketplace-key-tapir"
	markConsole     = "console-token-ibex"
	markWrongSecret = "client-secret-gnu"
	markShop        = "c2VjcmV0LW9mLXRoZS1zaG9wLWxsYW1h"
)

// vault is a DingTalk and a model endpoint that know what secrets they saw.
type vault struct {
	*world
	t     *testing.T
	mu    sync.Mutex
	given []string // tokens and tickets that the platform gave away
	asked int      // times that the model was asked with its key
}

var givenAway = regexp.MustCompile(`"(?:ticket|accessToken)":\s*"([^"]+)"`)

func newVault(t *testing.T) *vault {
	t.Helper()
	w, err := worldIn(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.end)
	v := &vault{world: w, t: t}
	w.secrets = []string{markRedis, markWrongRedis, markModel, markMarketplace, markConsole, markWrongSecret, markShop}
	v.must(w.tellRedis("CONFIG SET requirepass " + markRedis))
	platform := httptest.NewServer(v.listening())
	t.Cleanup(platform.Close)
	model := httptest.NewServer(http.HandlerFunc(v.model))
	t.Cleanup(model.Close)
	for name, value := range map[string]string{
		"REDIS_URL":                        "redis://:" + markRedis + "@127.0.0.1:" + strconv.Itoa(w.redisPort) + "/0",
		"DINGTALK_API_HOST":                platform.URL,
		"HTTP_MARKETPLACE_KEY":             markMarketplace,
		"HTTP_PURCHASE_SECRETS":            "whsec_" + markShop,
		"HTTP_CONSOLE_TOKENS_DUTY_MANAGER": markConsole,
		"LLM_BASE_URL":                     model.URL + "/v1",
		"LLM_API_KEY":                      markModel,
		"LLM_MODEL":                        "m",
	} {
		t.Setenv("GUANJIA_"+name, value)
	}
	return v
}

func (v *vault) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// listening passes everything on to the simulator, and remembers what it gives.
func (v *vault) listening() http.Handler {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: v.addr})
	proxy.ModifyResponse = func(r *http.Response) error {
		b, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(b))
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, m := range givenAway.FindAllSubmatch(b, -1) {
			v.given = append(v.given, string(m[1]))
		}
		return err
	}
	return proxy
}

// model refuses the key and repeats it, as some endpoints do.
func (v *vault) model(w http.ResponseWriter, r *http.Request) {
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	v.mu.Lock()
	defer v.mu.Unlock()
	if key == markModel {
		v.asked++
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, `{"error":{"message":"Incorrect API key provided: `+key+`","type":"invalid_request_error","code":"invalid_api_key"}}`)
}

// search fails for every secret that an output holds.
func (v *vault) search(name, output string) {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.tells(output); s != "" {
		v.t.Errorf("%s holds a secret, %s:\n%s", name, s, around(output, s))
	}
	for _, s := range v.given {
		if strings.Contains(output, s) {
			v.t.Errorf("%s holds a token or ticket:\n%s", name, around(output, s))
		}
	}
}

func around(text, word string) string {
	i := strings.Index(text, word)
	return text[max(0, i-200):min(len(text), i+200)]
}

// ask makes a request to the bot and searches all that comes back.
func (v *vault) ask(method, path, body string, header map[string]string) int {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1:"+strconv.Itoa(v.bots["a"].port)+path, strings.NewReader(body))
	v.must(err)
	for k, h := range header {
		r.Header.Set(k, h)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	v.must(err)
	defer resp.Body.Close() //nolint:errcheck // read to its end
	b, err := io.ReadAll(resp.Body)
	v.must(err)
	v.search(method+" "+path, string(b))
	for name, values := range resp.Header {
		v.search(method+" "+path+" "+name, strings.Join(values, " "))
	}
	return resp.StatusCode
}

// run is a command of the program, whatever becomes of it, with more settings.
func (v *vault) run(env map[string]string, args ...string) (code int) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env = v.dir, os.Environ()
	for k, e := range env {
		cmd.Env = append(cmd.Env, "GUANJIA_"+k+"="+e)
	}
	out, _ := cmd.CombinedOutput() // its exit code is looked at
	v.search(strings.Join(args, " "), string(out))
	return cmd.ProcessState.ExitCode()
}

func (v *vault) says(who, words string) {
	v.t.Helper()
	_, err := v.sim.Say(dingsim.Say{From: who, Text: words})
	v.must(err)
}

func (v *vault) waits(what string, ok func() bool) {
	v.t.Helper()
	if !eventually(30*time.Second, ok) {
		v.t.Fatalf("not in time: %s\n%s", what, v.bots["a"].text())
	}
}

// TestNoOutputHoldsASecret runs the real binary through what it does and what can
// go wrong, and searches everything that comes out of it.
func TestNoOutputHoldsASecret(t *testing.T) {
	v := newVault(t)
	v.allowed = append(v.allowed, regexp.MustCompile(`.`)) // errors are what this is about
	v.must(v.start(nil, []string{"a"}))
	v.talk()
	v.knockAtTheDoors()
	v.loseRedis()
	v.reloadBadly()
	v.useTheCommands()
	if v.asked == 0 || len(v.given) < 2 {
		t.Errorf("the model was asked %d times, %d tokens were given: the test sees too little", v.asked, len(v.given))
	}
	v.searchRedis()
	a := v.bots["a"]
	v.must(v.stop(nil, []string{"a"}))
	v.search("the log", a.text())
}

// talk has people served while the platform refuses what it can.
func (v *vault) talk() {
	v.says("cust001", "这个服务跟我们自己买的防火墙到底有什么关系呢")
	v.says("cust001", "我们被勒索了，快来人！")
	v.waits("a page", func() bool {
		return v.told(func(r dingsim.Record) bool { return strings.Contains(r.Text, "接单 E") })
	})
	for i, fault := range []string{
		`{"refuse_token":true}`, `{"refuse_token":false,"webhook_errcode":300001}`, `{"qps":1}`, `{"qps":0,"open_status":503,"disconnect_every":"1s"}`,
		`{"webhook_errcode":0,"open_status":0,"disconnect_every":"0s"}`,
	} {
		v.must(v.sim.SetFaults(fault))
		v.says("cust002", "服务器被入侵了，快来人 "+strconv.Itoa(i))
		eventually(1500*time.Millisecond, func() bool { return false })
	}
}

// knockAtTheDoors asks for every page and hook, with wrong and right keys.
func (v *vault) knockAtTheDoors() {
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for _, path := range []string{
		"/healthz", "/readyz", "/metrics", "/", "/none", "/console/", "/console/login", "/console/none", "/hooks/none",
		"/hooks/aliyun-marketplace?action=createInstance&orderBizId=1&token=" + strings.Repeat("0", 32),
	} {
		v.ask(http.MethodGet, path, "", nil)
	}
	v.ask(http.MethodPost, "/hooks/purchases", `{}`, map[string]string{
		"webhook-id": "x", "webhook-timestamp": strconv.FormatInt(time.Now().Unix(), 10), "webhook-signature": "v1,AAAA",
	})
	v.ask(http.MethodPost, "/hooks/purchases", strings.Repeat("x", 65<<10), nil)
	v.ask(http.MethodPost, "/console/login", "token="+markConsole+"x", form)
	if code := v.ask(http.MethodPost, "/console/login", "token="+markConsole, form); code != http.StatusSeeOther {
		v.t.Errorf("the token is not taken: %d", code)
	}
	v.ask(http.MethodPost, "/console/do", "do=ack", form)
	if code := v.run(nil, "purchase", "send", "--order", "o-1", "--company", "某电商", "--config", v.config()); code != 0 {
		v.t.Errorf("the purchase is not taken: %d", code)
	}
}

func (v *vault) config() string { return filepath.Join(v.dir, "a.yaml") }

func (v *vault) loseRedis() {
	v.must(v.killRedis())
	v.says("cust001", "Redis 不在的时候说的话")
	v.waits("not ready", func() bool { return v.ask(http.MethodGet, "/readyz", "", nil) == http.StatusServiceUnavailable })
	v.run(nil, "purchase", "send", "--order", "o-2", "--company", "某电商", "--config", v.config())
	v.run(nil, "case", "list", "--config", v.config())
	v.ask(http.MethodGet, "/metrics", "", nil)
	v.must(v.startRedis("--requirepass", markRedis))
	v.waits("ready again", func() bool { return v.ask(http.MethodGet, "/readyz", "", nil) == http.StatusOK })
}

// reloadBadly puts mistakes beside secrets.
func (v *vault) reloadBadly() {
	good, err := os.ReadFile(v.config())
	v.must(err)
	bad := string(good) + "\nllm: {api_key: [" + markModel + "]}\nprobe: {webhook: \"http://x.example/" + markWrongSecret + "\n"
	v.must(os.WriteFile(v.config(), []byte(bad), 0o600))
	v.must(v.bots["a"].cmd.Process.Signal(syscall.SIGHUP))
	v.waits("the mistake in the log", func() bool { return strings.Contains(v.bots["a"].text(), "a.yaml:") })
	v.run(nil, "check", "--config", v.config())
	v.must(os.WriteFile(v.config(), good, 0o600))
}

// useTheCommands runs them with what is right and with what is not.
func (v *vault) useTheCommands() {
	for _, args := range [][]string{
		{"check"}, {"check", "--live"}, {"case", "list"}, {"case", "export"}, {"faq", "ask", "这个服务跟防火墙有什么关系"}, {"erase", "--user", "cust002"},
	} {
		v.run(nil, append(args, "--config", v.config())...)
	}
	wrongRedis := map[string]string{"REDIS_URL": "redis://:" + markWrongRedis + "@127.0.0.1:" + strconv.Itoa(v.redisPort) + "/0"}
	v.run(wrongRedis, "check", "--live", "--config", v.config())
	v.run(wrongRedis, "case", "list", "--config", v.config())
	for _, bad := range []string{"redis://:" + markWrongRedis + "%zz@h/0", "redis+sentinel://:" + markWrongRedis + "@h", "amqp://:" + markWrongRedis + "@h", markWrongRedis} {
		if code := v.run(map[string]string{"REDIS_URL": bad}, "check", "--live", "--config", v.config()); code == 0 {
			v.t.Errorf("%s is taken", bad)
		}
	}
	v.run(map[string]string{"HTTP_PURCHASE_SECRETS": markWrongSecret + "!"}, "check", "--config", v.config())
	wrong := map[string]string{"DINGTALK_CLIENT_SECRET": markWrongSecret, "HTTP_LISTEN": "127.0.0.1:0"}
	if code := v.run(wrong, "check", "--live", "--config", v.config()); code == 0 {
		v.t.Error("a wrong secret passes the check")
	}
	if code := v.run(wrong, "serve", "--config", v.config()); code != 1 {
		v.t.Errorf("a wrong secret: exit %d", code)
	}
}

// searchRedis looks into every key for what must not be kept.
func (v *vault) searchRedis() {
	v.t.Helper()
	v.t.Setenv("REDISCLI_AUTH", markRedis)
	// A reply address is kept with the message that it belongs to, and goes with it.
	for _, s := range append([]string{"sim-secret", "accessToken"}, append(v.secrets, v.given...)...) {
		if err := v.forgotten(nil, []string{s}); err != nil {
			v.t.Errorf("Redis: %v", err)
		}
	}
}
