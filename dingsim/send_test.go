package dingsim

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// webhook returns the path of a session webhook for a new message of cust001.
func (r *rig) webhook(t *testing.T, group, expires string) string {
	t.Helper()
	m, err := r.compose(Say{From: "cust001", Group: group, Text: "hi", WebhookExpiresIn: expires})
	if err != nil {
		t.Fatal(err)
	}
	var data struct{ SessionWebhook string }
	if err := json.Unmarshal([]byte(r.callback(m).data("")), &data); err != nil {
		t.Fatal(err)
	}
	return data.SessionWebhook
}

func TestSessionWebhooksTakeEveryDocumentedType(t *testing.T) {
	r := newRig(t, Config{})
	for _, tc := range []struct{ name, body, text, button string }{
		{"text", `{"msgtype":"text","text":{"content":"你好"},"at":{"atUserIds":["cust001"],"isAtAll":false}}`, "你好", ""},
		{"markdown", `{"msgtype":"markdown","markdown":{"title":"t","text":"# a\n- b"}}`, "# a\n- b", ""},
		{"link", `{"msgtype":"link","link":{"title":"t","text":"x","messageUrl":"https://example.com","picUrl":""}}`, "t\nx", "t"},
		{"single card", `{"msgtype":"actionCard","actionCard":{"title":"t","text":"x","singleTitle":"go","singleURL":"https://example.com"}}`, "t\nx", "go"},
		{"card with buttons", `{"msgtype":"actionCard","actionCard":{"title":"x","text":"x y","btnOrientation":"0","btns":[{"title":"1","actionURL":"dtmd://dingtalkclient/sendMessage?content=1"}]}}`, "x y", "1"},
		{"feed card", `{"msgtype":"feedCard","feedCard":{"links":[{"title":"a","messageURL":"https://a.example","picURL":"https://a.example/p"},{"title":"b","messageURL":"https://b.example","picURL":"https://b.example/p"}]}}`, "a\nb", "a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := r.journal.last
			got := r.do(t, "POST", r.webhook(t, "", ""), tc.body)
			if got.status != 200 || got.body["errcode"] != 0.0 {
				t.Fatalf("answer %d %s", got.status, got.raw)
			}
			m := r.Messages(before)
			if len(m) != 1 || m[0].Text != tc.text || m[0].Route != "webhook" || m[0].To != "cust001" {
				t.Fatalf("recorded %+v, want the text %q", m, tc.text)
			}
			page := r.journal.chat("oto:cust001", 1)[0]
			if tc.button != "" && (len(page.Buttons) == 0 || page.Buttons[0].Title != tc.button) {
				t.Errorf("buttons %v, want %q first", page.Buttons, tc.button)
			}
		})
	}
}

func TestSessionWebhooksRefuseWithHTTP200AndAnErrcode(t *testing.T) {
	r := newRig(t, Config{})
	good := `{"msgtype":"text","text":{"content":"x"}}`
	live := r.webhook(t, "", "")
	for _, tc := range []struct {
		name, path, body, kind, fault string
		errcode                       float64
	}{
		{"unknown session", "/robot/sendBySession?session=no", good, "", "", 300001},
		{"no session", "/robot/sendBySession", good, "", "", 300001},
		{"expired", r.webhook(t, "", "-1s"), good, "", "", 300001},
		{"no JSON", live, `text`, "", "", 40035},
		{"nothing", live, ``, "", "", 40035},
		{"not UTF-8", live, "{\"msgtype\":\"text\",\"text\":{\"content\":\"\xff\"}}", "", "", 40035},
		{"content type", live, good, "text/plain", "", 43004},
		{"no text", live, `{"msgtype":"text","text":{}}`, "", "", 40035},
		{"no title", live, `{"msgtype":"markdown","markdown":{"text":"x"}}`, "", "", 40035},
		{"no buttons", live, `{"msgtype":"actionCard","actionCard":{"title":"t","text":"x"}}`, "", "", 40035},
		{"a button's address spelt as in a link", live, `{"msgtype":"actionCard","actionCard":{"title":"t","text":"x","btns":[{"title":"1","actionUrl":"https://a.example"}]}}`, "", "", 40035},
		{"a link's address spelt as in a feed", live, `{"msgtype":"link","link":{"title":"t","text":"x","messageURL":"https://a.example"}}`, "", "", 40035},
		{"people mentioned in another spelling", live, `{"msgtype":"text","text":{"content":"x"},"at":{"atUserids":["cust001"]}}`, "", "", 40035},
		{"image", live, `{"msgtype":"image"}`, "", "", 400105},
		{"fault", live, good, "", `{"webhook_errcode":300001}`, 300001},
		{"other fault", live, good, "", `{"webhook_errcode":130101}`, 130101},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.fault != "" {
				if err := r.SetFaults(tc.fault); err != nil {
					t.Fatal(err)
				}
				defer func() { _ = r.SetFaults(`{"webhook_errcode":0}`) }()
			}
			kind := tc.kind
			if kind == "" {
				kind = "application/json; charset=utf-8"
			}
			got := r.do(t, "POST", tc.path, tc.body, "Content-Type", kind)
			if got.status != 200 || got.body["errcode"] != tc.errcode || got.body["errmsg"] == "" {
				t.Errorf("got %d %s, want errcode %v", got.status, got.raw, tc.errcode)
			}
		})
	}
	if n := len(r.Messages(0)); n != 0 {
		t.Errorf("%d refused messages were shown to people", n)
	}
}

