package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"guanjia/configs"
	"guanjia/store"
	"guanjia/store/storetest"
)

// typed is what a command prints and how it ends.
func typed(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(append(args, "--lang", "en"), strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

func TestWhatGoesWrongIsSaidWithItsRemedyAndTheRightCode(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	memory := write("memory.yaml", "redis: {url: memory}\n")
	away := write("away.yaml", "redis: {url: \"redis://127.0.0.1:1/0\"}\n")
	private := write("private.yaml", "redis: {url: \"\"}\n")
	badFAQ := write("bad.yaml", "faq: {dir: faq}\n")
	write("faq/page.yaml", "entries: [\n")
	noFAQ := write("none.yaml", "faq: {dir: nothing}\n")
	lacking := write("lacking.yaml", "dingtalk:\n  client_id: \"\"\n")
	t.Setenv("GUANJIA_REDIS_URL", "")
	os.Unsetenv("GUANJIA_REDIS_URL") //nolint:errcheck // put back by Setenv
	for _, tc := range []struct {
		args string
		code int
		want string
	}{
		{"dingsim --listen nonsense", exitUsage, "--listen: listen tcp: address nonsense: missing port in address; choose another address"},
		{"demo --listen 127.0.0.1:99999", exitUsage, "choose another address"},
		{"demo --pace 0s", exitUsage, "must be longer than nothing"},
		{"demo --pace soon", exitUsage, "write it like 20s, 5m, 36h or 5d"},
		{"case list --config " + memory, exitUsage, "redis.url is memory"},
		{"erase --user x --config " + memory, exitUsage, "redis.url is memory"},
		{"erase --user= --config " + away, exitUsage, "--user is empty"},
		{"faq gaps --config " + memory, exitUsage, "redis.url is memory"},
		{"case list --config " + away, exitFailed, "reachable from here?"},
		{"erase --user x --config " + away, exitFailed, "reachable from here?"},
		{"faq gaps --since 7d --config " + away, exitFailed, "reachable from here?"},
		{"check --config " + badFAQ, exitUsage, filepath.Join(dir, "faq", "page.yaml") + ":1:10: "},
		{"faq ask x --config " + noFAQ, exitUsage, "faq.dir " + filepath.Join(dir, "nothing") + ": no .yaml file"},
		{"serve --config " + lacking, exitUsage, lacking + ":2:14: dingtalk.client_id: is missing; take it from"},
		{"calendar import " + filepath.Join(dir, "none.ics"), exitUsage, "name a schedule file"},
		{"faq eval " + filepath.Join(dir, "none.jsonl"), exitUsage, "name a file of labelled questions"},
	} {
		code, _, said := typed(strings.Fields(tc.args)...)
		if code != tc.code || !strings.Contains(said, tc.want) {
			t.Errorf("guanjia %s: code %d, %s", tc.args, code, said)
		}
		if strings.Contains(said, "pool.go") {
			t.Errorf("guanjia %s: the client's own chatter: %s", tc.args, said)
		}
	}
	t.Setenv("PATH", dir)
	if code, out, _ := typed("check", "--live", "--config", private); code != exitFailed || !strings.Contains(out, "✗ redis: redis.url is empty, which needs redis-server") {
		t.Errorf("check --live without redis-server: %d %s", code, out)
	}
}

func TestQuestionsWithoutAnswersNeedNoConfigurationFile(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GUANJIA_REDIS_URL", "redis://127.0.0.1:1/0")
	if code, _, said := typed("faq", "gaps"); code != exitFailed || !strings.Contains(said, "127.0.0.1:1") {
		t.Errorf("%d: %s", code, said)
	}
}

func TestASignalToReloadNeverEndsTheProgram(t *testing.T) {
	cfg, err := configs.Parse("c.yaml", []byte("redis: {url: memory}\nhttp: {listen: \"127.0.0.1:0\"}\nfaq: {answer_at: 0.55, clarify_at: 0.41}\nlog: {level: error}\n"), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ctx := newLogger(cfg.Log, &log).WithContext(t.Context())
	s, err := newService(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.store.Close()
	defer s.listener.Close() //nolint:errcheck // nobody connects
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.hup:
	case <-time.After(5 * time.Second):
		t.Error("not heard")
	}
	if s.announce(ctx); !strings.Contains(log.String(), `"level":"warn","`) || !strings.Contains(log.String(), "nothing is kept") {
		t.Errorf("no banner: %s", log.String())
	}
}

func TestASignalToEndAtTheStartIsNoFailure(t *testing.T) {
	file := filepath.Join(t.TempDir(), "guanjia.yaml")
	text := "dingtalk: {client_id: sim, client_secret: s, api_host: \"http://127.0.0.1:1\", oapi_host: \"http://127.0.0.1:1\"}\n" +
		"redis: {url: \"\"}\nhttp: {listen: \"127.0.0.1:0\"}\nfaq: {answer_at: 0.55, clarify_at: 0.41}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	err := (&serveCommand{configFlag{file}}).Run(&environment{ctx: ended, out: io.Discard, errOut: io.Discard, lookup: os.LookupEnv, lang: "en"})
	if err != nil {
		t.Error(err)
	}
}

func TestARedisThatComesLateIsJudgedAllTheSame(t *testing.T) {
	srv := storetest.Start(t, "--appendonly", "no", "--save", "")
	srv.Kill()
	st, err := store.Open(t.Context(), store.Config{URL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	reader, writer := io.Pipe()
	go func() {
		_ = (&service{store: st}).judgeStore(zerolog.New(writer).WithContext(t.Context()))
		_ = writer.Close()
	}()
	t.Cleanup(func() { _ = reader.Close() })
	lines := bufio.NewScanner(reader)
	if !lines.Scan() || !strings.Contains(lines.Text(), "not reachable yet") {
		t.Fatal(lines.Text())
	}
	srv.Restart()
	if !lines.Scan() || !strings.Contains(lines.Text(), "redis has appendonly no") {
		t.Error(lines.Text())
	}
	for lines.Scan() {
		t.Log(lines.Text())
	}
}

func TestCountersOfMessagesAreThereFromTheStart(t *testing.T) {
	m := newMetrics(nil, nil)
	for name, c := range map[string]prometheus.Collector{"received": m.inbound, "sent": m.outbound} {
		ch := make(chan prometheus.Metric, 8)
		if c.Collect(ch); len(ch) == 0 {
			t.Errorf("%s: no series", name)
		}
	}
	m.sent("webhook", nil) // does not add a third
	ch := make(chan prometheus.Metric, 8)
	if m.outbound.Collect(ch); len(ch) != 2 {
		t.Errorf("%d series", len(ch))
	}
}
