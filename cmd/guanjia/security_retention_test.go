package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
	"guanjia/configs"
	"guanjia/engagement"
	"guanjia/handlers"
	"guanjia/store"
	"guanjia/store/storetest"
)

const keeping = `
team:
  - {key: li, name: 李工, user_id: staff001, roles: [expert]}
  - {key: zhou, name: 周经理, user_id: staff005, roles: [manager]}
oncall: {rotations: [{name: primary, members: [li], period: 24h, start: "2026-11-23T09:00"}]}
escalation: {ladder: [{notify: ["rotation:primary"], via: [chat], ack_within: 5m}]}
channel: {driver: manual, owner: li}
faq: {answer_at: 0.55, clarify_at: 0.41} # calibrating takes long
`

// life is the bot's rules on a real store, at a time that the test says.
type life struct {
	t       *testing.T
	store   *store.Store
	redis   *redis.Client
	handler *handlers.Handler
	now     time.Time
	n       int
	code    string // binds to the case
	// unreachable is who cannot be written to.
	unreachable string
}

func newLife(t *testing.T) *life {
	t.Helper()
	cfg, err := configs.Parse("keeping.yaml", []byte(keeping), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := engineOf(cfg)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := settingsWith(cfg, engine, nil)
	if err != nil {
		t.Fatal(err)
	}
	srv := storetest.Start(t)
	st, err := store.Open(t.Context(), store.Config{URL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return &life{
		t: t, store: st, redis: srv.Client(), now: time.Date(2027, 7, 1, 3, 0, 0, 0, settings.Calendar.Location()),
		handler: handlers.New(st, func() handlers.Settings { return *settings }),
	}
}

func (l *life) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// says lets somebody speak and does everything that follows at once.
func (l *life) says(who, words string) {
	l.t.Helper()
	l.receive(who, words)
	l.settle()
}

func (l *life) receive(who, words string) {
	l.t.Helper()
	l.n++
	_, err := l.store.Receive(l.t.Context(), bot.Message{
		ID: fmt.Sprint("m", l.n), Conversation: "c-" + who, Kind: bot.KindText, Text: words, ReceivedAt: l.now,
		Sender: bot.Person{StaffID: who, UnionID: "union-" + who, Name: "称呼" + who},
		Reply:  bot.Webhook{URL: "https://oapi.dingtalk.com/x", Expires: l.now.Add(time.Hour)},
	})
	l.must(err)
	l.now = l.now.Add(time.Second)
}

// settle does all the work that can be done now.
func (l *life) settle() {
	l.t.Helper()
	for l.mail()+l.deadlines()+l.parcels() > 0 {
		l.now = l.now.Add(time.Millisecond)
	}
}

func (l *life) mail() int {
	mail, _, err := l.store.ClaimMail(l.t.Context(), l.now, 100)
	l.must(err)
	for _, m := range mail {
		c, err := l.handler.Handle(l.t.Context(), m.Message, l.now)
		l.must(err)
		c.Now, c.Done = l.now, bot.Claim{Mail: &m}
		_, err = l.store.FinishMail(l.t.Context(), c, time.Time{})
		l.must(err)
	}
	return len(mail)
}

func (l *life) deadlines() int {
	due, _, err := l.store.ClaimDeadlines(l.t.Context(), l.now, 100)
	l.must(err)
	for _, d := range due {
		l.must(handlers.NewDeadlines(l.handler, l.store).Fire(l.t.Context(), d, l.now))
	}
	return len(due)
}

func (l *life) parcels() int {
	ps, _, err := l.store.ClaimParcels(l.t.Context(), l.now, 100, bot.PriorityNormal)
	l.must(err)
	for _, p := range ps {
		d := bot.Delivery{ID: p.Outgoing.ID, To: p.Outgoing.To, At: l.now, OK: string(p.Outgoing.To) != l.unreachable, Receipt: "r"}
		if !d.OK {
			d.Reason, d.Text = "对方不在本组织内", p.Outgoing.Text
		}
		_, err := l.store.Delivered(l.t.Context(), p, []bot.Delivery{d}, l.now, false)
		l.must(err)
	}
	return len(ps)
}

// until fires every deadline up to a time, each when it is due.
func (l *life) until(end time.Time) {
	l.t.Helper()
	for range 10_000 {
		l.settle()
		next, err := l.store.Due(l.t.Context(), 1)
		l.must(err)
		if len(next) == 0 || next[0].Due.After(end) {
			l.now = end
			return
		}
		l.now = next[0].Due.Add(time.Millisecond)
	}
	l.t.Fatal("deadlines without end")
}

// left lists what of the words some key still holds, in its name or its value.
func (l *life) left(words ...string) (found []string) {
	l.t.Helper()
	ctx := l.t.Context()
	keys, err := l.redis.Keys(ctx, "*").Result()
	l.must(err)
	for _, k := range keys {
		value := k + " " + l.dump(ctx, k)
		for _, w := range words {
			if strings.Contains(value, w) {
				found = append(found, w+" in "+value)
			}
		}
	}
	return found
}

func (l *life) dump(ctx context.Context, key string) string {
	l.t.Helper()
	var value any
	kind, err := l.redis.Type(ctx, key).Result()
	l.must(err)
	switch kind {
	case "string":
		value, err = l.redis.Get(ctx, key).Result()
	case "hash":
		value, err = l.redis.HGetAll(ctx, key).Result()
	case "list":
		value, err = l.redis.LRange(ctx, key, 0, -1).Result()
	case "zset":
		value, err = l.redis.ZRange(ctx, key, 0, -1).Result()
	case "set":
		value, err = l.redis.SMembers(ctx, key).Result()
	default:
		l.t.Fatalf("key %s is a %s, which nobody scans", key, kind)
	}
	l.must(err)
	return fmt.Sprint(value)
}

// Visitors say things in every way in which the bot keeps them: what it answers,
// what it puts off, what it pages for, what goes to and fro, an incident of a
// case, words that were not delivered, and words that no bot could handle.
func (l *life) tell() (words []string) {
	l.t.Helper()
	b, err := handlers.NewPurchases(l.handler, l.store).Purchase(l.t.Context(), engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: "o-1", Product: engagement.Emergency, PurchasedAt: l.now, Company: "某电商",
		Contacts: []engagement.Contact{{Name: "陈晓", Mobile: "+8613900000001", UserID: "cust001"}}, Source: "webhook", Delivery: "d-1",
	}, l.now)
	l.must(err)
	l.code = b.BindingCode
	l.says("cust002", "有效期多久？蓝鲸")
	l.says("cust002", "转人工 橘猫")
	l.says("cust003", "青蛙订单系统能便宜点吗")
	l.says("cust003", "我们的橙子服务器被勒索了，快来人！")
	l.says("staff001", "接单 E2")
	l.says("cust003", "密码可能是柠檬水")
	l.says("staff001", "请把西瓜日志发来")
	l.unreachable = "user:cust003"
	l.says("staff001", "没送到的葡萄")
	l.unreachable = ""
	l.says("cust001", "网站首页被篡改了，石榴")
	l.says("staff001", "受理 I1")
	l.says("cust001", "补充：荔枝页面也被篡改了，快来人！")
	l.says("cust004", "服务器好像有点异常，芒果")
	l.says("cust004", "绑定 "+l.code)
	l.says("cust001", "评价 C1 5")
	l.says("cust001", "我的服务器又不正常了，桑葚")
	l.receive("cust005", "没人处理得了的榴莲")
	mail, _, err := l.store.ClaimMail(l.t.Context(), l.now, 1)
	l.must(err)
	l.must(l.store.BuryMail(l.t.Context(), mail[0], l.now, "panic"))
	return []string{"蓝鲸", "橘猫", "青蛙", "橙子", "柠檬水", "西瓜", "葡萄", "石榴", "荔枝", "芒果", "桑葚", "榴莲"}
}

func TestNoWordOfAVisitorOutlivesItsRetention(t *testing.T) {
	l := newLife(t)
	words := l.tell()
	retain := 180 * 24 * time.Hour
	if kept := l.left(words...); len(kept) < 8 {
		t.Fatalf("the test does not see what is kept: %q", kept)
	}
	end := l.now.Add(retain + time.Minute)
	l.until(l.now.AddDate(0, 0, 2)) // all clocks that words could hang on
	l.now = end
	_, err := l.store.PurgeTexts(t.Context(), end.Add(-retain))
	l.must(err)
	for _, f := range l.left(words...) {
		t.Error(f)
	}
	entries, err := l.store.Timeline(t.Context(), bot.DocRef{Kind: "escalation", ID: "E2"})
	l.must(err)
	if len(entries) == 0 {
		t.Error("the skeleton of the audit is gone as well")
	}
}

func TestNoWordOfAnErasedPersonIsLeftInAnyKey(t *testing.T) {
	l := newLife(t)
	l.tell()
	if l.left("rating_by") == nil || l.left(`"bound"`) == nil {
		t.Fatal("nobody rated, or nobody bound themselves")
	}
	for _, id := range []string{"cust001", "union-cust002", "cust003", "cust004", "cust005"} {
		ids, err := l.handler.Identities(t.Context(), id)
		l.must(err)
		c, err := l.handler.Forget(t.Context(), ids, l.now)
		l.must(err)
		l.must(l.store.Commit(t.Context(), c))
		_, err = l.store.Erase(t.Context(), ids...)
		l.must(err)
	}
	mine := []string{"蓝鲸", "橘猫", "青蛙", "橙子", "柠檬水", "石榴", "荔枝", "芒果", "桑葚", "榴莲", "陈晓", "13900000001", "称呼cust"}
	for _, f := range l.left(mine...) {
		t.Error(f)
	}
}
