package dingsim

import (
	"fmt"
	"strings"
	"testing"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
)

const cardToCust = `{"cardTemplateId":"tpl.schema","outTrackId":"t1","callbackType":"STREAM","cardData":{"cardParamMap":{"title":"事件 I1","body":"已受理","btns":"[{\"text\":\"受理\",\"url\":\"dtmd://dingtalkclient/sendMessage?content=x\"}]"}},` +
	`"openSpaceId":"dtv1.card//IM_ROBOT.cust001","imRobotOpenSpaceModel":{"supportForward":true},"imRobotOpenDeliverModel":{"spaceType":"IM_ROBOT"}}`

func TestACardIsShownChangedAndPressed(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	bot := newSDKBot(t, r, func(*payload.DataFrame) (*payload.DataFrameResponse, error) {
		resp := payload.NewSuccessDataFrameResponse()
		resp.Data = `{"response":{"cardUpdateOptions":{"updateCardDataByKey":true},"cardData":{"cardParamMap":{"body":"李工已受理"}}}}`
		return resp, nil
	})
	got := r.api(t, "POST", "/v1.0/card/instances/createAndDeliver", cardToCust)
	if got.status != 200 || at(got.body["result"], "outTrackId") != "t1" || !strings.Contains(got.raw, `"carrierId"`) {
		t.Fatalf("create: %s", got.raw)
	}
	page := r.journal.chat("oto:cust001", 1)[0]
	if page.Text != "事件 I1\n已受理" || len(page.Buttons) != 1 || page.Route != "card" {
		t.Errorf("page %+v", page)
	}
	steps := []struct{ method, path, body, want string }{
		{"PUT", "/v1.0/card/instances", `{"outTrackId":"t1","cardData":{"cardParamMap":{"body":"处理中"}},"cardUpdateOptions":{"updateCardDataByKey":true}}`, "事件 I1\n处理中"},
		{"PUT", "/v1.0/card/instances", `{"outTrackId":"t1","cardData":{"cardParamMap":{"body":"只剩这个"}}}`, "只剩这个"},
		{"PUT", "/v1.0/card/streaming", `{"outTrackId":"t1","guid":"1","key":"body","content":"全文","isFull":true}`, "全文"},
		{"PUT", "/v1.0/card/streaming", `{"outTrackId":"t1","guid":"2","key":"body","content":"接着"}`, "全文接着"},
		{"PUT", "/v1.0/card/streaming", `{"outTrackId":"t1","guid":"2","key":"body","content":"接着"}`, "全文接着"},
	}
	for i, s := range steps {
		got := r.api(t, s.method, s.path, s.body)
		last := r.journal.chat("oto:cust001", 1)[0]
		if got.body["success"] != true || last.Text != s.want || last.UpdateOf != page.Seq {
			t.Errorf("step %d: %s, page %+v", i, got.raw, last)
		}
	}
	if n := len(r.Messages(0)); n != 5 {
		t.Errorf("%d records, want the card and 4 changes (the same guid changes nothing)", n)
	}
	if got := r.do(t, "POST", "/_sim/click", `{"out_track_id":"t1","user_id":"staff001","action_ids":["accept"],"params":{"id":"I1"}}`); got.status != 200 {
		t.Fatalf("click: %s", got.raw)
	}
	eventually(t, "the answer to the click", func() bool { return strings.Contains(r.journal.chat("oto:cust001", 1)[0].Text, "李工已受理") })
	click := bot.callbacks(t)[0]
	if click["userId"] != "staff001" || !strings.Contains(fmt.Sprint(click["content"]), `"actionIds":["accept"]`) || click["outTrackId"] != "t1" {
		t.Errorf("click %v", click)
	}
}

