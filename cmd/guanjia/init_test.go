package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/configs"
)

// interviewed runs init with a script of answers, and reads what it wrote.
func interviewed(t *testing.T, script string, args ...string) (says string, code int, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "guanjia.yaml")
	var out bytes.Buffer
	code = run(append([]string{"init", "--lang=en", "-o", file}, args...), strings.NewReader(script), &out, &out)
	return out.String(), code, file
}

func loaded(t *testing.T, file string, env ...string) *configs.Loaded {
	t.Helper()
	l, err := configs.Load(file, func(name string) (string, bool) {
		i := slices.Index(env, name)
		return "from-env", i >= 0
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAnInterviewOnTheTerminalWritesAConfigurationThatTheCheckAccepts(t *testing.T) {
	script := strings.Join([]string{
		"ding123", "", "redis://redis:6379/1", "", "09:00-18:00", "10:00-12:00",
		"李工 staff001", "Wang Wei=staff002", "", "", "周经理 staff005", "",
	}, "\n") + "\n"
	says, code, file := interviewed(t, script)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, says)
	}
	l := loaded(t, file, secretVariable)
	if l.DingTalk.ClientID != "ding123" || l.DingTalk.ClientSecret != "from-env" || l.Redis.URL != "redis://redis:6379/1" {
		t.Errorf("%+v %+v", l.DingTalk, l.Redis)
	}
	if !slices.Equal(l.Hours.Week.Fri, []string{"09:00-18:00"}) || !slices.Equal(l.Hours.Week.Sun, []string{"10:00-12:00"}) {
		t.Errorf("%+v", l.Hours.Week)
	}
	if len(l.Team) != 3 || l.Team[1].Key != "wang-wei" || l.Team[2].Name != "周经理" || !l.Team[2].Has(bot.RoleManager) {
		t.Errorf("%+v", l.Team)
	}
	if r := l.OnCall.Rotations; len(r) != 2 || r[0].Members[0] != "expert1" || r[1].Members[0] != "wang-wei" {
		t.Errorf("%+v", l.OnCall.Rotations)
	}
	var out bytes.Buffer
	if code := run([]string{"check", "--config", file}, strings.NewReader(""), &out, &out); code != exitOK {
		t.Errorf("guanjia check: exit %d: %s", code, out.String())
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	for _, want := range []string{"guanjia check --config " + file, "export " + secretVariable} {
		if !strings.Contains(says, want) {
			t.Errorf("it does not say %q:\n%s", want, says)
		}
	}
}

func TestABadAnswerIsAskedAgainWithTheRemedy(t *testing.T) {
	good := []string{"ding123", secretVariable, "private", "Asia/Shanghai", "", "", "Li a1", "", "", "Zhou a2", ""}
	for name, tc := range map[string]struct {
		before int
		bad    string
		says   string
	}{
		"client id":       {0, "ding 123", "copy it from the app's credentials page"},
		"the secret":      {1, "x9-secret-Value", "do not type the secret itself"},
		"no such file":    {1, "@/nowhere", "name a file that can be read"},
		"redis":           {2, "localhost", "is not an address of Redis"},
		"time zone":       {3, "Beijing", "Beijing"},
		"hours":           {4, "9-5", "09:00"},
		"weekend":         {5, "12:00-09:00", "12:00"},
		"nobody":          {6, "", "this needs an answer"},
		"no user id":      {6, "Li", "write a name and a userId"},
		"a bad user id":   {6, "Li 李", "is no userId"},
		"twice":           {7, "Li a1", "a1 is there already"},
		"a long name":     {6, strings.Repeat("李", 40) + " a9", "the name is too long"},
		"another's words": {6, "${HOME} a9", "characters that cannot be seen"},
	} {
		t.Run(name, func(t *testing.T) {
			script := slices.Insert(slices.Clone(good), tc.before, tc.bad)
			says, code, file := interviewed(t, strings.Join(script, "\n")+"\n")
			if code != exitOK || !strings.Contains(says, "✗ ") || !strings.Contains(says, tc.says) {
				t.Fatalf("exit %d, want %q in\n%s", code, tc.says, says)
			}
			if l := loaded(t, file); l.Redis.URL != "" || len(l.Team) != 2 {
				t.Errorf("%+v", l.Config)
			}
		})
	}
}

// allFlags answers every question.
func allFlags(more ...string) []string {
	return append([]string{
		"--yes", "--client-id=ding1", "--expert=李工=staff001", "--expert=王工=staff002", "--presales=陈工=staff003", "--manager=李工=staff001", "--manager=周经理=staff005",
	}, more...)
}

func TestFlagsAnswerInsteadOfAPerson(t *testing.T) {
	says, code, file := interviewed(t, "", allFlags(
		"--client-secret-env=BOT_SECRET", "--template-id=tpl-1", "--api-host=http://127.0.0.1:8091", "--oapi-host=http://127.0.0.1:8091")...)
	if code != exitOK || strings.Contains(says, "[Asia/Shanghai]") {
		t.Fatalf("exit %d: %s", code, says)
	}
	l := loaded(t, file, "BOT_SECRET")
	if l.DingTalk.ClientSecret != "from-env" || l.DingTalk.APIHost != "http://127.0.0.1:8091" || l.DingTalk.WebhookHosts[0] != "127.0.0.1:8091" {
		t.Errorf("%+v", l.DingTalk)
	}
	if !l.Team[0].Has(bot.RoleExpert) || !l.Team[0].Has(bot.RoleManager) || len(l.Team) != 4 || l.Channel.Driver != "scene_group" || l.Channel.TemplateID != "tpl-1" {
		t.Errorf("%+v %+v", l.Team, l.Channel)
	}
}

func TestEverythingThatIsWrongWithTheFlagsIsSaidAtOnce(t *testing.T) {
	says, code, file := interviewed(t, "", "--yes", "--redis-url=nowhere", "--hours=9-5")
	for _, want := range []string{"--client-id is missing", "--expert is missing", "--manager is missing", "--redis-url: ", "--hours: "} {
		if !strings.Contains(says, want) {
			t.Errorf("no %q in\n%s", want, says)
		}
	}
	if _, err := os.Stat(file); code != exitUsage || err == nil {
		t.Errorf("exit %d; a file was written: %v", code, err == nil)
	}
}

func TestASecretInAFileIsPutIntoTheConfiguration(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("s3cr\"et\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	says, code, file := interviewed(t, "", allFlags("--client-secret-file="+secret)...)
	if code != exitOK || strings.Contains(says, "s3cr") {
		t.Fatalf("exit %d: %s", code, says)
	}
	if l := loaded(t, file); l.DingTalk.ClientSecret != `s3cr"et` {
		t.Errorf("%q", l.DingTalk.ClientSecret)
	}
	for _, second := range []string{"--client-secret-env=A", "--register"} {
		if says, code, _ := interviewed(t, "", allFlags("--client-secret-file="+secret, second)...); code != exitUsage || !strings.Contains(says, "together") {
			t.Errorf("%s: exit %d: %s", second, code, says)
		}
	}
}

func TestAFileThatIsThereIsKeptWithoutForce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "guanjia.yaml")
	if err := os.WriteFile(file, []byte("log: {level: debug}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"init", "--lang=en", "-o", file}, allFlags()...)
	var out bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &out); code != exitUsage || !strings.Contains(out.String(), "--force") {
		t.Errorf("exit %d: %s", code, out.String())
	}
	if l := loaded(t, file); l.Log.Level != "debug" {
		t.Error("the file was overwritten")
	}
	if code := run(append(args, "--force"), strings.NewReader(""), &out, &out); code != exitOK {
		t.Errorf("exit %d: %s", code, out.String())
	}
	info, err := os.Stat(file)
	if l := loaded(t, file); err != nil || l.DingTalk.ClientID != "ding1" || info.Mode().Perm() != 0o600 {
		t.Errorf("%+v %v %v", l.DingTalk, info.Mode(), err)
	}
}

func TestAnInputThatEndsNamesTheFlag(t *testing.T) {
	says, code, file := interviewed(t, "ding123\n\n")
	if _, err := os.Stat(file); code != exitUsage || err == nil || !strings.Contains(says, "--redis-url") {
		t.Errorf("exit %d: %s", code, says)
	}
}

func TestWhatInitWritesKeepsEveryCommentAndKeyOfTheExample(t *testing.T) {
	ans := &answers{
		clientID: "d", apiHost: "https://api.dingtalk.com", oapiHost: "https://oapi.dingtalk.com", timezone: "Asia/Shanghai",
		team: []bot.Member{{Key: "li", Name: "李工", UserID: "u1", Roles: []bot.Role{bot.RoleExpert, bot.RoleManager}}},
	}
	file, err := ans.file(time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	got := string(file)
	for line := range strings.Lines(string(configs.Example())) {
		if key, _, ok := strings.Cut(line, ":"); ok && key == strings.TrimLeft(key, " #-") && !strings.Contains(got, "\n"+key+":") {
			t.Errorf("%s is gone", key)
		}
	}
	if !strings.Contains(got, `start: "2026-11-24T09:00"`) || strings.Contains(got, "staff00") || strings.Contains(got, "secondary") {
		t.Errorf("somebody of the example is still there:\n%s", got)
	}
}
