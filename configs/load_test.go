package configs_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/calendar"
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
		"brand: {lang: *x}":           `c.yaml:1:15: brand.lang: there is no anchor "x" above`,
		"brand: {lang: !!str zh}":     "tags are not supported",
		"log: {level: loud}":          "use one of: trace, debug",
		"log: [":                      "not valid YAML",
		"log: {level: info}\nlog: {}": "log",
		`http: {listen: "127.0.0.1:80", internal_listen: "127.0.0.1:80"}`: "internal_listen: is the same as http.listen",
		`http: {internal_listen: here}`:                                   `"here" is not host:port`,
		"probe: {webhook: \"http://example.com\"}":                        "http is only allowed to this machine",
		"llm: {api_key: \"${NOPE}\"}":                                     "environment variable NOPE is not set",
		"hours: {dates: {\"2027-02-10\": \"${NOPE}\"}}":                   "c.yaml:1:31: hours.dates.2027-02-10: the environment variable NOPE is not set",
		"hours: {dates: {\"2027-02-10\": {a: b}}}":                        "expected a single value",
		"redis: {url: \"redis://h:6379/abc\"}":                            "invalid database number",
		"redis: {url: \"redis+sentinel://h1,h2\"}":                        "name the master after the hosts",
		"http: {listen: \"127.0.0.1:99999\"}":                             "is not host:port",
		"dingtalk: {api_host: \"https://x.example:99999\"}":               "has the port 99999",
		"dingtalk: {webhook_hosts: [\"x.example:https\"]}":                "is not a host; write it like",
	} {
		_, err := configs.Parse("c.yaml", []byte(text), env())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Programs that write YAML give equal values one name, and repeat it.
func TestAnAliasRepeatsWhatItsAnchorNamed(t *testing.T) {
	l, err := configs.Parse("c.yaml", []byte(`
hours:
  week:
    mon: &id001 ["10:00-12:00"]
    tue: *id001
dingtalk: {client_id: &name robot, robot_code: *name}
`), env())
	if err != nil {
		t.Fatal(err)
	}
	if week := l.Hours.Week; !slices.Equal(week.Tue, week.Mon) || len(week.Tue) != 1 || l.DingTalk.RobotCode != "robot" {
		t.Errorf("%+v %+v", l.Hours.Week, l.DingTalk)
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

func TestAFileMayBeJSONOrHaveQuotedKeys(t *testing.T) {
	for name, text := range map[string]string{
		"JSON":          `{"brand": {"product": "\u5b89\u5168\ud83d\ude00 \"a\\/b\"\ttab", "lang": "en"}, "hours": {"dates": {"2027-02-10": "off"}}, "team": []}`,
		"with tabs":     "{\n\t\"brand\": {\n\t\t\"product\": \"安全😀 \\\"a\\\\/b\\\"\\ttab\",\n\t\t\"lang\": \"en\"\n\t},\n\t\"hours\": {\"dates\": {\"2027-02-10\": \"off\"}}\n}\n",
		"quotes":        "\"brand\":\n  'product': '安全😀 \"a\\/b\"\ttab'\n  \"lang\": en\n'hours': {'dates': {'2027-02-10': 'off'}}\n",
		"byte order":    "\ufeffbrand: {product: \"安全😀 \\\"a\\\\/b\\\"\\ttab\", lang: en}\r\nhours: {dates: {2027-02-10: off}}\r\n",
		"question mark": "? brand\n: {product: \"安全😀 \\\"a\\\\/b\\\"\\ttab\", lang: en}\n? \"hours\"\n: {dates: {2027-02-10: off}}\n",
	} {
		l, err := configs.Parse("c.yaml", []byte(text), env())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if l.Brand.Product != "安全😀 \"a\\/b\"\ttab" || l.Brand.Lang != "en" || l.Hours.Dates["2027-02-10"].Kind != calendar.SpecOff {
			t.Errorf("%s: %q %q %v", name, l.Brand.Product, l.Brand.Lang, l.Hours.Dates)
		}
	}
	_, err := configs.Parse("c.yaml", []byte(`{"brand": {"lang": "en", 'lang': zh}, "brnd": 1}`), env())
	if err == nil || !strings.Contains(err.Error(), "c.yaml:1:26: brand.lang: the key is there twice") || !strings.Contains(err.Error(), "brnd: unknown key; did you mean brand?") {
		t.Errorf("%v", err)
	}
}

func TestAKeyThatIsThereTwiceHidesNoOtherMistake(t *testing.T) {
	_, err := configs.Parse("c.yaml", []byte("brand: {lang: zh}\nbrand: {lang: en}\nlog: {format: xml}\n"), env())
	if ps, ok := errors.AsType[configs.Problems](err); !ok || len(ps) != 2 || ps[0].Line != 2 || ps[1].Line != 3 {
		t.Errorf("%v", err)
	}
}

func TestWhatServeLacksComesBackWithTheOtherMistakes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("dingtalk:\n  client_id: \"\"\nlog: {format: xml}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := configs.LoadForServe(file, env("GUANJIA_DINGTALK_CLIENT_SECRET", "s"))
	if ps, ok := errors.AsType[configs.Problems](err); !ok || len(ps) != 2 || ps[0].Path != "dingtalk.client_id" || ps[0].Line != 2 || ps[0].Column != 14 {
		t.Errorf("%v", err)
	}
}

func TestEveryValueOfADateCanComeFromTheEnvironment(t *testing.T) {
	const file = `hours: {dates: {"2027-02-10": "${KIND}", "2027-02-11": ["${FROM}-24:00"], "2027-02-12": off, "2027-02-13": off}}`
	l, err := configs.Parse("c", []byte(file), env("KIND", "work", "FROM", "20:00",
		"GUANJIA_HOURS_DATES_2027_02_12", "09:00-10:00, 11:00-12:00", "GUANJIA_HOURS_DATES_2027-02-13", "work"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]calendar.DateSpec{
		"2027-02-10": {Kind: "work"}, "2027-02-11": {Open: []string{"20:00-24:00"}},
		"2027-02-12": {Open: []string{"09:00-10:00", "11:00-12:00"}}, "2027-02-13": {Kind: "work"},
	}
	if diff := cmp.Diff(want, l.Hours.Dates); diff != "" {
		t.Error(diff)
	}
}

func TestAMistakeInTheEnvironmentIsNamedByItsVariable(t *testing.T) {
	for name, value := range map[string]string{
		"GUANJIA_DINGTALK_QPS": "0", "GUANJIA_REMINDERS_RESPONSE": "4h,bad", "GUANJIA_SERVICE_VALIDITY": "36h",
		"GUANJIA_HOURS_DATES_2027_02_10": "maybe", "GUANJIA_DINGTALK_WEBHOOK_HOSTS": "https://x",
		"GUANJIA_DINGTALK_MONTHLY_QUOTA_STREAM": "-1",
	} {
		_, err := configs.Parse("c.yaml", []byte("dingtalk: {qps: 5, webhook_hosts: [a.example]}\nhours: {dates: {\"2027-02-10\": off}}"), env(name, value))
		ps, ok := errors.AsType[configs.Problems](err)
		if !ok || len(ps) != 1 || ps[0].File != "environment" || ps[0].Path != name {
			t.Errorf("%s=%s: %v", name, value, err)
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