func TestOneDeliveryOfACardMayFailWhileTheCallSucceeds(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	g, err := r.CreateGroup("群", []string{"cust001"})
	if err != nil {
		t.Fatal(err)
	}
	got := r.api(t, "POST", "/v1.0/card/instances/createAndDeliver", `{"cardTemplateId":"tpl","outTrackId":"t2","cardData":{"cardParamMap":{"a":"x"}},`+
		`"openSpaceId":"dtv1.card//IM_GROUP.`+g+`;dtv1.card//IM_ROBOT.cust003","imGroupOpenSpaceModel":{"supportForward":true},"imGroupOpenDeliverModel":{"robotCode":"sim"}}`)
	results, _ := at(got.body["result"], "deliverResults").([]any)
	if got.body["success"] != true || len(results) != 2 || at(results[0], "success") != true || at(results[1], "success") != false || at(results[1], "errorMsg") == "" {
		t.Errorf("answer %s", got.raw)
	}
	if m := r.Messages(0); len(m) != 1 || m[0].Group != g {
		t.Errorf("recorded %+v", m)
	}
	byUnion := r.api(t, "POST", "/v1.0/card/instances/createAndDeliver", `{"cardTemplateId":"tpl","outTrackId":"t3","userIdType":2,"cardData":{"cardParamMap":{"a":"x"}},`+
		`"openSpaceId":"dtv1.card//IM_ROBOT.uniCust003iE","imRobotOpenSpaceModel":{},"imRobotOpenDeliverModel":{"spaceType":"IM_ROBOT"}}`)
	if !strings.Contains(byUnion.raw, `"carrierId"`) {
		t.Errorf("an outsider by union id: %s", byUnion.raw)
	}
}

func TestCardsAreCheckedAsTheVendorDoes(t *testing.T) {
	r := newRig(t, Config{QPS: 1000})
	r.api(t, "POST", "/v1.0/card/instances/createAndDeliver", cardToCust)
	const create = "/v1.0/card/instances/createAndDeliver"
	refusals{
		{"the same again", "POST", create, cardToCust, "param.cardAlreadyExist"},
		{"no template", "POST", create, `{"outTrackId":"x","cardData":{},"openSpaceId":"x"}`, "MissingcardTemplateId"},
		{"no data", "POST", create, `{"cardTemplateId":"x","outTrackId":"x","openSpaceId":"x"}`, "MissingcardData"},
		{"space", "POST", create, `{"cardTemplateId":"x","outTrackId":"x","cardData":{},"openSpaceId":"IM_ROBOT.x"}`, "param.openSpaceIdInvalid"},
		{"number", "POST", create, `{"cardTemplateId":"x","outTrackId":"x","cardData":{"cardParamMap":{"a":1}},"openSpaceId":"x"}`, "InvalidParameter.cardParamMap"},
		{"callback type", "POST", create, `{"cardTemplateId":"x","outTrackId":"x","cardData":{},"openSpaceId":"x","callbackType":"stream"}`, "param.callbackTypeInvalid"},
		{"no route", "POST", create, `{"cardTemplateId":"x","outTrackId":"x","cardData":{},"openSpaceId":"x","callbackType":"HTTP"}`, "param.callbackRouteKeyEmpty"},
		{"long id", "POST", create, `{"cardTemplateId":"x","outTrackId":"` + strings.Repeat("x", 101) + `","cardData":{},"openSpaceId":"x"}`, "param.outTrackIdInvalid"},
		{"change nothing", "PUT", "/v1.0/card/instances", `{"outTrackId":"t1"}`, "param.cardDataAndPrivateDataBothEmpty"},
		{"change unknown", "PUT", "/v1.0/card/instances", `{"outTrackId":"x","cardData":{"cardParamMap":{"a":"x"}}}`, "param.cardNotExist"},
		{"stream unknown", "PUT", "/v1.0/card/streaming", `{"outTrackId":"x","guid":"1","key":"a","content":"x"}`, "param.cardNotExist"},
		{"stream without guid", "PUT", "/v1.0/card/streaming", `{"outTrackId":"t1","key":"a","content":"x"}`, "Missingguid"},
		{"stream too much", "PUT", "/v1.0/card/streaming", `{"outTrackId":"t1","guid":"9","key":"a","content":"` + strings.Repeat("x", 3073) + `"}`, "param.stream.content"},
	}.run(t, r)
	for _, body := range []string{`{"out_track_id":"t1","user_id":"nobody"}`, `{"out_track_id":"x","user_id":"cust001"}`, `x`} {
		if got := r.do(t, "POST", "/_sim/click", body); got.status != 400 {
			t.Errorf("click %s: %d", body, got.status)
		}
	}
}
