package dingsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
)

// refusals is a table of calls and the code each gets.
type refusals []struct{ name, method, path, body, code string }

func (table refusals) run(t *testing.T, r *rig) {
	t.Helper()
	for _, tc := range table {
		t.Run(tc.name, func(t *testing.T) {
			got := r.api(t, tc.method, tc.path, tc.body)
			if got.status != 400 || got.body["code"] != tc.code {
				t.Errorf("%s %s\ngot %d %s, want 400 %s", tc.path, tc.body, got.status, got.raw, tc.code)
			}
			hasKeys(t, got.body, "message", "requestid")
		})
	}
}

func text(v any) string { s, _ := v.(string); return s }

func TestReadStatusesAndRecalls(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	bot := newSDKBot(t, r, ok200)
	g, err := r.CreateGroup("群", []string{"cust001", "staff001"})
	if err != nil {
		t.Fatal(err)
	}
	oto := text(r.api(t, "POST", "/v1.0/robot/oToMessages/batchSend", otoHello).body["processQueryKey"])
	group := text(r.api(t, "POST", "/v1.0/robot/groupMessages/send",
		`{"robotCode":"sim","openConversationId":"`+g+`","msgKey":"sampleText","msgParam":"{\"content\":\"x\"}"}`).body["processQueryKey"])
	readOTO := func() string {
		got := r.api(t, "GET", "/v1.0/robot/oToMessages/readStatus?robotCode=sim&processQueryKey="+escape(oto), "")
		return fmt.Sprint(got.body["sendStatus"], " ", strings.Contains(got.raw, `"READ"`))
	}
	readGroup := func() string {
		got := r.api(t, "POST", "/v1.0/robot/groupMessages/query", `{"robotCode":"sim","openConversationId":"`+g+`","processQueryKey":"`+group+`","maxResults":1}`)
		return fmt.Sprint(got.body["sendStatus"], got.body["readUserIds"], got.body["hasMore"])
	}
	if got := readOTO() + readGroup(); got != "SUCCESS falseSUCCESS[] false" {
		t.Errorf("before reading: %s", got)
	}
	for _, body := range []string{`{"user_id":"cust001","chat":"oto:cust001"}`, `{"user_id":"cust001","chat":"group:` + g + `"}`, `{"user_id":"staff001","chat":"group:` + g + `"}`} {
		if got := r.do(t, "POST", "/_sim/read", body); got.status != 200 || got.body["read"] != 1.0 {
			t.Errorf("read %s: %s", body, got.raw)
		}
	}
	if got := readOTO() + readGroup(); got != "SUCCESS trueSUCCESS[cust001] true" {
		t.Errorf("after reading: %s", got)
	}
	eventually(t, "three read events", func() bool {
		n := 0
		for _, f := range bot.seen() {
			if f.GetHeader("eventType") == "robot_msg_read" {
				n++
			}
		}
		return n == 3
	})
	back := r.api(t, "POST", "/v1.0/robot/otoMessages/batchRecall", `{"robotCode":"sim","processQueryKeys":["`+oto+`","no"]}`)
	if fmt.Sprint(back.body["successResult"]) != "["+oto+"]" || at(back.body["failedResult"], "no") == nil {
		t.Errorf("recall: %s", back.raw)
	}
	back = r.api(t, "POST", "/v1.0/robot/groupMessages/recall", `{"robotCode":"sim","openConversationId":"`+g+`","processQueryKeys":["`+group+`"]}`)
	if fmt.Sprint(back.body["successResult"]) != "["+group+"]" {
		t.Errorf("recall in a group: %s", back.raw)
	}
	if got := readOTO(); got != "RECALLED true" {
		t.Errorf("after the recall: %s", got)
	}
	if m := r.journal.chat("oto:cust001", 10); !m[0].Recalled || m[1].RecallOf != m[0].Seq {
		t.Errorf("the page shows %+v", m)
	}
	refusals{
		{"unknown key", "GET", "/v1.0/robot/oToMessages/readStatus?robotCode=sim&processQueryKey=x", "", "invalidParameter.processQueryKey"},
		{"no key", "GET", "/v1.0/robot/oToMessages/readStatus?robotCode=sim", "", "MissingprocessQueryKey"},
		{"other group", "POST", "/v1.0/robot/groupMessages/query", `{"robotCode":"sim","openConversationId":"x","processQueryKey":"` + group + `"}`, "invalidParameter.processQueryKey"},
		{"201 at once", "POST", "/v1.0/robot/groupMessages/query", `{"robotCode":"sim","openConversationId":"x","processQueryKey":"y","maxResults":201}`, "invalidParameter.maxResults"},
		{"no keys", "POST", "/v1.0/robot/otoMessages/batchRecall", `{"robotCode":"sim","processQueryKeys":[]}`, "MissingprocessQueryKeys"},
		{"no group", "POST", "/v1.0/robot/groupMessages/recall", `{"robotCode":"sim","processQueryKeys":["x"]}`, "MissingopenConversationId"},
	}.run(t, r)
}

