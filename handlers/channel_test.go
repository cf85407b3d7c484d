package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
)

// rooms is a platform that makes groups, once for each UUID, and fails as told.
type rooms struct {
	made    map[string]handlers.MadeRoom
	members map[string][]string
	strange []string         // ids that creation does not take
	apart   []string         // ids that no group takes
	fail    map[string]error // by call, before anything happened
	after   map[string]error // by call, although it happened
	calls   []string
	slow    time.Duration // how long a look-up takes
}

func newRooms() *rooms {
	return &rooms{made: map[string]handlers.MadeRoom{}, members: map[string][]string{}, fail: map[string]error{}, after: map[string]error{}}
}

// enter counts a call and returns its failure, each of which happens once.
func (r *rooms) enter(call string) (before, after error) {
	r.calls = append(r.calls, call)
	before, after = r.fail[call], r.after[call]
	delete(r.fail, call)
	delete(r.after, call)
	return before, after
}

func (r *rooms) Create(_ context.Context, n handlers.NewRoom) (handlers.MadeRoom, error) {
	before, after := r.enter("create")
	if before != nil {
		return handlers.MadeRoom{}, before
	}
	room, ok := r.made[n.UUID]
	if !ok {
		room = handlers.MadeRoom{ID: fmt.Sprint("cid", len(r.made)+1), OwnerID: n.OwnerID, ChatID: "chat"}
		for _, id := range n.MemberIDs {
			if slices.Contains(r.strange, id) {
				room.Missing = append(room.Missing, id)
			} else {
				r.join(room.ID, id)
			}
		}
		r.join(room.ID, n.OwnerID)
		r.made[n.UUID] = room
	}
	return room, after
}

func (r *rooms) join(group, id string) {
	if !slices.Contains(r.members[group], id) {
		r.members[group] = append(r.members[group], id)
		slices.Sort(r.members[group])
	}
}

func (r *rooms) AddMembers(_ context.Context, group string, ids []string) (apart []string, err error) {
	before, after := r.enter("add")
	if before != nil {
		return nil, before
	}
	for _, id := range ids {
		if slices.Contains(r.apart, id) {
			apart = append(apart, id)
		} else {
			r.join(group, id)
		}
	}
	return apart, after
}

func (r *rooms) JoinLink(context.Context, handlers.MadeRoom) (string, error) {
	before, after := r.enter("link")
	return "https://join.example/1", errors.Join(before, after)
}

func (r *rooms) FindUser(ctx context.Context, c engagement.Contact) (id string, found bool, err error) {
	if r.slow > 0 {
		select {
		case <-ctx.Done():
			return "", false, ctx.Err()
		case <-time.After(r.slow):
		}
	}
	if before, after := r.enter("mobile"); before != nil || after != nil {
		return "", false, errors.Join(before, after)
	}
	if n, ok := strings.CutPrefix(c.UnionID, "uni"); ok {
		return "cust" + n, true, nil
	}
	if c.Mobile == "+8613800000001" {
		return "cust001", true, nil
	}
	return "", false, nil
}

func TestOneGroupInTheEndWhateverFailsHalfWay(t *testing.T) {
	busy := &bot.SendError{Retry: true, Reason: "平台限流", Err: errors.New("429")}
	timeout := fmt.Errorf("post: %w", context.DeadlineExceeded)
	for _, call := range []string{"mobile", "create", "add", "link"} {
		for name, spoil := range map[string]func(o *office){
			"an error":                  func(o *office) { o.rooms.fail[call] = busy },
			"a time-out":                func(o *office) { o.rooms.fail[call] = timeout },
			"a time-out after success":  func(o *office) { o.rooms.after[call] = timeout },
			"the program dies half way": func(*office) {},
		} {
			t.Run(call+", "+name, func(t *testing.T) {
				o := newOffice(t)
				o.rooms.strange, o.rooms.apart = []string{"cust001"}, []string{"cust001"}
				o.buy(o.purchase())
				spoil(o)
				o.makeRoom(name == "the program dies half way", call)
				if len(o.rooms.made) != 1 {
					t.Errorf("%d groups were made", len(o.rooms.made))
				}
				welcomes := 0
				for _, m := range o.heard {
					if m.To == channel && strings.Contains(m.Text, "7月16日") {
						welcomes++
					}
				}
				if c := o.get("C1"); c.Room.Step != engagement.StepReady || c.Room.ID != "cid1" || welcomes != 1 {
					t.Errorf("%+v, welcomed %d times", c.Room, welcomes)
				}
				link := o.wants(o.heard, "user:staff001", "https://join.example/1", "陈经理")
				if strings.Contains(link.Text, "%!") {
					t.Error(link.Text)
				}
			})
		}
	}
}

// makeRoom fires the steps of the channel until it stands. If the program dies,
// it does so once after each platform call of that name, before the commit.
func (o *office) makeRoom(dies bool, call string) {
	o.t.Helper()
	for range 30 {
		d, ok := o.due[engagement.KindRoom+"|C1"]
		if !ok {
			return
		}
		if d.Due.After(o.now) {
			o.now = d.Due
		}
		before := len(o.rooms.calls)
		if dies {
			o.fire(d, true)
			if slices.Contains(o.rooms.calls[before:], call) {
				dies = false
				continue
			}
		}
		o.fire(d, false)
	}
	o.t.Fatal("the channel never stands")
}

