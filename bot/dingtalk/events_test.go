package dingtalk_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/dingsim"
)

// letters keeps what was heard.
type letters struct {
	mu   sync.Mutex
	mail []bot.Message
	err  error
}

// Receive keeps a message once.
func (l *letters) Receive(_ context.Context, m bot.Message) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return false, l.err
	}
	fresh := !slices.ContainsFunc(l.mail, func(o bot.Message) bool { return o.ID == m.ID })
	if fresh {
		l.mail = append(l.mail, m)
	}
	return fresh, nil
}

func (l *letters) all() []bot.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.mail)
}

func (l *letters) refuse(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// listen connects to the simulator until the test ends.
func (s *simulated) listen(t *testing.T, hooks dingtalk.Hooks) *letters {
	t.Helper()
	box := &letters{}
	stream := dingtalk.NewStream(s.api, box, hooks)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = stream.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	soon(t, "a connection", func() bool { return len(s.sim.Connections()) > 0 })
	return box
}

func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline, tick := time.NewTimer(15*time.Second), time.NewTicker(5*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("not within 15 s: %s", what)
		case <-tick.C:
		}
	}
}

// notebook keeps the group events that were told.
type notebook struct {
	mu     sync.Mutex
	events []dingtalk.GroupEvent
	err    error
}

func (n *notebook) note(_ context.Context, e dingtalk.GroupEvent) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.events = append(n.events, e)
	return n.err
}

func (n *notebook) of(kind dingtalk.GroupEventKind) (dingtalk.GroupEvent, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range n.events {
		if e.Kind == kind {
			return e, true
		}
	}
	return dingtalk.GroupEvent{}, false
}

func TestWhatHappensToAGroupIsTold(t *testing.T) {
	s, notes := simulate(t), &notebook{}
	s.listen(t, dingtalk.Hooks{OnGroup: notes.note})
	rooms := sceneRooms(t, s)
	room, err := rooms.Create(t.Context(), caseRoom())
	if err != nil {
		t.Fatal(err)
	}
	if err := rooms.AddMembers(t.Context(), room.OpenConversationID, []string{"staff003"}); err != nil {
		t.Fatal(err)
	}
	s.control(t, "/_sim/groups/update", `{"open_conversation_id":"`+room.OpenConversationID+`","title":"新 名","owner":"staff002","add":["cust003"],"remove":["cust001"]}`)
	if err := s.sim.Disband(room.OpenConversationID); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[dingtalk.GroupEventKind]func(dingtalk.GroupEvent) bool{
		dingtalk.GroupDisbanded:    func(dingtalk.GroupEvent) bool { return true },
		dingtalk.GroupRenamed:      func(e dingtalk.GroupEvent) bool { return e.Title == "新 名" },
		dingtalk.GroupOwnerChanged: func(e dingtalk.GroupEvent) bool { return e.Members[0].StaffID == "staff002" },
		dingtalk.MembersJoined: func(e dingtalk.GroupEvent) bool {
			return len(e.Members) == 1 && (e.Members[0].StaffID == "staff003" || e.Members[0].UnionID == "uniCust003iE")
		},
		dingtalk.MembersLeft: func(e dingtalk.GroupEvent) bool { return e.Members[0].StaffID == "cust001" },
	} {
		soon(t, string(kind), func() bool { _, ok := notes.of(kind); return ok })
		e, _ := notes.of(kind)
		if e.Group != room.OpenConversationID || e.ID == "" || time.Since(e.At).Abs() > time.Minute || !want(e) {
			t.Errorf("%s: %+v", kind, e)
		}
	}
}