func escape(s string) string {
	return strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(s)
}

func TestDings(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	send := func(kind int, receivers string) answer {
		return r.api(t, "POST", "/v1.0/robot/ding/send",
			fmt.Sprintf(`{"robotCode":"sim","remindType":%d,"receiverUserIdList":%s,"content":"有人在等您"}`, kind, receivers))
	}
	got := send(3, `["staff001","cust003"]`)
	id := text(got.body["openDingId"])
	if got.status != 200 || id == "" || !strings.Contains(got.raw, `["cust003"]`) {
		t.Fatalf("send: %s", got.raw)
	}
	m := r.Messages(0)
	if len(m) != 1 || m[0].Route != "ding" || m[0].To != "staff001" || m[0].Text != "有人在等您" {
		t.Fatalf("recorded %+v", m)
	}
	if page := r.journal.chat("ding:staff001", 1)[0]; page.Ding == nil || page.Ding.RemindType != 3 {
		t.Errorf("page %+v", page)
	}
	status := func() string {
		return r.api(t, "POST", "/v1.0/robot/ding/readStatuses/query?robotCode=sim&openDingId="+escape(id), "").raw
	}
	if s := status(); !strings.Contains(s, `"UNREAD"`) {
		t.Errorf("unread: %s", s)
	}
	if _, err := r.Read("staff001", "ding:staff001"); err != nil {
		t.Fatal(err)
	}
	if s := status(); !strings.Contains(s, `"READ"`) {
		t.Errorf("read: %s", s)
	}
	if got := r.api(t, "POST", "/v1.0/robot/ding/recall", `{"robotCode":"sim","openDingId":"`+id+`"}`); got.body["openDingId"] != id {
		t.Errorf("recall: %s", got.raw)
	}
	faulty(t, r, `{"ding_refuse":[2,3]}`)
	if got := send(1, `["staff001"]`); got.status != 200 {
		t.Errorf("in the app: %s", got.raw)
	}
	many := `["` + strings.Repeat(`x","`, 20) + `y"]`
	head := `{"robotCode":"sim","remindType":`
	refusals{
		{"no SMS", "POST", "/v1.0/robot/ding/send", head + `2,"receiverUserIdList":["staff001"],"content":"x"}`, "ding.serverquota.insufficient"},
		{"no phone", "POST", "/v1.0/robot/ding/send", head + `3,"receiverUserIdList":["staff001"],"content":"x"}`, "ding.serverquota.insufficient"},
		{"nobody", "POST", "/v1.0/robot/ding/send", head + `1,"receiverUserIdList":[],"content":"x"}`, "miss.staffId"},
		{"nothing", "POST", "/v1.0/robot/ding/send", head + `1,"receiverUserIdList":["staff001"]}`, "Missingcontent"},
		{"no type", "POST", "/v1.0/robot/ding/send", `{"robotCode":"sim","receiverUserIdList":["staff001"],"content":"x"}`, "MissingremindType"},
		{"type 4", "POST", "/v1.0/robot/ding/send", head + `4,"receiverUserIdList":["staff001"],"content":"x"}`, "invalidParameter.remindType"},
		{"21 by phone", "POST", "/v1.0/robot/ding/send", head + `3,"receiverUserIdList":` + many + `,"content":"x"}`, "ding.receivercount.limit"},
		{"other robot", "POST", "/v1.0/robot/ding/send", `{"robotCode":"x","remindType":1,"receiverUserIdList":["staff001"],"content":"x"}`, "invalid.chatbotId"},
		{"unknown", "POST", "/v1.0/robot/ding/recall", `{"robotCode":"sim","openDingId":"x"}`, "invalidParameter.openDingId"},
	}.run(t, r)
}

