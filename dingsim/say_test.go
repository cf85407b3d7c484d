package dingsim

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// heard lets somebody speak and returns the callback's data as the bot gets it.
func (r *rig) heard(t *testing.T, say Say) map[string]any {
	t.Helper()
	m, err := r.compose(say)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(r.callback(m).data(r.url)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func at(v any, path ...string) any {
	for _, k := range path {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func TestEveryMessageTypeHasTheVendorsContent(t *testing.T) {
	r := newRig(t, Config{})
	for _, tc := range []struct {
		say  Say
		path []string
		want any // nil: something not empty
	}{
		{Say{Text: "你好"}, []string{"text", "content"}, "你好"},
		{Say{MsgType: "text", Content: map[string]any{"content": "from content"}}, []string{"text", "content"}, "from content"},
		{Say{MsgType: "picture"}, []string{"content", "downloadCode"}, nil},
		{Say{MsgType: "picture"}, []string{"content", "pictureDownloadCode"}, nil},
		{Say{MsgType: "audio", Text: "服务器被黑了"}, []string{"content", "recognition"}, "服务器被黑了"},
		{Say{MsgType: "audio"}, []string{"content", "duration"}, 4000.0},
		{Say{MsgType: "video"}, []string{"content", "videoType"}, "mp4"},
		{Say{MsgType: "file", Content: map[string]any{"fileName": "日志.zip"}}, []string{"content", "fileName"}, "日志.zip"},
		{Say{MsgType: "file"}, []string{"content", "spaceId"}, nil},
		{Say{MsgType: "richText", Text: "看图"}, []string{"content", "richText"}, nil},
		{Say{MsgType: "unknownMsgType"}, []string{"msgtype"}, "unknownMsgType"},
	} {
		t.Run(tc.say.MsgType+strings.Join(tc.path, "."), func(t *testing.T) {
			tc.say.From = "cust001"
			got := at(r.heard(t, tc.say), tc.path...)
			if got == nil || got == "" || tc.want != nil && got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestPicturesInRichTextCanBeDownloaded(t *testing.T) {
	r := newRig(t, Config{})
	m := r.heard(t, Say{From: "cust001", MsgType: "richText", Content: map[string]any{
		"richText": []any{map[string]any{"text": "看这个"}, map[string]any{"type": "picture"}},
	}})
	parts, _ := at(m, "content", "richText").([]any)
	code := at(parts[1], "downloadCode")
	got := r.api(t, "POST", "/v1.0/robot/messageFiles/download", fmt.Sprintf(`{"robotCode":"sim","downloadCode":%q}`, code))
	if got.status != 200 {
		t.Fatalf("download: %s", got.raw)
	}
	url, _ := got.body["downloadUrl"].(string)
	if file := r.do(t, "GET", strings.TrimPrefix(url, r.url), ""); file.status != 200 || file.raw == "" || !strings.Contains(url, ".file?") {
		t.Errorf("file at %s: %d", url, file.status)
	}
}

func TestOutsidersHaveNoStaffID(t *testing.T) {
	r := newRig(t, Config{})
	m := r.heard(t, Say{From: "cust003", Text: "hi"})
	if _, ok := m["senderStaffId"]; ok {
		t.Errorf("an outsider came with the staff id %v", m["senderStaffId"])
	}
	if m["senderUnionId"] == "" || !strings.HasPrefix(fmt.Sprint(m["senderId"]), "$:LWCP_v1:$") {
		t.Errorf("an outsider came without its other ids: %v", m)
	}
}

func TestTheBotHearsOnlyWhatAtsItInAGroup(t *testing.T) {
	r := newRig(t, Config{})
	bot := newSDKBot(t, r, ok200)
	g, err := r.CreateGroup("客户群", []string{"staff001"})
	if err != nil {
		t.Fatal(err)
	}
	no := false
	r.mustSay(t, Say{From: "staff001", Group: g, Text: "among us", AtBot: &no})
	r.mustSay(t, Say{From: "staff001", Group: g, MsgType: "file"})
	r.mustSay(t, Say{From: "staff001", Group: g, Text: "状态"})
	eventually(t, "the last", func() bool { return len(bot.seen()) > 0 })
	m := bot.callbacks(t)
	if len(m) != 1 || at(m[0], "text", "content") != " 状态" || m[0]["conversationType"] != "2" || m[0]["conversationId"] != g || m[0]["isInAtList"] != true {
		t.Errorf("the bot heard %v", m)
	}
	hasKeys(t, m[0], "conversationTitle", "atUsers")
	if n := len(r.journal.chat("group:"+g, 10)); n != 3 {
		t.Errorf("the page shows %d messages, want all 3", n)
	}
	yes := true
	if _, err := r.Say(Say{From: "staff001", Group: g, MsgType: "audio", AtBot: &yes}); err == nil {
		t.Error("a voice message could @ the bot in a group")
	}
}

func TestSpeakingInAGroupJoinsIt(t *testing.T) {
	r := newRig(t, Config{})
	g, err := r.CreateGroup("客户群", []string{"staff001"})
	if err != nil {
		t.Fatal(err)
	}
	r.mustSay(t, Say{From: "cust003", Group: g, Text: "I came by the link"})
	if got, _ := r.dir.group(g); fmt.Sprint(got.Members) != "[staff001 cust003]" {
		t.Errorf("members %v", got.Members)
	}
}

func TestAQuoteCarriesTheQuotedMessage(t *testing.T) {
	r := newRig(t, Config{})
	first := r.mustSay(t, Say{From: "staff001", Text: "原话"})
	m := r.heard(t, Say{From: "cust001", Text: "就是这个", ReplyTo: first})
	if at(m, "text", "isReplyMsg") != true || at(m, "text", "repliedMsg", "content", "text") != "原话" || m["originalMsgId"] != first {
		t.Errorf("quote of a person: %v", m)
	}
	sent := r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello)
	key, _ := sent.body["processQueryKey"].(string)
	m = r.heard(t, Say{From: "cust001", Text: "这个", ReplyTo: key})
	if m["originalProcessQueryKey"] != key || at(m, "text", "repliedMsg", "senderId") != botUserID {
		t.Errorf("quote of the bot: %v", m)
	}
}

func TestMsgIDsAndTimesCanBeChosen(t *testing.T) {
	r := newRig(t, Config{})
	m := r.heard(t, Say{From: "cust001", Text: "x", MsgID: "msgSame==", CreateAt: 1})
	if m["msgId"] != "msgSame==" || m["createAt"] != 1.0 {
		t.Errorf("callback %v", m)
	}
	m = r.heard(t, Say{From: "cust001", Text: "x", WebhookExpiresIn: "1s"})
	left := time.Until(time.UnixMilli(int64(m["sessionWebhookExpiredTime"].(float64)))) //nolint:errcheck,forcetypeassert // fails the test
	if left > time.Second || left < -time.Second {
		t.Errorf("the webhook expires in %v, want 1 s", left)
	}
}

func TestMistakenSayingsAreRefusedByName(t *testing.T) {
	r := newRig(t, Config{})
	gone, err := r.CreateGroup("gone", []string{"staff001"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Disband(gone); err != nil {
		t.Fatal(err)
	}
	for body, word := range map[string]string{
		`{"from":"nobody","text":"x"}`:                                       "from",
		`{"from":"cust001","group":"x","text":"x"}`:                          "group",
		`{"from":"cust001","group":"` + gone + `","text":"x"}`:               "disbanded",
		`{"from":"cust001","msgtype":"hologram"}`:                            "msgtype",
		`{"from":"cust001","text":"x","webhook_expires_in":"soon"}`:          "webhook_expires_in",
		`{"from":"cust001","text":"x","reply_to":"x"}`:                       "reply_to",
		`{"from":"cust001","msgtype":"richText","content":{"richText":"x"}}`: "richText",
		`{"from":"cust001","txt":"x"}`:                                       "txt",
		`{"from":1}`:                                                         "from",
		`x`:                                                                  "JSON",
		``:                                                                   "JSON",
		`{"from":"cust001","text":"x"} {"from":"cust001","text":"a second one"}`: "JSON",
	} {
		got := r.do(t, "POST", "/_sim/say", body)
		if got.status != 400 || !strings.Contains(got.raw, word) {
			t.Errorf("%s: %d %s, want 400 naming %s", body, got.status, got.raw, word)
		}
	}
}
