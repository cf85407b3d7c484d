package days_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/configs"
	"guanjia/engagement"
	"guanjia/faq"
	"guanjia/handlers"
	"guanjia/scheduler"
	"guanjia/store"
)

const configuration = `
dingtalk: {client_id: sim, client_secret: sim-secret}
channel: {driver: scene_group, owner: li, template_id: tpl, members: ["rotation:primary", "role:manager"]}
team:
  - {key: li, name: 李工, user_id: staff001, roles: [expert]}
  - {key: wang, name: 王工, user_id: staff002, roles: [expert]}
  - {key: chen, name: 小陈, user_id: staff004, roles: [presales]}
  - {key: zhou, name: 周经理, user_id: staff005, roles: [manager]}
oncall: {rotations: [{name: primary, members: [li], period: 24h, start: "2026-11-23T09:00"}]}
escalation:
  ladder:
    - {notify: ["rotation:primary"], via: [chat], ack_within: 5m}
    - {notify: ["role:manager"], via: [chat], ack_within: 10m}
  repeat: 3
  catch_all: ["role:manager"]
  progress_within: 2h
faq: {answer_at: 0.55, clarify_at: 0.41}
`

// settingsFor reads a configuration and trains the FAQ, outside any bubble.
func settingsFor(t *testing.T, more string) handlers.Settings {
	t.Helper()
	cfg, err := configs.Parse("days.yaml", []byte(configuration+more), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	file, err := faq.Parse(cfg.FAQFiles(), faq.Brand{Product: cfg.Brand.Product, Provider: cfg.Brand.Provider, TicketURL: cfg.Brand.TicketURL})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := faq.New(file, cfg.FAQ)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.New(cfg.Hours)
	if err != nil {
		t.Fatal(err)
	}
	rota, err := calendar.NewRota(cfg.OnCall, cal.Location())
	if err != nil {
		t.Fatal(err)
	}
	return handlers.Settings{
		Brand:    handlers.Brand{Product: cfg.Brand.Product, Provider: cfg.Brand.Provider, TicketURL: cfg.Brand.TicketURL, Lang: cfg.Brand.Lang},
		Team:     cfg.Team,
		Calendar: cal, Rota: rota, Plan: cfg.Escalation, Brain: engine,
		Cases: handlers.Cases{Service: cfg.Service, Reminders: cfg.Reminders, Channel: cfg.Channel},
	}
}

// instance is one bot, put together as cmd/guanjia does it, without its edges.
type instance struct {
	store     *store.Store
	handler   *handlers.Handler
	purchases *handlers.Purchases
	stop      func()
}

// startInstance runs a bot in the present bubble.
func startInstance(t *testing.T, redis string, s handlers.Settings, people *town, ringing [3]*bells) *instance {
	t.Helper()
	// What a bot could not do is said in the log, and nothing may be.
	ctx := zerolog.New(failing{t}).WithContext(t.Context())
	st, err := store.Open(ctx, store.Config{URL: "redis://" + redis + "/0"})
	if err != nil {
		t.Fatal(err)
	}
	s.Cases.Rooms = people
	h := handlers.New(st, func() handlers.Settings { return s })
	var own [3]chan struct{}
	for i, b := range ringing {
		own[i] = b.hang()
	}
	dispatcher := bot.NewDispatcher(mailbox{st, own[0]}, st, h, bot.DispatcherConfig{Apologize: h.Apologize})
	deadlines := scheduler.New(queue{st, own[1]}, handlers.NewDeadlines(h, st), scheduler.Config{})
	sender := bot.NewSender(outbox{st, own[2]}, people, bot.SenderConfig{})
	wake := [...]func(){dispatcher.Wake, deadlines.Wake, sender.Wake}
	added := func(n int) func() { return func() { ringing[n].ring(own[n]); wake[n]() } }
	st.OnWork(added(0), added(1), added(2))
	st.OnReply(sender.Reserve)
	work, stopWork := context.WithCancel(ctx)
	var loops sync.WaitGroup
	for _, run := range []func(context.Context) error{dispatcher.Run, deadlines.Run, sender.Run} {
		loops.Go(func() { _ = run(work) })
	}
	i := &instance{store: st, handler: h, purchases: handlers.NewPurchases(h, st)}
	i.stop = func() {
		stopWork()
		loops.Wait()
		for n, b := range ringing {
			b.take(own[n])
		}
		st.Close()
	}
	jobs, err := h.Jobs(ctx, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Commit(ctx, jobs); err != nil {
		t.Fatal(err)
	}
	return i
}

// raced is what a deadline says that was set anew while it was fired.
const raced = "lost the lease on a deadline"

// failing turns a warning or an error in the log into a failure of the test.
type failing struct{ t *testing.T }

func (f failing) Write(line []byte) (int, error) {
	if s := string(line); (strings.Contains(s, `"level":"warn"`) || strings.Contains(s, `"level":"error"`)) && !strings.Contains(s, raced) {
		f.t.Errorf("the bot logs: %s", s)
	}
	return len(line), nil
}

func (i *instance) buy(t *testing.T, p engagement.Purchase) handlers.Bought {
	t.Helper()
	b, err := i.purchases.Purchase(t.Context(), p, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return b
}