func TestSceneGroups(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	create := `{"title":"安全服务 C1","template_id":"tpl","owner_user_id":"staff001","user_ids":["staff005","cust001"],"uuid":"C1"}`
	first, again := r.api(t, "POST", "/v1.0/im/sceneGroup/create", create), r.api(t, "POST", "/v1.0/im/sceneGroup/create", create)
	id, chat := text(first.body["open_conversation_id"]), text(first.body["chat_id"])
	if id == "" || chat == "" || again.body["open_conversation_id"] != id || len(r.dir.all()) != 1 {
		t.Fatalf("the same uuid made %s and %s", first.raw, again.raw)
	}
	add := r.api(t, "POST", "/v1.0/im/sceneGroup/member/add", `{"open_conversation_id":"`+id+`","user_ids":["staff002"],"union_ids":["uniCust002iE"]}`)
	del := r.api(t, "POST", "/v1.0/im/sceneGroup/member/remove", `{"open_conversation_id":"`+id+`","user_ids":["staff005"]}`)
	if g, _ := r.dir.group(id); add.status != 200 || del.status != 200 || strings.Join(g.Members, " ") != "staff001 cust001 staff002 cust002" {
		t.Errorf("add %s, remove %s, members %v", add.raw, del.raw, g.Members)
	}
	info := r.api(t, "POST", "/v1.0/im/sceneGroups/query", `{"openConversationId":"`+id+`"}`)
	hasKeys(t, info.body, "title", "groupUrl", "ownerUserId", "templateId", "status", "openConversationId")
	if qr := r.top(t, "/topapi/chat/qrcode/get", `{"chatid":"`+chat+`","userid":"staff001"}`); qr.body["result"] != info.body["groupUrl"] {
		t.Errorf("join links: %s and %s", qr.raw, info.raw)
	}
	if qr := r.top(t, "/topapi/chat/qrcode/get", `{"chatid":"`+chat+`","userid":"staff003"}`); qr.body["errcode"] != 34008.0 {
		t.Errorf("a stranger's link: %s", qr.raw)
	}
	old := r.api(t, "POST", "/v1.0/im/sceneGroups", `{"groupName":"g","groupOwnerId":"staff001","templateId":"tpl","userIdList":["cust001"],"uuid":"old"}`)
	hasKeys(t, old.body, "openConversationId")
	conv := r.api(t, "POST", "/v1.0/im/chat/"+chat+"/convertToOpenConversationId", "")
	if conv.body["openConversationId"] != id {
		t.Errorf("conversion: %s", conv.raw)
	}
	base, more := `"template_id":"tpl","owner_user_id":"staff001"`, "/v1.0/im/sceneGroup/member/add"
	refusals{
		{"no title", "POST", "/v1.0/im/sceneGroup/create", `{` + base + `}`, "Missingtitle"},
		{"no template", "POST", "/v1.0/im/sceneGroup/create", `{"title":"x","owner_user_id":"staff001"}`, "Missingtemplate_id"},
		{"31 characters", "POST", "/v1.0/im/sceneGroup/create", `{"title":"` + strings.Repeat("群", 31) + `",` + base + `}`, "title.tooLong"},
		{"unknown member", "POST", "/v1.0/im/sceneGroup/create", `{"title":"x",` + base + `,"user_ids":["nobody"]}`, "member.notFound"},
		{"outsider", "POST", "/v1.0/im/sceneGroup/create", `{"title":"x",` + base + `,"user_ids":["cust003"]}`, "member.notFound"},
		{"unknown owner", "POST", "/v1.0/im/sceneGroup/create", `{"title":"x","template_id":"tpl","owner_user_id":"no"}`, "owner.notFound"},
		{"list of one", "POST", "/v1.0/im/sceneGroup/create", `{"title":"x",` + base + `,"user_ids":"cust001"}`, "InvalidParameter.user_ids"},
		{"add to nothing", "POST", more, `{"open_conversation_id":"x","user_ids":["cust001"]}`, "invalid.openConversationId"},
		{"add nobody", "POST", more, `{"open_conversation_id":"` + id + `"}`, "Missinguser_ids"},
		{"add outsider", "POST", more, `{"open_conversation_id":"` + id + `","union_ids":["uniCust003iE"]}`, "member.notFound"},
		{"query nothing", "POST", "/v1.0/im/sceneGroups/query", `{"openConversationId":"x"}`, "invalid.openConversationId"},
		{"unknown chat", "POST", "/v1.0/im/chat/x/convertToOpenConversationId", ``, "invalidParameter.chatId"},
	}.run(t, r)
}