func TestContactWhomTheGroupDoesNotTakeGetsALink(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Contacts = append(p.Contacts, engagement.Contact{Name: "孙工", Mobile: "13900000000"})
	b := o.buy(p)
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "user:staff001", "孙工", "https://join.example/1", b.BindingCode)
	if slices.Contains(o.rooms.calls, "add") {
		t.Error("people were added whom creation took")
	}
}

func TestContactsKnownByUnionIDAreTakenIn(t *testing.T) {
	o := newOffice(t)
	p := o.purchase()
	p.Contacts = []engagement.Contact{{Name: "陈经理", UnionID: "uni001"}}
	o.buy(p)
	o.until(o.now.Add(time.Second))
	if !slices.Contains(o.rooms.members["cid1"], "cust001") {
		t.Errorf("in the group are %v", o.rooms.members)
	}
}

func TestASlowPlatformFindsAllContacts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.rooms.slow = 3 * time.Second
		p := o.purchase()
		p.Contacts = nil
		for i := range 5 {
			p.Contacts = append(p.Contacts, engagement.Contact{Name: "联系人", UnionID: fmt.Sprintf("uni%03d", i)})
		}
		o.buy(p)
		o.until(o.now.Add(time.Hour))
		for i := range 5 {
			if !slices.Contains(o.rooms.members["cid1"], fmt.Sprintf("cust%03d", i)) {
				t.Errorf("in the group are %v", o.rooms.members)
			}
		}
	})
}

func TestManualDriverAsksForAGroupAndTakesItByBinding(t *testing.T) {
	o := bought(t, func(s *handlers.Settings) { s.Cases.Channel.Driver = "manual" })
	o.wants(o.heard, "user:staff001", "手工建群", "绑定 C1")
	o.hear("staff001", "cid7", "绑定 C1")
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "group:cid7", "欢迎", "7月16日24:00")
	if len(o.rooms.made) != 0 {
		t.Error("a group was made as well")
	}
}

// A binding code has eight characters, and so has the number of the millionth case.
func TestTheNumberOfACaseIsNoBindingCode(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) { s.Cases.Channel.Driver = "manual" })
	o.ids["case"] = 7_351_902
	o.buy(o.purchase())
	o.until(o.now.Add(time.Second))
	o.hear("staff001", "cid7", "绑定 C7351903")
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "group:cid7", "欢迎", "7月16日24:00")
}

func TestDriverThatCannotRepeatLeavesItToPeople(t *testing.T) {
	o := newOffice(t, func(s *handlers.Settings) { s.Cases.Channel.Driver = "service_group" })
	o.rooms.fail["create"] = &bot.SendError{Reason: "结果不明", Err: errors.New("lost answer")}
	o.buy(o.purchase())
	o.until(o.now.Add(time.Hour))
	o.wants(o.heard, "user:staff005", "手工建群", "结果不明")
	if n := strings.Count(strings.Join(o.rooms.calls, " "), "create"); n != 1 {
		t.Errorf("tried %d times", n)
	}
}

func TestPermanentTroubleIsToldToTheManagersOnce(t *testing.T) {
	o := newOffice(t)
	o.set.Cases.Rooms = brokenRooms{o.rooms}
	o.buy(o.purchase())
	o.until(o.now.Add(20 * time.Minute))
	n := 0
	for _, m := range o.heard {
		if m.To == "user:staff005" && strings.Contains(m.Text, "没有权限") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("managers heard it %d times", n)
	}
	o.hear("staff001", "cid9", "绑定 C1") // people make one themselves
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "group:cid9", "欢迎")
}

type brokenRooms struct{ *rooms }

func (brokenRooms) Create(context.Context, handlers.NewRoom) (handlers.MadeRoom, error) {
	return handlers.MadeRoom{}, &bot.SendError{Reason: "没有权限", Err: errors.New("forbidden")}
}

func TestLostChannelIsReportedAndCanBeReplaced(t *testing.T) {
	o := bought(t)
	c, err := o.handler.RoomEvent(t.Context(), handlers.RoomEvent{ID: "e1", Kind: handlers.RoomDisbanded, Group: "cid1"}, o.now)
	if err != nil || o.Commit(t.Context(), c) != nil {
		t.Fatal(err)
	}
	o.wants(o.heard, "user:staff005", "C1", "群已解散", "绑定 C1")
	o.hear("staff001", "cid8", "绑定 C1")
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "group:cid8", "欢迎")
	c, err = o.handler.RoomEvent(t.Context(), handlers.RoomEvent{ID: "e2", Kind: handlers.RoomDisbanded, Group: "somebody's"}, o.now)
	if err != nil || len(c.Say) > 0 {
		t.Errorf("a strange group: %v %v", c.Say, err)
	}
}

func TestGroupBelongsToOneCase(t *testing.T) {
	o := bought(t)
	p := o.purchase()
	p.OrderID = "order-2"
	o.buy(p)
	o.until(o.now.Add(time.Second))
	said := o.hear("staff001", "cid1", "绑定 C2")
	o.wants(said, channel, "C1", "一个群只属于一个订单")
	o.hear("staff001", "cid9", "绑定 C2") // the customer has a group already
	o.until(o.now.Add(time.Second))
	o.wants(o.heard, "group:cid9", "C2", "欢迎")
	said = o.hear("cust001", "cid9", "服务器被勒索了")
	o.wants(said, "group:cid9", "I1")
	if o.get("C2").Incident("I1") == nil {
		t.Error("the incident is in another case than its channel's")
	}
}
