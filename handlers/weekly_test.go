package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guanjia/faq"
	"guanjia/handlers"
)

func TestTheWeeklyReportHasAPictureGapsAndTheQuota(t *testing.T) {
	o := bought(t)
	var drawn []byte
	o.set.Reporting = handlers.Reporting{
		Upload: func(_ context.Context, _ string, data []byte) (string, error) { drawn = data; return "@lADPweek", nil },
		Quota: func(context.Context, time.Time) ([]handlers.QuotaUse, error) {
			return []handlers.QuotaUse{{Kind: "api", Used: 1200, Limit: 5000}, {Kind: "stream", Used: 7}}, nil
		},
		Gaps: func(context.Context, []faq.Asked, time.Time) []faq.Gap {
			return []faq.Gap{{Question: "支持*华为云*吗", Count: 5}, {Question: "b", Count: 3}, {Question: "c", Count: 2}, {Question: "d", Count: 1}}
		},
	}
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	c, err := o.handler.Jobs(t.Context(), o.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	report := o.wants(o.pass(5*24*time.Hour), "user:staff005", "每周报告", "![week](@lADPweek)", "华为云", "（5 次）", "接口调用额度已用 24%（1200/5000）")
	if strings.Contains(report.Text, "（1 次）") || strings.Contains(report.Text, "Stream") {
		t.Errorf("too much: %s", report.Text)
	}
	img, err := png.Decode(bytes.NewReader(drawn))
	if err != nil || img.Bounds().Dx() != 600 {
		t.Fatal(img, err)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "week.png"), drawn, 0o600); err != nil {
		t.Error(err)
	}
}

func TestTheWeeklyReportGoesOutWithoutItsPicture(t *testing.T) {
	o := bought(t)
	o.set.Reporting = handlers.Reporting{Upload: func(context.Context, string, []byte) (string, error) { return "", errors.New("no quota") }}
	o.say("cust001", "我们被勒索了，所有文件都打不开！")
	c, err := o.handler.Jobs(t.Context(), o.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if report := o.wants(o.pass(5*24*time.Hour), "user:staff005", "每周报告"); strings.Contains(report.Text, "![") {
		t.Error(report.Text)
	}
}

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