func TestAGroupTakesTwentyWebhookMessagesAMinute(t *testing.T) {
	r := newRig(t, Config{})
	g, err := r.CreateGroup("客户群", []string{"cust001", "staff001"})
	if err != nil {
		t.Fatal(err)
	}
	hook := r.webhook(t, g, "")
	for i := range 21 {
		got := r.do(t, "POST", hook, `{"msgtype":"text","text":{"content":"x"}}`)
		want := 0.0
		if i == 20 {
			want = 130101
		}
		if got.body["errcode"] != want {
			t.Fatalf("message %d: %s, want errcode %v", i+1, got.raw, want)
		}
	}
	if err := r.Disband(g); err != nil {
		t.Fatal(err)
	}
	if got := r.do(t, "POST", hook, `{"msgtype":"text","text":{"content":"x"}}`); got.body["errcode"] != 400013.0 {
		t.Errorf("a disbanded group answers %s, want 400013", got.raw)
	}
}

func TestTokens(t *testing.T) {
	r := newRig(t, Config{})
	first := r.do(t, "POST", "/v1.0/oauth2/accessToken", `{"appKey":"sim","appSecret":"sim-secret"}`)
	again := r.do(t, "POST", "/v1.0/oauth2/dingcorp/token", `{"client_id":"sim","client_secret":"sim-secret","grant_type":"client_credentials"}`)
	old := r.do(t, "GET", "/gettoken?appkey=sim&appsecret=sim-secret", "")
	if first.status != 200 || first.body["expireIn"] != 7200.0 || first.body["accessToken"] == "" {
		t.Fatalf("first: %s", first.raw)
	}
	if again.body["access_token"] != first.body["accessToken"] || old.body["access_token"] != first.body["accessToken"] {
		t.Errorf("the same app got several tokens: %s %s %s", first.raw, again.raw, old.raw)
	}
	for _, tc := range []struct{ method, path, body, code string }{
		{"POST", "/v1.0/oauth2/accessToken", `{"appKey":"sim","appSecret":"no"}`, "invalidClientIdOrSecret"},
		{"POST", "/v1.0/oauth2/accessToken", `{"appKey":"sim"}`, "MissingappSecret"},
		{"POST", "/v1.0/oauth2/x/token", `{"client_id":"sim","client_secret":"sim-secret","grant_type":"x"}`, "invalidGrantType"},
	} {
		if got := r.do(t, tc.method, tc.path, tc.body); got.status != 400 || got.body["code"] != tc.code {
			t.Errorf("%s: %d %s, want 400 %s", tc.body, got.status, got.raw, tc.code)
		}
	}
	if got := r.do(t, "GET", "/gettoken?appkey=sim&appsecret=no", ""); got.status != 200 || got.body["errcode"] != 40089.0 {
		t.Errorf("gettoken with a wrong secret: %s", got.raw)
	}
}

func TestCallsNeedAValidToken(t *testing.T) {
	r := newRig(t, Config{})
	send := `{"robotCode":"sim","userIds":["cust001"],"msgKey":"sampleText","msgParam":"{\"content\":\"x\"}"}`
	refused := func(what string, got answer) {
		t.Helper()
		if got.status != 400 || got.body["code"] != "InvalidAuthentication" {
			t.Errorf("%s: %d %s", what, got.status, got.raw)
		}
	}
	refused("none", r.do(t, "POST", "/v1.0/robot/oToMessages/batchSend", send))
	refused("wrong", r.do(t, "POST", "/v1.0/robot/oToMessages/batchSend", send, "x-acs-dingtalk-access-token", "no"))
	if got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", send); got.status != 200 {
		t.Errorf("valid: %s", got.raw)
	}
	if got := r.do(t, "POST", "/v1.0/robot/oToMessages/batchSend?access_token="+r.token, send); got.status != 200 {
		t.Errorf("valid in the query: %s", got.raw)
	}
	if err := r.SetFaults(`{"refuse_token":true}`); err != nil {
		t.Fatal(err)
	}
	refused("refuse_token", r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", send))
	if err := r.SetFaults(`{"refuse_token":false}`); err != nil {
		t.Fatal(err)
	}
	r.gate.mu.Lock()
	r.gate.expires = time.Now().Add(-time.Second)
	r.gate.mu.Unlock()
	refused("expired", r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", send))
}

func TestOneToOneSendsSayWhomTheyDidNotReach(t *testing.T) {
	r := newRig(t, Config{})
	if err := r.SetFaults(`{"flow_controlled":["staff002"]}`); err != nil {
		t.Fatal(err)
	}
	got := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend",
		`{"robotCode":"sim","userIds":["cust001","cust003","staff002","nobody"],"msgKey":"sampleMarkdown","msgParam":"{\"title\":\"t\",\"text\":\"正文\"}"}`)
	if got.status != 200 || fmt.Sprint(got.body["invalidStaffIdList"]) != "[cust003 nobody]" || fmt.Sprint(got.body["flowControlledStaffIdList"]) != "[staff002]" {
		t.Fatalf("answer %s", got.raw)
	}
	m := r.Messages(0)
	if len(m) != 1 || m[0].To != "cust001" || m[0].Route != "oto" || m[0].Text != "正文" {
		t.Errorf("recorded %+v", m)
	}
}

