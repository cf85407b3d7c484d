package handlers_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
)

// An expert who never types 结案 must not have the ladder run through the night
// in which the response period ends, with the customer told at every step.
func TestEndOfTheResponsePeriodCallsNobodyAgain(t *testing.T) {
	for _, pause := range []bool{false, true} {
		o := bought(t)
		o.hear("staff001", "", "已联系 C1")
		o.hear("cust001", "", "我们的服务器被勒索了，文件全被加密了")
		o.hear("staff001", "", "受理 I1")
		if pause { // what was meant to be the end is none any more
			o.hear("staff001", "", "暂停 I1 等日志")
			o.until(o.now.Add(7 * 24 * time.Hour))
			o.hear("staff001", "", "继续 I1")
		}
		n := len(o.heard)
		o.until(o.now.Add(8 * 24 * time.Hour))
		for _, m := range o.heard[n:] {
			if strings.Contains(m.Text, "E1") || m.To == "user:cust001" {
				t.Errorf("%s hears %s", m.To, m.Text)
			}
		}
		r, _, err := o.handler.CaseRecord(t.Context(), "C1")
		if err != nil || len(r.Escalations) != 1 || r.Escalations[0].State != "closed" {
			t.Errorf("the escalation is left open: %+v %v", r.Escalations, err)
		}
	}
}

func TestClocksThatEndTogetherPageTheNextStepOnce(t *testing.T) {
	for _, within := range []time.Duration{5 * time.Minute, 10 * time.Minute} { // as the ladder's own
		o := bought(t, func(s *handlers.Settings) { s.Plan.Repeat, s.Cases.Service.AcceptWithin = 3, within })
		o.hear("staff001", "", "已联系 C1")
		o.hear("cust001", "cid1", "我们的服务器被勒索了，文件全被加密了")
		n := len(o.heard)
		o.until(o.now.Add(19 * time.Minute)) // the steps are 5 minutes apart
		calls := map[bot.Recipient]int{}
		for _, m := range o.heard[n:] {
			if strings.Contains(m.Text, "紧急求助 E1") {
				calls[m.To]++
			}
		}
		if calls["user:staff001"] != 1 || calls["user:staff005"] != 2 {
			t.Errorf("accepting within %s: called %v", within, calls)
		}
	}
}

func TestReportAfterTheEndIsAboutTheCaseThatRanToItsEnd(t *testing.T) {
	o := bought(t)
	p := o.purchase()
	p.OrderID = "order-2"
	o.buy(p)
	o.until(o.now.Add(time.Hour))
	p.Type, p.Delivery = engagement.PurchaseCancelled, "msg_9"
	o.buy(p)
	o.until(o.now.Add(20 * 24 * time.Hour))
	o.wants(o.hear("cust001", "", "服务器又被勒索了，不急，有空再看"), "user:cust001", "C1", "7月16日24:00")
}