func TestInternalGroupsBeginWithoutTheBot(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	got := r.api(t, "POST", "/v1.0/im/group/create", `{"name":"内部群","owner":"staff001","useridlist":["staff002"]}`)
	id := text(got.body["openConversationId"])
	hasKeys(t, got.body, "openConversationId", "chatid", "conversationTag")
	robots := func() string {
		return r.api(t, "POST", "/v1.0/robot/groups/robots/query", `{"openConversationId":"`+id+`"}`).raw
	}
	if s := robots(); !strings.Contains(s, `[]`) {
		t.Errorf("robots at first: %s", s)
	}
	added := r.api(t, "POST", "/v1.0/im/conversations/robots", `{"openConversationId":"`+id+`","robotCode":"sim"}`)
	hasKeys(t, added.body, "chatBotUserId")
	if s := robots(); !strings.Contains(s, `"robotCode":"sim"`) {
		t.Errorf("robots later: %s", s)
	}
	list := r.api(t, "POST", "/v1.0/robot/groups/query", `{"robotCode":"sim","pageNumber":1,"pageSize":1}`)
	if fmt.Sprint(list.body["openConversationIds"]) != "["+id+"]" || list.body["hasMore"] != false {
		t.Errorf("groups of the bot: %s", list.raw)
	}
	refusals{
		{"21 characters", "POST", "/v1.0/im/group/create", `{"name":"` + strings.Repeat("群", 21) + `","owner":"staff001","useridlist":["staff002"]}`, "name.tooLong"},
		{"ordinary group", "POST", "/v1.0/im/group/create", `{"name":"x","owner":"staff001","useridlist":["staff002"],"conversationTag":0}`, "permession.checkFailed"},
		{"unseen owner", "POST", "/v1.0/im/group/create", `{"name":"x","owner":"cust003","useridlist":["staff002"]}`, "permession.checkFailed"},
		{"no members", "POST", "/v1.0/im/group/create", `{"name":"x","owner":"staff001"}`, "Missinguseridlist"},
		{"robot of others", "POST", "/v1.0/im/conversations/robots", `{"openConversationId":"` + id + `","robotCode":"x"}`, "invalidParameter.robotCode.auth"},
		{"robot to nothing", "POST", "/v1.0/im/conversations/robots", `{"openConversationId":"x","robotCode":"sim"}`, "invalid.openConversationId"},
		{"page 0", "POST", "/v1.0/robot/groups/query", `{"robotCode":"sim","pageNumber":0,"pageSize":1}`, "MissingpageNumber"},
		{"robots of nothing", "POST", "/v1.0/robot/groups/robots/query", `{"openConversationId":"x"}`, "invalid.openConversationId"},
	}.run(t, r)
}