func TestAnEventThatIsNotTakenIsNotAcked(t *testing.T) {
	s, notes := simulate(t), &notebook{err: errors.New("redis at 10.0.0.7 is down")}
	s.listen(t, dingtalk.Hooks{OnGroup: notes.note})
	group, err := s.sim.CreateGroup("C3", []string{"staff001"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.sim.Disband(group); err != nil {
		t.Fatal(err)
	}
	soon(t, "an answer", func() bool { return len(s.sim.Acks(0)) > 0 })
	if a := s.sim.Acks(0)[0]; a.Code == 200 || !strings.Contains(a.Data, "LATER") || strings.Contains(a.Message+a.Data, "redis") {
		t.Errorf("answered %+v", a)
	}
}

func TestEventsThatNobodyWantsOrReadsAreAcked(t *testing.T) {
	s, notes := simulate(t), &notebook{}
	s.listen(t, dingtalk.Hooks{OnGroup: notes.note})
	for _, body := range []string{
		`{"type":"EVENT","topic":"*","data":"not json"}`, `{"type":"EVENT","topic":"*","data":"[]"}`,
	} {
		s.control(t, "/_sim/push", body)
	}
	soon(t, "two answers", func() bool { return len(s.sim.Acks(0)) == 2 })
	for _, a := range s.sim.Acks(0) {
		if a.Code != 200 || !strings.Contains(a.Data, "SUCCESS") {
			t.Errorf("answered %+v", a)
		}
	}
}

func TestReadingAPageIsTold(t *testing.T) {
	s := simulate(t)
	var mu sync.Mutex
	var read []dingtalk.ReadEvent
	s.listen(t, dingtalk.Hooks{OnRead: func(_ context.Context, e dingtalk.ReadEvent) error {
		mu.Lock()
		defer mu.Unlock()
		read = append(read, e)
		return nil
	}})
	receipt, err := dingtalk.NewPlatform(s.api).Send(t.Context(), page("staff001", bot.ViaChat))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.sim.Read("staff001", "oto:staff001"); err != nil {
		t.Fatal(err)
	}
	soon(t, "the event", func() bool { mu.Lock(); defer mu.Unlock(); return len(read) == 1 })
	if e := read[0]; e.Receipt != receipt || e.Reader.StaffID != "staff001" || time.Since(e.At).Abs() > time.Minute {
		t.Errorf("read: %+v, receipt %q", e, receipt)
	}
}

// card puts a card with STREAM callbacks into a chat, as any program of the app may.
func (s *simulated) card(t *testing.T, id, space string) {
	t.Helper()
	s.control(t, "/v1.0/card/instances/createAndDeliver", `{"cardTemplateId":"tpl","outTrackId":"`+id+`","callbackType":"STREAM",
		"cardData":{"cardParamMap":{"title":"E1"}},"openSpaceId":"dtv1.card//`+space+`",
		"imGroupOpenSpaceModel":{},"imGroupOpenDeliverModel":{"robotCode":"sim"},
		"imRobotOpenSpaceModel":{},"imRobotOpenDeliverModel":{"spaceType":"IM_ROBOT","robotCode":"sim"}}`)
}

func TestAPressedButtonIsTheWordsItStandsFor(t *testing.T) {
	s := simulate(t)
	box := s.listen(t, dingtalk.Hooks{})
	group, err := s.sim.CreateGroup("C3", []string{"staff001", "cust003"})
	if err != nil {
		t.Fatal(err)
	}
	s.card(t, "card-1", "IM_ROBOT.staff001")
	s.card(t, "card-2", "IM_GROUP."+group)
	click := func(c dingsim.Click) bot.Message {
		n := len(box.all())
		if err := s.sim.Click(c); err != nil {
			t.Fatal(err)
		}
		soon(t, "the click", func() bool { return len(box.all()) > n })
		return box.all()[n]
	}
	early := click(dingsim.Click{OutTrackID: "card-1", UserID: "staff001", ActionIDs: []string{"接单 E0"}})
	if early.Sender.StaffID != "" {
		t.Errorf("nothing has told the organisation yet, and %+v is trusted", early.Sender)
	}
	if _, err := s.sim.Say(dingsim.Say{From: "staff001", Text: "你好"}); err != nil {
		t.Fatal(err)
	}
	soon(t, "the message", func() bool { return len(box.all()) == 2 })
	m := click(dingsim.Click{OutTrackID: "card-1", UserID: "staff001", ActionIDs: []string{"ack"}, Params: map[string]any{"say": "接单 E1"}})
	if m.Kind != bot.KindCard || m.Text != "接单 E1" || m.Sender.StaffID != "staff001" || m.From() != bot.User("staff001") {
		t.Errorf("one to one: %+v", m)
	}
	m = click(dingsim.Click{OutTrackID: "card-2", UserID: "staff001", ActionIDs: []string{"接单 E2"}})
	if m.Text != "接单 E2" || m.From() != bot.Group(group) || !m.Mentioned || m.Direct() {
		t.Errorf("in a group: %+v", m)
	}
	if err := s.sim.Click(dingsim.Click{OutTrackID: "card-2", UserID: "staff001", ActionIDs: []string{"接单 E2"}}); err != nil {
		t.Fatal(err)
	}
	soon(t, "five answers", func() bool { return len(s.sim.Acks(0)) == 5 })
	if n := len(box.all()); n != 4 {
		t.Errorf("%d messages after the same press again, want 4", n)
	}
	for _, a := range s.sim.Acks(0) {
		if a.Code != 200 {
			t.Errorf("answered %+v", a)
		}
	}
}

func TestAPressThatIsNotStoredIsNotAcked(t *testing.T) {
	s := simulate(t)
	box := s.listen(t, dingtalk.Hooks{})
	box.refuse(errors.New("redis at 10.0.0.7 is down"))
	s.card(t, "card-1", "IM_ROBOT.staff001")
	if err := s.sim.Click(dingsim.Click{OutTrackID: "card-1", UserID: "staff001", ActionIDs: []string{"ack"}}); err != nil {
		t.Fatal(err)
	}
	soon(t, "an answer", func() bool { return len(s.sim.Acks(0)) > 0 })
	if a := s.sim.Acks(0)[0]; a.Code == 200 || strings.Contains(a.Message, "redis") {
		t.Errorf("answered %+v", a)
	}
}
