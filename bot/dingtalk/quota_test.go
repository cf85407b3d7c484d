package dingtalk_test

import (
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
)

// TestTheLastCallsOfTheMonthAreForPages: notices stop first, then all that
// answers nobody; pages and answers go on.
func TestTheLastCallsOfTheMonthAreForPages(t *testing.T) {
	page := bot.Outgoing{To: bot.User("staff001"), Text: "x", Priority: bot.PriorityPage}
	notice := bot.Outgoing{To: bot.User("staff001"), Text: "x", Priority: bot.PriorityNormal, Mergeable: true}
	reminder := bot.Outgoing{To: bot.User("staff001"), Text: "x", Priority: bot.PriorityNormal}
	answer := bot.Outgoing{To: bot.User("cust001"), Text: "x", Priority: bot.PriorityNormal, Mergeable: true, Reply: bot.Webhook{URL: "http://127.0.0.1/expired"}}
	for used, refused := range map[int64]string{0: "", 78: "", 80: "notice", 95: "notice reminder", 1000: "notice reminder"} {
		s := simulate(t)
		s.cfg.MonthlyQuota = dingtalk.Quota{API: 100}
		if err := s.meter.AddUsage(t.Context(), "api", time.Now().Format("2006-01"), used); err != nil {
			t.Fatal(err)
		}
		p := dingtalk.NewPlatform(dingtalk.NewAPI(s.cfg, nil, s.meter))
		var got []string
		for _, m := range []struct {
			name string
			o    bot.Outgoing
		}{{"page", page}, {"notice", notice}, {"reminder", reminder}, {"answer", answer}} {
			if _, err := p.Send(t.Context(), m.o); err != nil {
				got = append(got, m.name)
				if se := sendError(t, err); se.Retry || !strings.Contains(se.Reason, "额度") {
					t.Errorf("%s: %+v", m.name, se)
				}
			}
		}
		if strings.Join(got, " ") != refused {
			t.Errorf("with %d of 100 used %v are refused, want %q", used, got, refused)
		}
	}
}