func TestServiceGroups(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	got := r.api(t, "POST", "/v1.0/serviceGroup/groups", `{"openTeamId":"t","openGroupSetId":"s","groupName":"服务群","ownerStaffId":"staff001","memberStaffIds":["staff002"]}`)
	id := text(got.body["openConversationId"])
	hasKeys(t, got.body, "openConversationId", "groupUrl")
	sent := r.api(t, "POST", "/v1.0/serviceGroup/messages/send", `{"targetOpenConversationId":"`+id+`","title":"t","content":"欢迎","messageType":"MARKDOWN"}`)
	hasKeys(t, sent.body, "openMsgTaskId")
	if m := r.Messages(0); len(m) != 1 || m[0].Group != id || m[0].Text != "欢迎" {
		t.Errorf("recorded %+v", m)
	}
	if add := r.api(t, "POST", "/v1.0/serviceGroup/groups/members", `{"openTeamId":"t","openConversationId":"`+id+`","userIds":["staff003"]}`); add.body["success"] != true {
		t.Errorf("add: %s", add.raw)
	}
	if list := r.api(t, "POST", "/v1.0/serviceGroup/groups/members/query", `{"openConversationId":"`+id+`"}`); strings.Count(list.raw, `"unionId"`) != 3 {
		t.Errorf("members: %s", list.raw)
	}
	refusals{
		{"no team", "POST", "/v1.0/serviceGroup/groups", `{"openGroupSetId":"s","groupName":"x","ownerStaffId":"staff001"}`, "MissingopenTeamId"},
		{"21 members", "POST", "/v1.0/serviceGroup/groups", `{"openTeamId":"t","openGroupSetId":"s","groupName":"x","ownerStaffId":"staff001","memberStaffIds":["` + strings.Repeat(`x","`, 20) + `y"]}`, "member.exceed"},
		{"type", "POST", "/v1.0/serviceGroup/messages/send", `{"targetOpenConversationId":"` + id + `","title":"t","content":"x","messageType":"TEXT"}`, "invalidParameter.messageType"},
		{"unknown group", "POST", "/v1.0/serviceGroup/messages/send", `{"targetOpenConversationId":"x","title":"t","content":"x","messageType":"MARKDOWN"}`, "invalid.openConversationId"},
	}.run(t, r)
}

func TestPeopleAreLookedUpOnTheOldHost(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	for _, tc := range []struct {
		path, body string
		errcode    float64
		key, want  string
	}{
		{"/topapi/v2/user/getbymobile", `{"mobile":"13900000001"}`, 0, "userid", "cust001"},
		{"/topapi/v2/user/getbymobile", `{"mobile":"+86-13900000001"}`, 0, "userid", "cust001"},
		{"/topapi/v2/user/getbymobile", `{"mobile":"13900000003"}`, 60121, "", ""},
		{"/topapi/v2/user/getbymobile", `{"mobile":"12"}`, 40104, "", ""},
		{"/topapi/v2/user/getbymobile", `{}`, 400002, "", ""},
		{"/topapi/v2/user/getbymobile", `x`, 400002, "", ""},
		{"/topapi/v2/user/get", `{"userid":"staff001"}`, 0, "unionid", "uniStaff001iE"},
		{"/topapi/v2/user/get", `{"userid":"cust003"}`, 60121, "", ""},
		{"/topapi/v2/user/get", `{}`, 400002, "", ""},
		{"/topapi/user/getbyunionid", `{"unionid":"uniStaff001iE"}`, 0, "userid", "staff001"},
		{"/topapi/user/getbyunionid", `{"unionid":"uniCust003iE"}`, 60121, "", ""},
		{"/topapi/user/getbyunionid", `{}`, 400002, "", ""},
	} {
		got := r.top(t, tc.path, tc.body)
		if got.status != 200 || got.body["errcode"] != tc.errcode || tc.key != "" && at(got.body["result"], tc.key) != tc.want {
			t.Errorf("%s %s: %d %s", tc.path, tc.body, got.status, got.raw)
		}
		hasKeys(t, got.body, "errmsg", "request_id")
	}
	if got := r.do(t, "POST", "/topapi/v2/user/get?access_token=no", `{"userid":"staff001"}`); got.status != 200 || got.body["errcode"] != 88.0 || got.body["sub_code"] != "40014" {
		t.Errorf("a wrong token: %s", got.raw)
	}
}

