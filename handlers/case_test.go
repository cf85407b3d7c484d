package handlers_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/engagement"
	"guanjia/escalation"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// office is a bot at work on cases: a store that commits like the real one, and
// a platform that makes groups.
type office struct {
	t       *testing.T
	docs    map[bot.DocRef]bot.Doc
	ids     map[string]int64
	due     map[string]scheduler.Deadline
	index   map[string]map[string]float64
	entries map[bot.DocRef][]bot.Entry
	heard   []bot.Outgoing
	said    map[string]bool
	rooms   *rooms
	set     handlers.Settings
	handler *handlers.Handler
	now     time.Time
	n       int
}

func (o *office) Load(_ context.Context, refs ...bot.DocRef) ([]bot.Doc, error) {
	out := make([]bot.Doc, len(refs))
	for i, r := range refs {
		out[i] = o.docs[r]
		out[i].DocRef = r
	}
	return out, nil
}

func (o *office) Index(_ context.Context, name string, lowest, highest float64, limit int) ([]string, error) {
	var out []string
	byScore := func(a, b string) int {
		return cmp.Or(cmp.Compare(o.index[name][a], o.index[name][b]), cmp.Compare(a, b))
	}
	for _, id := range slices.SortedFunc(maps.Keys(o.index[name]), byScore) {
		if at := o.index[name][id]; at >= lowest && at <= highest && len(out) < limit {
			out = append(out, id)
		}
	}
	return out, nil
}

func (o *office) Timeline(_ context.Context, of bot.DocRef) ([]bot.Entry, error) {
	return o.entries[of], nil
}

func (o *office) NextID(_ context.Context, kind, _ string) (int64, error) {
	o.ids[kind]++
	return o.ids[kind], nil
}

// Commit does all of it or nothing, as the store does.
func (o *office) Commit(_ context.Context, c bot.Change) error {
	for _, d := range slices.Concat(c.Put, c.Check, c.Delete) {
		if o.docs[d.DocRef].Version != d.Version {
			return bot.ErrConflict
		}
	}
	for _, d := range c.Put {
		d.Version++
		o.docs[d.DocRef] = d
	}
	for _, d := range c.Delete {
		delete(o.docs, d.DocRef)
	}
	if d := c.Done.Deadline; d != nil {
		delete(o.due, d.ID)
	}
	for _, id := range c.Clear {
		delete(o.due, id)
	}
	for _, d := range c.Set {
		o.due[d.ID] = d
	}
	for _, x := range c.Index {
		if o.index[x.Index] == nil {
			o.index[x.Index] = map[string]float64{}
		}
		o.index[x.Index][x.Member] = x.Score
		if x.Remove {
			delete(o.index[x.Index], x.Member)
		}
	}
	for _, e := range c.Log {
		o.entries[e.Of] = append(o.entries[e.Of], e)
	}
	for _, m := range c.Say {
		if o.said[m.ID] {
			o.t.Errorf("two messages have the id %s: %s", m.ID, m.Text)
		}
		o.said[m.ID] = true
		o.heard = append(o.heard, m)
	}
	return nil
}

func newOffice(t *testing.T, change ...func(*handlers.Settings)) *office {
	t.Helper()
	engine, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	hours := []string{"09:00-12:00", "13:00-18:00"}
	cal, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: calendar.Week{Mon: hours, Tue: hours, Wed: hours, Thu: hours, Fri: hours}})
	if err != nil {
		t.Fatal(err)
	}
	rota, err := calendar.NewRota(calendar.OnCall{}, cal.Location())
	if err != nil {
		t.Fatal(err)
	}
	const day = 24 * time.Hour
	o := &office{
		t: t, docs: map[bot.DocRef]bot.Doc{}, ids: map[string]int64{}, due: map[string]scheduler.Deadline{}, said: map[string]bool{},
		index: map[string]map[string]float64{}, entries: map[bot.DocRef][]bot.Entry{}, rooms: newRooms(),
		now: time.Date(2027, 7, 1, 10, 30, 0, 0, cal.Location()),
	}
	o.set = handlers.Settings{
		Brand: handlers.Brand{Product: "安全管家", Provider: "安全服务中心", Lang: "zh"}, Calendar: cal, Rota: rota, Brain: engine,
		Team: bot.Team{
			{Key: "li", Name: "李工", UserID: "staff001", Roles: []bot.Role{bot.RoleExpert}},
			{Key: "wang", Name: "王工", UserID: "staff002", Roles: []bot.Role{bot.RoleExpert}},
			{Key: "chen", Name: "小陈", UserID: "staff003", Roles: []bot.Role{bot.RolePresales}},
			{Key: "zhou", Name: "周经理", UserID: "staff005", Roles: []bot.Role{bot.RoleManager}},
		},
		Plan: escalation.Config{Ladder: []escalation.Step{
			{Notify: []string{"member:li"}, Via: []bot.Via{bot.ViaChat}, AckWithin: 5 * time.Minute},
			{Notify: []string{"role:manager"}, Via: []bot.Via{bot.ViaChat}, AckWithin: 5 * time.Minute},
		}, CatchAll: []string{"role:manager"}, ProgressWithin: 2 * time.Hour},
		Cases: handlers.Cases{
			Service: engagement.Service{
				ResponsePeriod: 5 * day, Validity: 15 * day, FirstContactWithin: 30 * time.Minute, AcceptWithin: 15 * time.Minute, Count: "civil",
			},
			Reminders: engagement.Reminders{
				Response: []time.Duration{48 * time.Hour, 24 * time.Hour, 4 * time.Hour}, Validity: []time.Duration{72 * time.Hour, 24 * time.Hour}, Quiet: "22:00-08:00",
			},
			Channel: engagement.Channel{Driver: "scene_group", Owner: "li", Members: []string{"member:wang", "role:manager"}},
			Rooms:   o.rooms,
		},
	}
	for _, f := range change {
		f(&o.set)
	}
	o.handler = handlers.New(o, func() handlers.Settings { return o.set })
	return o
}

