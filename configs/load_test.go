package configs_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guanjia/configs"
)

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestExampleAndDefaultsAreValid(t *testing.T) {
	for name, data := range map[string][]byte{"example": configs.Example(), "nothing": nil} {
		l, err := configs.Parse(name, data, env())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if l.Service.Validity != 15*24*time.Hour || len(l.Escalation.Ladder) != 3 || l.Hours.Timezone != "Asia/Shanghai" {
			t.Errorf("%s: %+v", name, l.Service)
		}
	}
}

func TestMistakesAreNamedWithTheirPlaceAndRemedy(t *testing.T) {
	for text, want := range map[string]string{
		"brnd: {}":           "c.yaml:1:1: brnd: unknown key; did you mean brand?",
		"dingtalk: {qps: x}": `c.yaml:1:17: dingtalk.qps: "x" is not a whole number`,
		"dingtalk:\n  api_host: http://example.com": "c.yaml:2:13: dingtalk.api_host: http is only allowed to this machine",
		"service: {validity: 36h}":                  "not whole days",
		"service: {validity: soon}":                 "write it like 20s, 5m, 36h or 5d",
		"hours: {timezone: Mars}":                   "use a name such as Asia/Shanghai",
		`hours: {week: {mon: ["9-12"]}}`:            "write it like 09:00-12:00",
		`hours: {dates: {"2027-02-10": maybe}}`:     "use off, work or a list",
		"team: [{key: a}]":                          "team[0].user_id: is missing",
		`escalation: {ladder: [{notify: ["rotation:x"], via: [chat], ack_within: 5m}]}`: `there is no rotation "x"`,
		"escalation: {ladder: []}":    "has no step",
		"redis: {url: ftp://x}":       "is not an address of Redis",
		"a: &x 1\nb: *x":              "unknown key",
		"brand: &x {lang: zh}":        "anchors, aliases and tags are not supported",
		"log: {level: loud}":          "use one of: trace, debug",
		"log: [":                      "not valid YAML",
		"log: {level: info}\nlog: {}": "log",
		`http: {listen: "127.0.0.1:80", internal_listen: "127.0.0.1:80"}`: "internal_listen: is the same as http.listen",
		`http: {internal_listen: here}`:                                   `"here" is not host:port`,
		"probe: {webhook: \"http://example.com\"}":                        "http is only allowed to this machine",
		"llm: {api_key: \"${NOPE}\"}":                                     "environment variable NOPE is not set",
	} {
		_, err := configs.Parse("c.yaml", []byte(text), env())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestAllMistakesComeBackAtOnce(t *testing.T) {
	_, err := configs.Parse("c.yaml", []byte("brand: {lang: fr}\ndingtalk: {qps: 0, connections: 0}\nlog: {format: xml}\n"), env())
	ps, ok := errors.AsType[configs.Problems](err)
	if !ok || len(ps) != 4 {
		t.Fatalf("%v", err)
	}
	for i := 1; i < len(ps); i++ {
		if ps[i].Line < ps[i-1].Line {
			t.Errorf("not in the order of the file: %v", ps)
		}
	}
}

func TestEnvironmentOverridesTheFile(t *testing.T) {
	l, err := configs.Parse("c", []byte("team: [{key: li, name: a, user_id: u1}]\nllm: {api_key: \"${KEY}\"}\n"), env(
		"GUANJIA_DINGTALK_CLIENT_ID", "from-env", "GUANJIA_DINGTALK_WEBHOOK_HOSTS", "a.example, 127.0.0.1:80",
		"GUANJIA_TEAM_0_NAME", "李工", "GUANJIA_SERVICE_VALIDITY", "20d", "KEY", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	if l.DingTalk.ClientID != "from-env" || len(l.DingTalk.WebhookHosts) != 2 || l.DingTalk.WebhookHosts[1] != "127.0.0.1:80" ||
		l.Team[0].Name != "李工" || l.Service.Validity != 20*24*time.Hour || l.LLM.APIKey != "secret" {
		t.Errorf("%+v", l.Config)
	}
	if _, err := configs.Parse("c", nil, env("GUANJIA_DINGTALK_QPS", "many")); err == nil || !strings.Contains(err.Error(), "GUANJIA_DINGTALK_QPS") {
		t.Errorf("a bad variable: %v", err)
	}
}

func TestServeNeedsCredentials(t *testing.T) {
	l, err := configs.Parse("c", nil, env())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.MissingForServe(); err == nil || !strings.Contains(err.Error(), "dingtalk.client_secret") {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("brand: {lang: zh}\nteam: [{key: a, user_id: b}]"))
	f.Add(configs.Example())
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := configs.Parse("c.yaml", data, env())
		if ps, ok := errors.AsType[configs.Problems](err); err != nil && (!ok || len(ps) == 0 || ps[0].File == "") {
			t.Errorf("an error without a place: %v", err)
		}
	})
}
