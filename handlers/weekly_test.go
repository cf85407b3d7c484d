package handlers_test

import (
	"testing"
	"time"
)

func TestWeekIsReportedOnMonday(t *testing.T) {
	o := bought(t) // on a Thursday
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	o.pass(3 * time.Minute)
	o.say("staff001", "接单 E1")
	o.say("staff001", "结束 E1")
	o.say("cust001", "4")
	c, err := o.handler.Jobs(t.Context(), o.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	said := o.pass(5 * 24 * time.Hour)
	o.wants(said, "user:staff005", "每周报告", "求助 3 次，其中紧急 3 次，没有人接单 2 次", "3 分钟", "评分 4.0（1 份）", "新服务单 1 个", "首次联系 1 次")
	n := 0
	for _, m := range o.pass(7 * 24 * time.Hour) {
		if m.Title == "每周报告" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d reports in the next week", n)
	}
}
