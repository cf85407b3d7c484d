package engagement_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"guanjia/engagement"
)

func TestChannelIsMadeStepByStep(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	key := w.c.RoomKey()
	want := func(s engagement.Step) {
		t.Helper()
		d, set := w.due[engagement.KindRoom+"|C3"]
		if w.c.Room.Step != s || set != (s != engagement.StepReady) || (set && !w.c.RoomDue(d.Run)) || w.c.RoomDue(d.Run-1) {
			t.Fatalf("the next step is %s (%v), want %s", w.c.Room.Step, d, s)
		}
		if w.c.RoomKey() != key {
			t.Fatal("the key of the group changed")
		}
	}
	want(engagement.StepLookUp)
	w.take(w.c.RoomFailed("超时", now))
	want(engagement.StepLookUp)
	w.take(w.c.LookedUp([]string{""}, now))
	want(engagement.StepCreate)
	w.take(w.c.Created(engagement.Room{ID: "cid1", Title: "示例科技"}, now))
	want(engagement.StepMembers)
	w.take(w.c.Joined([]string{"陈经理"}, now))
	want(engagement.StepLink)
	w.take(w.c.Linked("https://join.example/1", now))
	want(engagement.StepWelcome)
	w.take(w.c.Welcomed(now))
	want(engagement.StepReady)
	if got := w.told(engagement.ToChannel, engagement.TopicWelcome); len(got) != 1 {
		t.Errorf("welcomed %v", got)
	}
}

func TestFailingChannelIsToldOnceAndTriedForEver(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	for range 40 {
		w.take(w.c.RoomFailed("没有权限", w.now))
		next := w.due[engagement.KindRoom+"|C3"].Due
		most := 5 * time.Minute
		if w.now.Sub(now) < time.Minute { // somebody waits for it
			most = 8 * time.Second
		}
		if !next.After(w.now) || next.Sub(w.now) > most {
			t.Fatalf("%s after the first failure the next try is at %s", w.now.Sub(now), next)
		}
		w.now = next
	}
	if w.now.Sub(now) < 90*time.Minute {
		t.Errorf("40 calls in %s: the quota would not last", w.now.Sub(now))
	}
	if got := w.told(engagement.ToManagers, engagement.TopicRoomFailed); len(got) != 1 {
		t.Errorf("managers heard %v", got)
	}
}

func TestManualChannelWaitsForBinding(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	tm := terms()
	tm.Driver = engagement.DriverManual
	w := newWorld(t, now, tm, purchase(now))
	w.take(w.c.LookedUp([]string{"cust001"}, now))
	w.take(w.c.ByHand(""))
	if !w.c.Has("cust001") || w.c.Room.Step != engagement.StepReady {
		t.Errorf("%+v", w.c.Room)
	}
	w.do(w.c.BindRoom("cid7", "示例科技应急", "李工", now))
	if w.c.Room.Step != engagement.StepWelcome {
		t.Errorf("%+v", w.c.Room)
	}
}

func TestOneCaseOneGroup(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.take(w.c.Created(engagement.Room{ID: "cid1", Title: "示例科技"}, now))
	w.do(w.c.BindRoom("cid3", "大家已经在用的群", "李工", now))
	if w.c.Room.ID != "cid3" || w.c.Room.Step != engagement.StepWelcome {
		t.Errorf("%+v", w.c.Room)
	}
	w.take(w.c.RoomLost("群已解散", w.now))
	w.take(w.c.RoomLost("群已解散", w.now))
	if got := w.told(engagement.ToManagers, engagement.TopicRoomLost); len(got) != 1 {
		t.Errorf("managers heard %v", got)
	}
	w.do(w.c.BindRoom("cid2", "另一个群", "李工", now))
	if w.c.Room.ID != "cid2" {
		t.Errorf("%+v", w.c.Room)
	}
}

func TestDisbandedChannelOfACaseThatIsOverClosesIt(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.take(w.c.Created(engagement.Room{ID: "cid1", Title: "示例科技"}, now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", now)) // nobody ever typed 结案
	w.until(now.Add(20 * day))
	w.take(w.c.RoomLost("群已解散", w.now))
	if w.c.State != engagement.Closed || w.told(engagement.ToManagers, engagement.TopicRoomLost) != nil {
		t.Errorf("%s", w.c.State)
	}
}

func TestDocumentOfACaseIsSmall(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.do(w.c.Contacted("li", "李工", now))
	w.take(w.c.Created(engagement.Room{ID: "cidAbCdEfGhIjKlMnOpQrStUvWxYz012345==", Title: "示例科技·应急响应 C3", Owner: "li", OwnerID: "staff001", ChatID: "chat0123456789"}, now))
	w.report("I5")
	w.do(w.c.Accept("I5", "li", "李工", now))
	body, err := json.Marshal(w.c)
	if err != nil || len(body) > 1536 {
		t.Errorf("%d bytes (%v): %s", len(body), err, body)
	}
}

func TestRatingIsGivenOnce(t *testing.T) {
	now := at(t, "2027-07-01 10:30")
	w := newWorld(t, now, terms(), purchase(now))
	w.do(w.c.Rate(9, "陈经理"))
	_, err := w.c.Rate(1, "陈经理")
	if r, ok := errors.AsType[*engagement.Refusal](err); !ok || r.By != "陈经理" || w.c.Rating != 5 {
		t.Errorf("%v, rating %d", err, w.c.Rating)
	}
}