func TestMediaUploads(t *testing.T) {
	r := newRig(t, Config{})
	r.api(t, "GET", "/v1.0/none", "")
	put := func(kind, field, content string) answer {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		if w, err := form.CreateFormFile(field, "a.png"); err == nil {
			_, _ = w.Write([]byte(content))
		}
		_ = form.Close()
		return r.do(t, "POST", "/media/upload?access_token="+r.token+"&type="+kind, b.String(), "Content-Type", form.FormDataContentType())
	}
	if got := put("image", "media", "png"); got.body["errcode"] != 0.0 || text(got.body["media_id"]) == "" {
		t.Errorf("image: %s", got.raw)
	}
	for what, tc := range map[string]struct {
		got  answer
		code float64
	}{
		"wrong type":  {put("hologram", "media", "x"), 40004},
		"wrong field": {put("image", "file", "x"), 41005},
		"too large":   {put("voice", "media", strings.Repeat("x", 2<<20+1)), 40006},
		"no form":     {r.do(t, "POST", "/media/upload?access_token="+r.token+"&type=image", "{}"), 43008},
		"no token":    {r.do(t, "POST", "/media/upload?type=image", "{}"), 40014},
	} {
		if tc.got.body["errcode"] != tc.code {
			t.Errorf("%s: %s, want %v", what, tc.got.raw, tc.code)
		}
	}
}

func TestEmotionsAndDownloadsNeedKnownMessages(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	id := r.mustSay(t, Say{From: "cust001", Text: "x"})
	body := func(id string) string {
		b, _ := json.Marshal(map[string]any{
			"robotCode": "sim", "openMsgId": id, "openConversationId": "c", "emotionType": 2, "emotionName": "OK",
			"textEmotion": map[string]string{"emotionId": "2659900", "emotionName": "OK", "text": "OK", "backgroundId": "im_bg_1"},
		})
		return string(b)
	}
	for _, verb := range []string{"reply", "recall"} {
		if got := r.api(t, "POST", "/v1.0/robot/emotion/"+verb, body(id)); got.status != 200 {
			t.Errorf("%s: %s", verb, got.raw)
		}
	}
	refusals{
		{"unknown message", "POST", "/v1.0/robot/emotion/reply", body("no"), "invalidParameter.openMsgId"},
		{"no emotion", "POST", "/v1.0/robot/emotion/reply", `{"robotCode":"sim","openMsgId":"x","openConversationId":"c"}`, "MissingemotionName"},
		{"unknown code", "POST", "/v1.0/robot/messageFiles/download", `{"robotCode":"sim","downloadCode":"x"}`, "invalidParameter.downloadCode"},
		{"other robot", "POST", "/v1.0/robot/messageFiles/download", `{"robotCode":"x","downloadCode":"x"}`, "invalidParameter.robotCode.auth"},
	}.run(t, r)
}
