package handlers_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/calendar"
	"guanjia/escalation"
	"guanjia/faq"
	"guanjia/handlers"
	"guanjia/scheduler"
)

// memory is a store that takes every change.
type memory struct {
	docs    map[bot.DocRef]bot.Doc
	entries map[bot.DocRef][]bot.Entry
	indexes map[string]map[string]float64
	ids     map[string]int64
}

func (m *memory) Load(_ context.Context, refs ...bot.DocRef) ([]bot.Doc, error) {
	out := make([]bot.Doc, len(refs))
	for i, r := range refs {
		out[i] = m.docs[r]
		out[i].DocRef = r
	}
	return out, nil
}

func (m *memory) Index(_ context.Context, name string, lowest, highest float64, limit int) (out []string, err error) {
	members := m.indexes[name]
	for _, id := range slices.SortedFunc(maps.Keys(members), func(a, b string) int { return cmp.Compare(members[a], members[b]) }) {
		if members[id] >= lowest && members[id] <= highest && len(out) < limit {
			out = append(out, id)
		}
	}
	return out, nil
}

// take takes a change over.
func (m *memory) take(c bot.Change) {
	for _, doc := range c.Put {
		doc.Version++
		m.docs[doc.DocRef] = doc
	}
	for _, e := range c.Log {
		m.entries[e.Of] = append(m.entries[e.Of], e)
	}
	for _, x := range c.Index {
		if m.indexes[x.Index] == nil {
			m.indexes[x.Index] = map[string]float64{}
		}
		m.indexes[x.Index][x.Member] = x.Score
		if x.Remove {
			delete(m.indexes[x.Index], x.Member)
		}
	}
}

func (m *memory) Timeline(_ context.Context, of bot.DocRef) ([]bot.Entry, error) {
	return m.entries[of], nil
}

func (m *memory) NextID(_ context.Context, kind, reason string) (int64, error) {
	key := kind + ":" + reason
	if _, ok := m.ids[key]; !ok {
		m.ids[key] = int64(len(m.ids)) + 1
	}
	return m.ids[key], nil
}

// desk is a bot at work: what is said to it, and what it says.
type desk struct {
	t       *testing.T
	store   *memory
	handler *handlers.Handler
	now     time.Time
	n       int
}