func (o *office) purchase() engagement.Purchase {
	return engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: "order-1", Product: engagement.Emergency, PurchasedAt: o.now, Company: "示例科技",
		Contacts: []engagement.Contact{{Name: "陈经理", Mobile: "+8613800000001"}}, Delivery: "msg_1", Source: "webhook",
	}
}

func (o *office) buy(p engagement.Purchase) handlers.Bought {
	o.t.Helper()
	b, err := handlers.NewPurchases(o.handler, o).Purchase(o.t.Context(), p, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

// fire does one deadline, and commits what follows unless the program dies
// first.
func (o *office) fire(d scheduler.Deadline, dies bool) {
	o.t.Helper()
	commit := bot.Committer(o)
	if dies {
		commit = deaf{}
	}
	ctx, cancel := context.WithTimeout(o.t.Context(), 8*time.Second) // as the scheduler does
	defer cancel()
	calls := len(o.rooms.calls)
	if err := handlers.NewDeadlines(o.handler, commit).Fire(ctx, scheduler.Claimed{Deadline: d}, o.now); err != nil {
		o.t.Fatal(err)
	}
	if len(o.rooms.calls) > calls && !handlers.CallsOut(d.Kind) {
		o.t.Errorf("%s called %v, and could hold up a page", d.Kind, o.rooms.calls[calls:])
	}
}

// deaf stands for a program that dies before its commit.
type deaf struct{}

func (deaf) Commit(context.Context, bot.Change) error { return nil }

// until fires what falls due up to a moment.
func (o *office) until(end time.Time) {
	o.t.Helper()
	for range 1000 {
		first := scheduler.Deadline{Due: end.Add(1)}
		for _, d := range o.due {
			if d.Due.Before(first.Due) {
				first = d
			}
		}
		if first.ID == "" {
			o.now = end
			return
		}
		if first.Due.After(o.now) {
			o.now = first.Due
		}
		o.fire(first, false)
	}
	o.t.Fatal("deadlines without end")
}

// hear hands words in: in the group with that id, or one-to-one.
func (o *office) hear(who, group, words string) []bot.Outgoing {
	o.t.Helper()
	o.n++
	m := bot.Message{ID: fmt.Sprint("m", o.n), Conversation: "c-" + who + group, Group: group, GroupTitle: "群", Kind: bot.KindText, Text: words}
	m.Sender = bot.Person{StaffID: who, Name: who, SenderID: "$" + who}
	if strings.HasPrefix(who, "out") {
		m.Sender.StaffID = ""
	}
	c, err := o.handler.Handle(o.t.Context(), m, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.Commit(o.t.Context(), c); err != nil {
		o.t.Fatal(err)
	}
	return c.Say
}

func (o *office) get(id string) *engagement.Case {
	o.t.Helper()
	c := &engagement.Case{ID: id}
	form := c.Stored()
	if err := json.Unmarshal(o.docs[bot.DocRef{Kind: "case", ID: id}].Body, form); err != nil {
		o.t.Fatal(err)
	}
	c.Restore(form)
	return c
}

// wants wants a message to somebody that contains all the words.
func (o *office) wants(said []bot.Outgoing, to bot.Recipient, words ...string) bot.Outgoing {
	o.t.Helper()
	var heard []string
	for _, m := range said {
		if m.To != to {
			continue
		}
		heard = append(heard, m.Text)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(m.Text, w) }) {
			return m
		}
	}
	o.t.Fatalf("%s hears nothing with %q, but %q", to, words, heard)
	return bot.Outgoing{}
}

const channel = bot.Recipient("group:cid1")

// bought is an office with a case whose channel stands.
func bought(t *testing.T, change ...func(*handlers.Settings)) *office {
	t.Helper()
	o := newOffice(t, change...)
	o.buy(o.purchase())
	o.until(o.now.Add(time.Second))
	return o
}

func TestPurchaseAsksForACallAndMakesAChannel(t *testing.T) {
	o := newOffice(t)
	b := o.buy(o.purchase())
	task := o.wants(o.heard, "user:staff001", "C1", "示例科技", "陈经理", "+8613800000001", "已联系 C1", "7月16日24:00", b.BindingCode)
	if task.Priority != bot.PriorityPage {
		t.Error("the task waits behind other words")
	}
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, channel, "C1", "7月16日24:00", "王工", "周经理")
	if c := o.get("C1"); c.Room.ID != "cid1" || c.Contacts[0].UserID != "cust001" || !c.Has("cust001") {
		t.Errorf("%+v", c.Room)
	}
	if got := o.rooms.members["cid1"]; !slices.Equal(got, []string{"cust001", "staff001", "staff002", "staff005"}) {
		t.Errorf("in the group: %v", got)
	}
}

