package handlers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guanjia/handlers"
)

func TestWordsThatAreCommands(t *testing.T) {
	for text, want := range map[string]handlers.Command{
		"接单 E12":                      {Verb: handlers.VerbAck, Ref: "E12"},
		"接单e12":                       {Verb: handlers.VerbAck, Ref: "E12"},
		"接单 Ｅ１２":                      {Verb: handlers.VerbAck, Ref: "E12"},
		"  接单 e 012 ":                 {Verb: handlers.VerbAck, Ref: "E12"},
		"接单":                          {Verb: handlers.VerbAck},
		"接单 E12。":                     {Verb: handlers.VerbAck, Ref: "E12"},
		"接单，E12":                      {Verb: handlers.VerbAck, Ref: "E12"},
		"接单 #E12":                     {Verb: handlers.VerbAck, Ref: "E12"},
		"ackE12":                      {Verb: handlers.VerbAck, Ref: "E12", English: true},
		"待办！":                         {Verb: handlers.VerbMine},
		"Help.":                       {Verb: handlers.VerbHelp, English: true},
		"营业 开！":                       {Verb: handlers.VerbHours, Args: []string{"开"}, Rest: "开"},
		"【备注】e 3 客户很急":                {Verb: handlers.VerbNote, Ref: "E3", Args: []string{"客户很急"}, Rest: "客户很急"},
		"E3 备注：客户很急":                  {Verb: handlers.VerbNote, Ref: "E3", Rest: "客户很急"},
		"#Note Rude":                  {Verb: handlers.VerbNote, Rest: "Rude", English: true},
		"ACK e12":                     {Verb: handlers.VerbAck, Ref: "E12", English: true},
		"转交 E12 王工":                   {Verb: handlers.VerbHandOff, Ref: "E12", Args: []string{"王工"}, Rest: "王工"},
		"备注 E12 客户很急":                 {Verb: handlers.VerbNote, Ref: "E12", Args: []string{"客户很急"}, Rest: "客户很急"},
		"备注客户很急":                      {Verb: handlers.VerbNote, Rest: "客户很急"},
		"报告 I5 https://Example.com/A": {Verb: handlers.VerbReport, Ref: "I5", Args: []string{"https://Example.com/A"}, Rest: "https://Example.com/A"},
		"延长 C3 2d 客户要求":               {Verb: handlers.VerbExtend, Ref: "C3", Args: []string{"2d", "客户要求"}, Rest: "2d 客户要求"},
		"绑定 C3":                       {Verb: handlers.VerbBind, Ref: "C3"},
		"状态":                          {Verb: handlers.VerbStatus},
		"转人工":                         {Verb: handlers.VerbHuman},
		"human":                       {Verb: handlers.VerbHuman, English: true},
		"２":                           {Verb: handlers.VerbChoose, Args: []string{"2"}},
		"营业 关 年会":                     {Verb: handlers.VerbHours, Args: []string{"关", "年会"}, Rest: "关 年会"},
		"hours auto":                  {Verb: handlers.VerbHours, Args: []string{"auto"}, Rest: "auto", English: true},
		"不紧急":                         {Verb: handlers.VerbNotUrgent},
		"not urgent":                  {Verb: handlers.VerbNotUrgent, English: true},
		"没帮助":                         {Verb: handlers.VerbUnhelpful},
		"换班 primary 王工 11-25T18:00 11-26T09:00": {
			Verb: handlers.VerbOverride, Args: []string{"primary", "王工", "11-25T18:00", "11-26T09:00"}, Rest: "primary 王工 11-25T18:00 11-26T09:00",
		},
		"开通 A001 某公司 陈晓 13800000001": {
			Verb: handlers.VerbOpen, Args: []string{"A001", "某公司", "陈晓", "13800000001"}, Rest: "A001 某公司 陈晓 13800000001",
		},
	} {
		got, ok := handlers.ParseCommand(text)
		if !ok {
			t.Errorf("%q is no command", text)
			continue
		}
		if len(got.Args) == 0 {
			got.Args = nil
		}
		if got.Verb == handlers.VerbNote && want.Args == nil {
			got.Args = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestQuestionsThatBeginLikeCommands(t *testing.T) {
	for _, text := range []string{
		"绑定的服务器可以解绑吗", "绑定错了怎么办", "营业时间是几点", "报告什么时候出", "开通服务要多久", "开通 2 台 服务器", "开通 专业版 要 多久", "open 443 on the firewall", "换班怎么弄",
		"状态怎么查", "升级配置怎么弄", "help me please", "acknowledge E12", "human resources", "接单 E12 谢谢",
		"帮助？", "状态，怎么查", "close, then open it", "note-taking app is down", "notebook", "E12 noted, thanks", "reportage", "接单 E", "接单 E0", "接单 E12a", "接单 E99999999999999999999", "紧急！服务器被黑了", "4", "11", "",
	} {
		if c, ok := handlers.ParseCommand(text); ok {
			t.Errorf("%q was taken as %+v", text, c)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{"接单 E12", "备注 E1 x", "营业 开", "ﷺ接单", "絶\u200b", "延长 C3 2d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := handlers.ParseCommand(s)
		if !ok {
			return
		}
		if c.Verb == 0 {
			t.Errorf("%q is a command without a verb", s)
		}
		if c.Ref != "" && strings.Trim(c.Ref[1:], "0123456789") != "" {
			t.Errorf("%q has the id %q", s, c.Ref)
		}
	})
}
