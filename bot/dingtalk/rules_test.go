package dingtalk

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guanjia/bot"
)

func TestVerdictsOnAnswers(t *testing.T) {
	for _, tc := range []struct {
		status int
		body   string
		want   verdict // 0: success
	}{
		{200, `{"processQueryKey":"x"}`, 0},
		{200, `{"errcode":0,"errmsg":"ok"}`, 0},
		{200, `{"errcode":300001}`, verdictFinal},
		{200, `{"errcode":"130101"}`, verdictThrottled},
		{200, `{"errcode":90018}`, verdictThrottled},
		{200, `{"errcode":90020}`, verdictQuota},
		{200, `{"errcode":-1}`, verdictRetry},
		{200, `{"errcode":40014}`, verdictToken},
		{200, `{"errcode":88,"sub_code":"40014"}`, verdictToken},
		{200, `{"errcode":88,"sub_code":"90018"}`, verdictThrottled},
		{200, `{"errcode":88}`, verdictRetry},
		{200, `{"status":1111,"wait":5,"punish":"deny"}`, verdictThrottled},
		{403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`, verdictThrottled},
		{403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`, verdictQuota},
		{403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied"}`, verdictFinal},
		{400, `{"code":"InvalidAuthentication"}`, verdictToken},
		{401, `{}`, verdictToken},
		{400, `{"code":"staffId.notExisted"}`, verdictFinal},
		{400, `{"code":"send.too.fast"}`, verdictThrottled},
		{400, `{"code":"ding.serverquota.insufficient"}`, verdictQuota},
		{500, `{"code":"unknown.send.result"}`, verdictAmbiguous},
		{504, `gateway timeout`, verdictAmbiguous},
	} {
		got := verdict(0)
		if f := judge(tc.status, []byte(tc.body)); f != nil {
			got = f.verdict
		}
		if got != tc.want {
			t.Errorf("%d %s: verdict %d, want %d", tc.status, tc.body, got, tc.want)
		}
	}
}

func TestReplyAddressesThatAreCalled(t *testing.T) {
	hosts := []string{"oapi.dingtalk.com", "127.0.0.1:8091", "::1"}
	for url, ok := range map[string]bool{
		"https://oapi.dingtalk.com/robot/sendBySession?session=x": true,
		"https://OAPI.dingtalk.com:8443/x":                        true,
		"http://127.0.0.1:8091/x":                                 true,
		"http://[::1]:99/x":                                       true,
		"http://127.0.0.1:8092/x":                                 false,
		"http://oapi.dingtalk.com/x":                              false,
		"https://oapi.dingtalk.com.evil.example/x":                false,
		"https://user@oapi.dingtalk.com/x":                        false,
		"https://evil.example/?oapi.dingtalk.com":                 false,
		"ftp://oapi.dingtalk.com/x":                               false,
		"//oapi.dingtalk.com/x":                                   false,
		"":                                                        false,
	} {
		if err := allowedWebhook(url, hosts); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestMessagesAreReadHoweverTheyCome(t *testing.T) {
	now := time.UnixMilli(1769851697611)
	base := `"conversationId":"cid","conversationType":"1","senderId":"$:x","senderStaffId":"u1","senderNick":"陈\u202e晓"`
	for _, tc := range []struct{ name, data, kind, text string }{
		{"text", `{"msgId":"m","msgtype":"text","text":{"content":" 你好\u0000 "},` + base + `}`, "text", "你好"},
		{"numeric id", `{"msgId":12,"msgtype":"text","createAt":1769851697611,"text":{"content":"x"},` + base + `}`, "text", "x"},
		{"no id", `{"msgtype":"text","text":{"content":"x"},` + base + `}`, "text", "x"},
		{"rich text", `{"msgId":"m","msgtype":"richText","content":{"richText":[{"text":"a"},{"type":"picture","downloadCode":"d"},{"text":"b"}]},` + base + `}`, "rich_text", "ab"},
		{"voice", `{"msgId":"m","msgtype":"audio","content":{"duration":"3","downloadCode":"d","recognition":"几点上班"},` + base + `}`, "audio", "几点上班"},
		{"picture", `{"msgId":"m","msgtype":"picture","content":{"downloadCode":"d"},` + base + `}`, "picture", ""},
		{"odd content", `{"msgId":"m","msgtype":"file","content":"?",` + base + `}`, "file", ""},
		{"new kind", `{"msgId":"m","msgtype":"hologram",` + base + `}`, "unknown", ""},
	} {
		m, err := decode(tc.data, "fallback", now)
		if err != nil || string(m.Kind) != tc.kind || m.Text != tc.text || m.ID == "" || m.Sender.Name != "陈晓" {
			t.Errorf("%s: %+v %v", tc.name, m, err)
		}
	}
	for name, data := range map[string]string{
		"truncated": `{"msgId":"m"`, "a list": `[]`, "nobody": `{"msgId":"m","msgtype":"text"}`, "huge": strings.Repeat("x", MaxFrame+1),
		"quota": `{"msgId":"m","errorCode":20001,` + base + `}`,
	} {
		if _, err := decode(data, "f", now); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	m, err := decode(`{"msgId":"m","msgtype":"text","text":{"content":"`+strings.Repeat("字", 100_000)+`"},`+base+`}`, "", now)
	if err != nil || !m.Truncated || utf8.RuneCountInString(m.Text) != bot.MaxText {
		t.Errorf("a long text: truncated %v, %d runes, %v", m.Truncated, utf8.RuneCountInString(m.Text), err)
	}
}

func TestGroupMessagesKnowWhetherTheBotIsMeant(t *testing.T) {
	for extra, want := range map[string]bool{
		`"isInAtList":true`: true, `"isInAtList":false`: false, `"isInAtList":"true"`: true,
		`"chatbotUserId":"b","atUsers":[{"dingtalkId":"b"}]`: true, `"chatbotUserId":"b","atUsers":[{"dingtalkId":"c"}]`: false, `"x":1`: false,
	} {
		m, err := decode(`{"msgId":"m","msgtype":"text","conversationType":"2","conversationId":"g","senderId":"s","text":{"content":"x"},`+extra+`}`, "", time.Now())
		if err != nil || m.Group != "g" || m.Mentioned != want {
			t.Errorf("%s: %+v %v", extra, m, err)
		}
	}
}

func TestButtonsWordsStandInTheText(t *testing.T) {
	parts := render(bot.Outgoing{Text: "第一行\n第二行", Buttons: []bot.Button{{Label: "有帮助", Say: "有帮助"}}})
	if len(parts) != 1 || !strings.Contains(parts[0].text, "也可以直接回复：有帮助") || len(parts[0].buttons) != 1 {
		t.Errorf("%+v", parts)
	}
	if got := dtmd("接单 E12"); got != "dtmd://dingtalkclient/sendMessage?content=%E6%8E%A5%E5%8D%95%20E12" {
		t.Error(got)
	}
	for n := 1; n <= 6; n++ {
		var bs []bot.Button
		for i := range n {
			bs = append(bs, bot.Button{Label: strconv.Itoa(i), Say: strconv.Itoa(i)})
		}
		key, param, err := template(content{title: "t", text: "x", buttons: bs})
		if err != nil || key == "" || !strings.Contains(param, `"x"`) {
			t.Errorf("%d buttons: %s %s %v", n, key, param, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"msgId":"m","msgtype":"text","senderId":"s","text":{"content":"x"}}`)
	f.Add(`{"msgId":1e99,"createAt":-1,"sessionWebhookExpiredTime":9e99,"senderId":"s","content":{"richText":[{}]}}`)
	f.Fuzz(func(t *testing.T, data string) {
		m, err := decode(data, "id", time.Now())
		if err == nil && (m.ID == "" || m.Conversation == "" || !utf8.ValidString(m.Text) || utf8.RuneCountInString(m.Text) > bot.MaxText) {
			t.Errorf("%+v", m)
		}
	})
}

func FuzzRender(f *testing.F) {
	f.Add("**a**\n\n- b\n1. c")
	f.Add(strings.Repeat("字。", 5000))
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		for _, p := range render(bot.Outgoing{Text: text}) {
			if len(p.text) > maxMarkdown+16 || !utf8.ValidString(p.text) || utf8.RuneCountInString(p.title) > maxTitle {
				t.Errorf("%d bytes, title %q", len(p.text), p.title)
			}
		}
	})
}
