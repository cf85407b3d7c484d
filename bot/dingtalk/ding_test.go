package dingtalk_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
)

func page(to string, via bot.Via) bot.Outgoing {
	return bot.Outgoing{ID: "1", To: bot.User(to), Via: via, Priority: bot.PriorityPage, Text: "E1 **被攻击** 接单 E1"}
}

func TestADingGoesByItsRoute(t *testing.T) {
	s := simulate(t)
	p := dingtalk.NewPlatform(s.api)
	for via, remind := range map[bot.Via]string{bot.ViaDingApp: `"remindType":1`, bot.ViaDingSMS: `"remindType":2`, bot.ViaDingPhone: `"remindType":3`} {
		if _, err := p.Send(t.Context(), page("staff001", via)); err != nil {
			t.Fatal(err)
		}
		messages := s.sim.Messages(0)
		last := messages[len(messages)-1]
		if last.Route != "ding" || last.To != "staff001" || !strings.Contains(fmt.Sprintf("%s", last.Raw), remind) || last.Text != "E1 被攻击 接单 E1" {
			t.Errorf("%s: %+v", via, last)
		}
	}
}

func TestADingThatIsForbiddenGoesByTheNextMilderRoute(t *testing.T) {
	for _, tc := range []struct {
		refuse string
		via    bot.Via
		want   string // the way it went
		told   []string
	}{
		{`[3]`, bot.ViaDingPhone, "ding", []string{"ding_phone>ding_sms"}},
		{`[2,3]`, bot.ViaDingPhone, "ding", []string{"ding_phone>ding_sms", "ding_sms>ding_app"}},
		{`[1,2,3]`, bot.ViaDingPhone, "oto", []string{"ding_phone>ding_sms", "ding_sms>ding_app", "ding_app>chat"}},
		{`[1]`, bot.ViaDingApp, "oto", []string{"ding_app>chat"}},
		{`[1,2]`, bot.ViaDingPhone, "ding", nil},
	} {
		s := simulate(t)
		s.faults(t, `{"ding_refuse":`+tc.refuse+`}`)
		p := dingtalk.NewPlatform(s.api)
		var told []string
		p.OnFallback(func(from, to bot.Via, reason string) {
			told = append(told, string(from)+">"+string(to))
			if !strings.Contains(reason, "DING") {
				t.Errorf("reason %q", reason)
			}
		})
		for range 3 { // reported once a day, not at every page
			if _, err := p.Send(t.Context(), page("staff001", tc.via)); err != nil {
				t.Fatalf("%s %s: %v", tc.refuse, tc.via, err)
			}
		}
		said := s.said()
		if len(said) != 3 || !strings.HasPrefix(said[0], tc.want+" staff001: E1") || !slices.Equal(told, tc.told) {
			t.Errorf("%s %s: said %q, told %q", tc.refuse, tc.via, said, told)
		}
	}
}

func TestWhatNoRouteHelpsDoesNotFallBack(t *testing.T) {
	for _, tc := range []struct {
		name, faults, to string
		retry            bool
	}{
		{"a stranger", `{}`, "nobody", false},
		{"a lost answer", `{"fail_after_success":"ding/send"}`, "staff001", true},
		{"the month's quota", `{"quota_left":1}`, "staff001", true},
	} {
		s := simulate(t)
		p := dingtalk.NewPlatform(s.api)
		p.OnFallback(func(from, to bot.Via, reason string) {
			t.Errorf("%s: %s fell back to %s: %s", tc.name, from, to, reason)
		})
		s.faults(t, tc.faults)
		if tc.name == "the month's quota" {
			_, _ = p.Send(t.Context(), page("staff001", bot.ViaDingApp)) // the last one there is
		}
		_, err := p.Send(t.Context(), page(tc.to, bot.ViaDingPhone))
		if se := sendError(t, err); se.Retry != tc.retry || se.Reason == "" {
			t.Errorf("%s: %+v", tc.name, se)
		}
		if n := s.called("/v1.0/robot/oToMessages/batchSend"); n != 0 {
			t.Errorf("%s: %d chat messages", tc.name, n)
		}
	}
}

func TestReadersOfAPageAreKnown(t *testing.T) {
	s := simulate(t)
	p := dingtalk.NewPlatform(s.api)
	for via, chat := range map[bot.Via]string{bot.ViaChat: "oto:staff001", bot.ViaDingApp: "ding:staff001"} {
		receipt, err := p.Send(t.Context(), page("staff001", via))
		if err != nil {
			t.Fatal(err)
		}
		if readers, err := p.ReadReceipts(t.Context(), receipt); err != nil || len(readers) != 0 {
			t.Errorf("%s unread: %v, %v", via, readers, err)
		}
		if _, err := s.sim.Read("staff001", chat); err != nil {
			t.Fatal(err)
		}
		if readers, err := p.ReadReceipts(t.Context(), receipt); err != nil || !slices.Equal(readers, []string{"staff001"}) {
			t.Errorf("%s read: %v, %v", via, readers, err)
		}
	}
	if readers, err := p.ReadReceipts(t.Context(), ""); err != nil || readers != nil {
		t.Errorf("no receipt: %v, %v", readers, err)
	}
	if _, err := p.ReadReceipts(t.Context(), "unknown+key/="); sendError(t, err).Retry {
		t.Errorf("an unknown receipt: %v", err)
	}
}

func TestAStepThatPagesSeveralPeopleIsOneCall(t *testing.T) {
	s := simulate(t)
	s.faults(t, `{"ding_refuse":[3]}`)
	p := dingtalk.NewPlatform(s.api)
	var paging sync.WaitGroup
	for _, who := range []string{"staff001", "staff002", "staff003"} {
		paging.Go(func() {
			if _, err := p.Send(t.Context(), page(who, bot.ViaDingPhone)); err != nil {
				t.Errorf("%s: %v", who, err)
			}
		})
	}
	paging.Wait()
	said := s.said()
	slices.Sort(said)
	if len(said) != 3 || !strings.HasPrefix(said[0], "ding staff001") || !strings.HasPrefix(said[2], "ding staff003") {
		t.Errorf("said %q", said)
	}
	if n := s.called("/v1.0/robot/ding/send"); n >= 6 {
		t.Errorf("%d calls for 3 people by 2 routes", n)
	}
}
