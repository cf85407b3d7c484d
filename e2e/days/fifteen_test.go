package days_test

import (
	"fmt"
	"testing"

	"guanjia/engagement"
	"guanjia/handlers"
)

// The fifteen days of one customer, with another beside them whom nobody calls
// and who cancels. Instances come and go at random; what is said never differs.
func TestFifteenDaysSayWhatTheContractSaysWhoeverIsDown(t *testing.T) {
	s := settingsFor(t, "")
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			stage(t, s, seed, "11-25 10:00", func(p *play) {
				p.restarts(int(seed)*3, "11-25 10:31", "12-12 10:00")
				p.fifteenDays()
				p.judge("fifteen_days.txt")
				p.wantStates(map[string]engagement.State{"C1": engagement.Closed, "C2": engagement.Cancelled})
			})
		})
	}
}

func (p *play) fifteenDays() {
	const c1 = "cid-1"
	p.buy("11-25 10:30", engagement.PurchaseCreated, "o-1", "+8613900000001")
	p.buy("11-25 10:31", engagement.PurchaseCreated, "o-2", "+8613900000009") // nobody's mobile: by link
	p.say("11-25 10:40", "staff001", "", "已联系 C1")
	p.say("11-25 11:08", "staff005", "", "已联系 C2") // late: the ladder runs
	p.say("11-26 15:00", "cust001", c1, "我们被勒索了，所有文件都打不开！")
	p.say("11-26 15:03", "staff001", "", "受理 I1")
	p.say("11-27 09:00", "staff001", "", "进展 I1 已经隔离了服务器")
	p.say("11-27 10:00", "staff001", "", "暂停 I1 等客户提供日志")
	p.say("11-28 16:00", "staff001", "", "继续 I1") // the end shifts by 30 hours
	p.say("11-30 10:00", "staff005", "", "延长 I1 1d 客户要求")
	p.say("12-03 11:00", "staff001", "", "报告 I1 https://example.com/r/1")
	p.say("12-03 14:00", "cust001", c1, "报告里的处置建议是什么意思")
	p.say("12-03 14:10", "staff001", "", "下午三点电话给您讲解")
	p.say("12-03 15:30", "staff001", "", "结案 I1")
	p.say("12-03 16:00", "staff001", "", "重开 I1")
	p.buy("12-04 10:00", engagement.PurchaseCancelled, "o-2", "")
	p.say("12-05 20:00", "cust001", c1, "我们又被勒索了，所有文件都打不开！") // a recurrence, without a report to the end
	p.say("12-05 20:03", "staff001", c1, "受理")
	p.say("12-10 12:00", "staff005", "", "延长 C1 1d 客户要求") // its last day's reminder was said, and is said again
	p.say("12-12 09:00", "cust001", "", "评价 C1 5")
	p.say("12-12 10:00", "cust001", "", "我们的网站被篡改了，首页变成了广告，不急")
	p.event("12-12 11:00", handlers.RoomDisbanded, c1)
	p.until("12-20 23:00")
}