func TestSamePurchaseAgainIsTheSameCase(t *testing.T) {
	o := newOffice(t)
	first := o.buy(o.purchase())
	n := len(o.heard)
	p := o.purchase()
	p.Delivery = "msg_9"
	if again := o.buy(p); again.Case != first.Case || again.BindingCode != first.BindingCode || again.Fresh || len(o.heard) != n {
		t.Errorf("%+v, then %+v", first, again)
	}
}

func TestPurchasesThatCameAtOnceMakeOneCase(t *testing.T) {
	o := newOffice(t)
	one, _, err1 := o.handler.Purchase(t.Context(), o.purchase(), o.now)
	two, _, err2 := o.handler.Purchase(t.Context(), o.purchase(), o.now)
	if err1 != nil || err2 != nil || o.Commit(t.Context(), one) != nil {
		t.Fatal(err1, err2)
	}
	if err := o.Commit(t.Context(), two); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("the second one: %v", err)
	}
}

func TestRenewedAndCancelledOrders(t *testing.T) {
	o := bought(t)
	p := engagement.Purchase{Type: engagement.PurchaseRenewed, OrderID: "order-1", Delivery: "msg_2"}
	o.buy(p)
	o.buy(p)
	if end := o.get("C1").Validity.End.In(o.now.Location()); end.Day() != 1 || end.Month() != 8 {
		t.Errorf("valid until %s", end)
	}
	o.wants(o.heard, channel, "C1", "7月31日24:00")
	o.buy(engagement.Purchase{Type: engagement.PurchaseCancelled, OrderID: "order-1", Delivery: "msg_3"})
	if len(o.index[handlers.IndexCasesOpen]) != 0 || len(o.index[handlers.IndexCases]) != 1 {
		t.Errorf("indexes: %v", o.index)
	}
	_, err := handlers.NewPurchases(o.handler, o).Purchase(t.Context(), engagement.Purchase{Type: engagement.PurchaseRenewed, OrderID: "order-1", Delivery: "msg_4"}, o.now)
	if r, ok := errors.AsType[*engagement.Refusal](err); !ok || r.Why != engagement.WhyCancelled {
		t.Errorf("renewing a cancelled order: %v", err)
	}
	p.OrderID = "order-7"
	if _, _, err := o.handler.Purchase(t.Context(), p, o.now); !errors.Is(err, handlers.ErrUnknownOrder) {
		t.Errorf("unknown order: %v", err)
	}
}

func TestProfessionalEditionGetsItsChecklistAndNoChannel(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Product, p.Contacts[0].UserID = engagement.Professional, "cust001"
	o.buy(p)
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "user:cust001", "不能解绑", "收件人", "已完成")
	o.until(o.now.Add(25 * time.Hour))
	o.wants(o.heard, "user:cust001", "服务器绑定和报告收件人设置好了吗")
	if len(o.rooms.members) != 0 {
		t.Error("a channel was made")
	}
	if said := o.hear("cust001", "", "已完成"); !strings.Contains(said[0].Text, "记为完成") {
		t.Errorf("%v", said)
	}
	if said := o.hear("cust001", "", "已完成"); strings.Contains(said[0].Text, "记为完成") {
		t.Error("there is nothing left to confirm")
	}
}

func TestCustomerFoundByMobileGetsTheChecklistAndSoDoesWhoBinds(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Product = engagement.Professional
	b := o.buy(p)
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "user:cust001", "不能解绑", "已完成")
	said := o.hear("cust002", "", "绑定 "+b.BindingCode)
	if m := o.wants(said, "user:cust002", "C1", "不能解绑"); len(m.Buttons) != 1 {
		t.Errorf("buttons %v", m.Buttons)
	}
}

func TestMarkupInNamesStaysText(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Company, p.Contacts[0].Name = "<img src=x onerror=alert(1)>", "[点我](http://evil.example) @all"
	o.buy(p)
	o.until(o.now.Add(time.Second))
	for _, m := range o.heard {
		if strings.Contains(m.Text, "<img") || strings.Contains(m.Text, "](http") || strings.Contains(m.Text, "@all") {
			t.Errorf("markup in %q", m.Text)
		}
	}
}
