package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"guanjia/configs"
)

const smallFAQ = `entries:
- id: onsite
  title: {zh: 提供现场服务吗, en: Does somebody come on site}
  source: {doc: "20200629", section: 6}
  answer: {zh: 原则上不提供现场服务。, en: In principle no.}
  variants: [你们上门吗, do you come on site]
`

func TestABadFAQLeavesTheOldOneInForce(t *testing.T) {
	dir := t.TempDir()
	conf, page := filepath.Join(dir, "guanjia.yaml"), filepath.Join(dir, "faq", "page.yaml")
	write := func(file, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(conf, "faq: {dir: faq, answer_at: 0.5, clarify_at: 0.3}\n")
	write(page, smallFAQ)
	cfg, err := configs.Load(conf, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{cfg: cfg, metrics: newMetrics(nil, nil), setJobs: make(chan struct{}, 1)}
	if err := s.adopt(cfg); err != nil {
		t.Fatal(err)
	}
	first := s.settings.Load()
	for name, text := range map[string]string{
		"an id twice":         smallFAQ + strings.TrimPrefix(smallFAQ, "entries:\n"),
		"HTML":                strings.Replace(smallFAQ, "In principle", "<i>In principle</i>", 1),
		"no source":           strings.Replace(smallFAQ, "source", "sauce", 1),
		"ten megabytes":       smallFAQ + "#" + strings.Repeat("x", 10<<20),
		"no YAML":             smallFAQ + "]",
		"empty":               "",
		"nesting with no end": "entries: " + strings.Repeat("[", 1<<20),
	} {
		write(page, text)
		var log strings.Builder
		s.reload(zerolog.New(&log).WithContext(t.Context()))
		if s.settings.Load() != first {
			t.Fatalf("%s is in force", name)
		}
		if !strings.Contains(log.String(), "page.yaml:") || !strings.Contains(log.String(), `"level":"error"`) {
			t.Errorf("%s is not said, or not where: %s", name, log.String())
		}
	}
	write(page, strings.Replace(smallFAQ, "原则上", "一般", 1))
	s.reload(t.Context())
	if a, _ := s.settings.Load().Brain.Answer("onsite", "zh"); a != "一般不提供现场服务。" {
		t.Errorf("the corrected file is not in force: %q", a)
	}
}
