package handlers_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRecordHasTheFieldsThatScriptsRead(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.hear("staff001", "", "受理 I1")
	all, err := o.handler.CaseRecords(t.Context(), false, 0)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	body, err := json.Marshal(all[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"id":"C1"`, `"order_id":"order-1"`, `"state":"active"`, `"valid_until":"2027-07-17T00:00:00+08:00"`, `"first_contact_at":null`,
		`"channel":{"open_conversation_id":"cid1"`, `"response_until":"2027-07-07T00:00:00+08:00"`, `"recurrence_of":""`, `"class":"harmful-program"`,
		`"timeline":[{"at":"`, `"kind":"purchased"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if _, found, err := o.handler.CaseRecord(t.Context(), "i1"); err != nil || !found {
		t.Error("not found by its incident")
	}
	for _, id := range []string{"C9", "", "x", "E1"} {
		if _, found, err := o.handler.CaseRecord(t.Context(), id); err != nil || found {
			t.Errorf("%q: %v %v", id, found, err)
		}
	}
}

func TestResolvingDraftsASummaryWithoutInternals(t *testing.T) {
	o := bought(t)
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.until(o.now.Add(20 * time.Minute)) // nobody accepted it in time: internal
	o.hear("staff001", "", "受理 I1")
	o.hear("staff001", "", "进展 I1 已隔离 3 台主机")
	said := o.hear("staff001", "", "结案 I1")
	draft := o.wants(said, "user:staff001", "# I1", "有害程序事件", "已隔离 3 台主机", "结案", "待填写")
	if strings.Contains(draft.Text, "超时未受理") || strings.Contains(draft.Text, "1380000") {
		t.Errorf("internals in %s", draft.Text)
	}
	again, found, err := o.handler.Summary(t.Context(), "I1", "en")
	if err != nil || !found || !strings.Contains(again, "# I1: summary") {
		t.Error(again, found, err)
	}
}

func TestChannelFollowsTheRota(t *testing.T) {
	o := bought(t)
	o.set.Cases.Channel.Members = []string{"member:chen"}
	o.hear("cust001", "cid1", "服务器被勒索了")
	o.until(o.now.Add(time.Second))
	if !slices.Contains(o.rooms.members["cid1"], "staff003") {
		t.Errorf("in the group: %v", o.rooms.members["cid1"])
	}
	calls := len(o.rooms.calls)
	o.hear("staff002", "", "受理 I1") // in the group already
	o.until(o.now.Add(time.Second))
	if len(o.rooms.calls) != calls {
		t.Errorf("metered calls for nothing: %v", o.rooms.calls[calls:])
	}
}

func TestShopThatTellsNoCustomerStillMakesACase(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Anonymous, p.Company, p.Contacts = true, "云市场用户 1000", nil
	b := o.buy(p)
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "user:staff001", "云市场用户 1000", "未知", b.BindingCode)
	o.wants(o.heard, "user:staff001", "https://join.example/1")
}
