package days_test

import (
	"fmt"
	"testing"

	"guanjia/engagement"
)

// Seventy-two hours that begin on a Friday night and in which hardly anybody
// does anything: every clock runs into its end.
func TestSeventyTwoHoursInWhichNobodyActs(t *testing.T) {
	s := settingsFor(t, "service: {response_period: 1d, validity: 3d, first_contact_within: 30m, accept_within: 15m}\nreminders: {response: [24h, 4h], validity: [48h, 24h], quiet: \"22:00-08:00\"}\n")
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			stage(t, s, seed, "11-27 22:00", func(p *play) {
				p.restarts(int(seed)*4, "11-27 22:00", "11-30 20:00")
				p.buy("11-27 22:30", engagement.PurchaseCreated, "o-1", "+8613900000001")
				p.say("11-27 23:02", "staff005", "", "已联系 C1")
				p.say("11-28 00:10", "cust001", "cid-1", "我们被勒索了，所有文件都打不开！")
				p.say("11-28 00:41", "staff001", "", "受理 I1")
				p.until("12-01 22:30")
				p.judge("seventy_two_hours.txt")
				p.wantStates(map[string]engagement.State{"C1": engagement.Expired})
			})
		})
	}
}