func zone(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// builtin is the FAQ that ships with the program, trained once for all tests.
var builtin = sync.OnceValues(func() (*faq.Engine, error) {
	file, err := faq.Parse(os.DirFS("../configs/faq"), faq.Brand{Product: "安全管家", Provider: "安全服务中心", TicketURL: "https://example.com/ticket"})
	if err != nil {
		return nil, err
	}
	return faq.New(file, faq.Config{})
})

func newDesk(t *testing.T, clock string) *desk {
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
	d := &desk{t: t, store: &memory{docs: map[bot.DocRef]bot.Doc{}, entries: map[bot.DocRef][]bot.Entry{}, indexes: map[string]map[string]float64{}, ids: map[string]int64{}}}
	d.handler = handlers.New(d.store, func() handlers.Settings {
		return handlers.Settings{
			Brand: handlers.Brand{Product: "安全管家", Lang: "zh"}, Calendar: cal, Rota: rota, Brain: engine,
			Team: bot.Team{
				{Key: "li", Name: "李工", UserID: "staff001", Roles: []bot.Role{bot.RoleExpert}},
				{Key: "zhou", Name: "周经理", UserID: "staff005", Roles: []bot.Role{bot.RoleManager}},
			},
			// The first step names nobody who is there, and is skipped.
			Plan: escalation.Config{Ladder: []escalation.Step{
				{Notify: []string{"rotation:primary"}, Via: []bot.Via{bot.ViaChat}, AckWithin: 5 * time.Minute},
				{Notify: []string{"role:expert", "member:li"}, Via: []bot.Via{bot.ViaChat}, AckWithin: 5 * time.Minute},
			}, ProgressWithin: 2 * time.Hour},
			Suggested: []string{"presales-scope", "emergency-how", "incident-classes"},
		}
	})
	d.at(clock)
	return d
}

func (d *desk) at(clock string) {
	d.t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", clock, zone(d.t))
	if err != nil {
		d.t.Fatal(err)
	}
	d.now = now
}

// hear hands a message in and takes the change over, as the store would.
func (d *desk) hear(m bot.Message) bot.Change {
	d.t.Helper()
	d.n++
	m.ID = fmt.Sprint("m", d.n)
	c, err := d.handler.Handle(d.t.Context(), m, d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	d.take(c)
	return c
}

func (d *desk) take(c bot.Change) { d.store.take(c) }

func (d *desk) text(who, words string) bot.Change {
	d.t.Helper()
	return d.hear(bot.Message{Conversation: "c-" + who, Kind: bot.KindText, Text: words, Sender: bot.Person{StaffID: who, Name: who}})
}

// says wants the only message to a person to contain all the words.
func (d *desk) says(c bot.Change, to bot.Recipient, words ...string) {
	d.t.Helper()
	var heard []string
	for _, o := range c.Say {
		if o.To == to {
			heard = append(heard, o.Text)
		}
	}
	if len(heard) != 1 {
		d.t.Fatalf("%s hears %d messages: %q", to, len(heard), heard)
	}
	for _, w := range words {
		if !strings.Contains(heard[0], w) {
			d.t.Errorf("%s hears %q, without %q", to, heard[0], w)
		}
	}
}

const customer = bot.Recipient("user:cust001")

func TestNoteThatPeopleAreAwayIsSaidOncePerNight(t *testing.T) {
	d := newDesk(t, "2026-11-23 22:00")
	d.says(d.text("cust001", "绑定错了服务器可以解绑吗"), customer, "非工作时间", "11月24日（周二）09:00")
	d.at("2026-11-23 22:30")
	c := d.text("cust001", "有效期多久")
	if strings.Contains(c.Say[0].Text, "非工作时间") {
		t.Error("said again within twelve hours")
	}
	d.at("2026-11-24 18:30")
	d.says(d.text("cust001", "有效期多久"), customer, "11月25日（周三）09:00")
}

func TestNoteThatPeopleAreAwayIsNotSavedByACallForPeople(t *testing.T) {
	d := newDesk(t, "2026-11-23 17:50")
	d.text("cust001", "转人工")
	d.text("cust002", "我们被勒索了，所有文件都打不开！")
	d.at("2026-11-23 18:10")
	for _, who := range []string{"cust001", "cust002"} {
		d.says(d.text(who, "有效期多久"), bot.User(who), "11月24日（周二）09:00")
	}
}

func TestEnglishIsAnsweredInEnglish(t *testing.T) {
	d := newDesk(t, "2026-11-23 22:00")
	d.says(d.text("cust001", "can I unbind a server?"), customer, "cannot", "Tue 24 Nov 09:00")
	d.says(d.text("cust001", "human"), customer, "Tue 24 Nov 09:00")
	d.says(d.text("cust001", "help"), customer, "1. ", "3. ")
}

func TestQuestionForPeopleWaitsForTheOpening(t *testing.T) {
	d := newDesk(t, "2026-11-23 22:00")
	c := d.text("cust001", "转人工")
	d.says(c, customer, "11月24日（周二）09:00")
	if len(c.Say) != 1 || len(c.Set) != 1 {
		t.Fatalf("pages at night: %+v", c)
	}
	if want := time.Date(2026, 11, 24, 9, 0, 0, 0, zone(t)); !c.Set[0].Due.Equal(want) {
		t.Errorf("due %v", c.Set[0].Due)
	}
	sink := &sink{}
	claimed := scheduler.Claimed{Deadline: c.Set[0]}
	if err := handlers.NewDeadlines(d.handler, sink).Fire(t.Context(), claimed, c.Set[0].Due); err != nil {
		t.Fatal(err)
	}
	d.says(sink.got, "user:staff001", "转人工")
}

type sink struct{ got bot.Change }

func (s *sink) Commit(_ context.Context, c bot.Change) error {
	s.got = c
	return nil
}

func TestUrgentReportReachesTheFirstStepThatHasAnybody(t *testing.T) {
	d := newDesk(t, "2026-11-23 03:00")
	c := d.text("cust001", "我们被勒索了，[点我](http://x) 快来！")
	d.says(c, customer, "正在通知值班专家")
	d.says(c, "user:staff001", "我们被勒索了", "判断依据")
	for _, o := range c.Say {
		if o.To == "user:staff001" && (o.Priority != bot.PriorityPage || strings.Contains(o.Text, "](http")) {
			t.Errorf("page: %+v", o)
		}
	}
}

func TestStrangersCannotUseStaffWords(t *testing.T) {
	d := newDesk(t, "2026-11-23 10:00")
	d.says(d.text("cust001", "营业 关"), customer, "只有服务团队")
	d.says(d.text("staff001", "营业 关"), "user:staff001", "只有值班经理")
	if len(d.store.docs) != 2 {
		t.Errorf("a refusal changed state: %v", d.store.docs)
	}
	d.says(d.text("staff005", "营业 关 年会"), "user:staff005", "非营业")
	d.says(d.text("cust001", "转人工"), customer, "非工作时间", "11月23日（周一）13:00")
	d.says(d.text("staff005", "营业 自动"), "user:staff005", "自动")
	d.says(d.text("cust002", "转人工"), "user:cust002", "已经告诉同事")
}

func TestOtherThanWordsIsToldKindlyWhatWorks(t *testing.T) {
	d := newDesk(t, "2026-11-23 10:00")
	for kind, want := range map[bot.Kind]string{
		bot.KindPicture: "图片", bot.KindVideo: "视频", bot.KindFile: "文件", bot.KindAudio: "语音", bot.KindUnknown: "消息",
	} {
		d.says(d.hear(bot.Message{Conversation: "c", Kind: kind, Sender: bot.Person{StaffID: "cust001"}}), customer, want)
	}
	c := d.hear(bot.Message{Conversation: "c", Kind: bot.KindAudio, Text: "你们几点上班", Sender: bot.Person{StaffID: "cust001"}})
	d.says(c, customer, "5×8")
}

func TestFieldsOfANewerVersionSurvive(t *testing.T) {
	d := newDesk(t, "2026-11-23 10:00")
	ref := bot.DocRef{Kind: "person", ID: "cust001"}
	d.store.docs[ref] = bot.Doc{DocRef: ref, Version: 3, Body: json.RawMessage(`{"name":"old","from_the_future":{"x":1},"greeted":false}`)}
	d.text("cust001", "有效期多久")
	body := string(d.store.docs[ref].Body)
	if !strings.Contains(body, `"from_the_future":{"x":1}`) || !strings.Contains(body, `"name":"cust001"`) {
		t.Error(body)
	}
}

func TestOutsiderIsAnsweredWhereTheyWrote(t *testing.T) {
	d := newDesk(t, "2026-11-23 10:00")
	reply := bot.Webhook{URL: "https://oapi.dingtalk.com/x", Expires: d.now.Add(time.Hour)}
	c := d.hear(bot.Message{Conversation: "c9", Kind: bot.KindText, Text: "有效期多久", Sender: bot.Person{UnionID: "u9"}, Reply: reply})
	if len(c.Say) != 1 || c.Say[0].To != bot.ReplyOnly("c9") || c.Say[0].Reply != reply {
		t.Errorf("%+v", c.Say)
	}
}

func TestOfferedQuestionsCanBeChosenForTenMinutes(t *testing.T) {
	d := newDesk(t, "2026-11-23 10:00")
	d.text("cust001", "帮助")
	d.says(d.text("cust001", "3"), customer, "GB/Z 20986-2007")
	d.at("2026-11-23 10:10")
	d.says(d.text("cust001", "2。"), customer, "打电话联系您")
	d.at("2026-11-23 10:11")
	d.says(d.text("cust001", "1"), customer, "已经过期")
}