func TestRobotSendsAreCheckedAsTheVendorDoes(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	g, err := r.CreateGroup("群", []string{"cust001"})
	if err != nil {
		t.Fatal(err)
	}
	botless, _ := r.dir.add(Group{Title: "no bot", Members: []string{"cust001"}}, "")
	gone, _ := r.dir.add(Group{Title: "gone", Members: []string{"cust001"}, hasBot: true, Disbanded: true}, "")
	many := `"` + strings.Repeat(`x","`, 20) + `y"`
	oto, group := "/v1.0/robot/oToMessages/batchSend", "/v1.0/robot/groupMessages/send"
	param := `"msgKey":"sampleText","msgParam":"{\"content\":\"x\"}"`
	for _, tc := range []struct{ name, path, body, code string }{
		{"no robot", oto, `{"userIds":["cust001"],` + param + `}`, "MissingrobotCode"},
		{"no users", oto, `{"robotCode":"sim","userIds":[],` + param + `}`, "MissinguserIds"},
		{"other robot", oto, `{"robotCode":"x","userIds":["cust001"],` + param + `}`, "invalidParameter.robotCode.notExsit"},
		{"21 users", oto, `{"robotCode":"sim","userIds":[` + many + `],` + param + `}`, "too.many.people"},
		{"users no list", oto, `{"robotCode":"sim","userIds":"cust001",` + param + `}`, "InvalidParameter.userIds"},
		{"object for string", oto, `{"robotCode":"sim","userIds":["cust001"],"msgKey":"sampleText","msgParam":{"content":"x"}}`, "InvalidParameter.msgParam"},
		{"param no JSON", oto, `{"robotCode":"sim","userIds":["cust001"],"msgKey":"sampleText","msgParam":"x"}`, "invalidParameter.msgParam"},
		{"param lacks", oto, `{"robotCode":"sim","userIds":["cust001"],"msgKey":"sampleMarkdown","msgParam":"{\"text\":\"x\"}"}`, "invalidParameter.msgParam"},
		{"unknown key", oto, `{"robotCode":"sim","userIds":["cust001"],"msgKey":"sampleX","msgParam":"{}"}`, "invalidParameter.msgKey"},
		{"too long", group, `{"robotCode":"sim","openConversationId":"` + g + `","msgKey":"sampleText","msgParam":"{\"content\":\"` + strings.Repeat("x", 15001) + `\"}"}`, "invalidParameter.msgParam.tooLong"},
		{"no group", group, `{"robotCode":"sim",` + param + `}`, "miss.openConversationId"},
		{"unknown group", group, `{"robotCode":"sim","openConversationId":"x",` + param + `}`, "invalid.openConversationId"},
		{"group without bot", group, `{"robotCode":"sim","openConversationId":"` + botless.OpenConversationID + `",` + param + `}`, "invalid.openConversationId"},
		{"disbanded", group, `{"robotCode":"sim","openConversationId":"` + gone.OpenConversationID + `",` + param + `}`, "group.disbanded"},
		{"robot of others", group, `{"robotCode":"x","openConversationId":"` + g + `",` + param + `}`, "invalidParameter.robotCode.auth"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := r.api(t, "POST", tc.path, tc.body); got.status != 400 || got.body["code"] != tc.code {
				t.Errorf("got %d %s, want 400 %s", got.status, got.raw, tc.code)
			}
		})
	}
	if n := len(r.Messages(0)); n != 0 {
		t.Errorf("%d refused messages were shown", n)
	}
	got := r.api(t, "POST", group, `{"robotCode":"sim","openConversationId":"`+g+`",`+param+`}`)
	m := r.Messages(0)
	if got.status != 200 || got.body["processQueryKey"] == "" || len(m) != 1 || m[0].Group != g || m[0].To != "" || m[0].Route != "group" {
		t.Errorf("good send: %s, recorded %+v", got.raw, m)
	}
}

func TestABodyThatIsNotDeclaredAsJSONIsNoBody(t *testing.T) {
	r := newRig(t, Config{})
	got := r.do(t, "POST", "/v1.0/oauth2/accessToken", `{"appKey":"sim","appSecret":"sim-secret"}`, "Content-Type", "application/x-www-form-urlencoded")
	if got.status != 400 || got.body["code"] != "Missingbody" {
		t.Errorf("got %d %s", got.status, got.raw)
	}
}
