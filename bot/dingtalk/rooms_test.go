package dingtalk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"guanjia/bot/dingtalk"
)

func sceneRooms(t *testing.T, s *simulated) *dingtalk.Rooms {
	t.Helper()
	r, err := dingtalk.NewRooms(s.api, dingtalk.RoomsConfig{Driver: dingtalk.SceneGroup, TemplateID: "tpl-1"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func caseRoom() dingtalk.NewRoom {
	return dingtalk.NewRoom{UUID: "case-3", Title: "C3 某公司 应急响应", OwnerID: "staff001", MemberIDs: []string{"staff002", "cust001"}}
}

func TestACaseGetsOneGroupHoweverOftenItIsAskedFor(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	first, err := rooms.Create(t.Context(), caseRoom())
	if err != nil {
		t.Fatal(err)
	}
	again, err := rooms.Create(t.Context(), caseRoom())
	if err != nil || again.OpenConversationID != first.OpenConversationID || again.ChatID != first.ChatID {
		t.Errorf("second time: %+v, %v; want %+v", again, err, first)
	}
	groups := s.sim.State().Groups
	if len(groups) != 1 || !slices.Equal(groups[0].Members, []string{"staff001", "staff002", "cust001"}) || groups[0].Title != "C3 某公司 应急响应" {
		t.Errorf("groups: %+v", groups)
	}
	if got := s.meter.api(); got != 2 {
		t.Errorf("%d metered calls, want 2", got)
	}
}

func TestATimeoutAfterSuccessIsRepairedByTheSameUUID(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	s.faults(t, `{"fail_after_success":"sceneGroup/create"}`)
	if _, err := rooms.Create(t.Context(), caseRoom()); !sendError(t, err).Retry {
		t.Errorf("a lost answer is not to be retried: %v", err)
	}
	s.faults(t, `{"fail_after_success":""}`)
	room, err := rooms.Create(t.Context(), caseRoom())
	if groups := s.sim.State().Groups; err != nil || len(groups) != 1 || groups[0].OpenConversationID != room.OpenConversationID {
		t.Errorf("room %+v, %v; groups %+v", room, err, groups)
	}
}

func TestAStrangeMemberDoesNotCostTheGroup(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	n := caseRoom()
	n.MemberIDs = []string{"staff002", "nobody", "staff003", "cust003", "cust001"}
	room, err := rooms.Create(t.Context(), n)
	if err != nil || !slices.Equal(room.Missing, n.MemberIDs) {
		t.Fatalf("room %+v, %v", room, err)
	}
	err = rooms.AddMembers(t.Context(), room.OpenConversationID, room.Missing)
	out, ok := errors.AsType[*dingtalk.NotTaken](err)
	if !ok || !slices.Equal(out.UserIDs, []string{"nobody", "cust003"}) {
		t.Errorf("not taken: %v", err)
	}
	if se := sendError(t, err); se.Retry || !strings.Contains(se.Reason, "2 人") {
		t.Errorf("verdict: %+v", se)
	}
	want := []string{"staff001", "staff002", "staff003", "cust001"}
	if got := s.sim.State().Groups[0].Members; !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
	if err := rooms.AddMembers(t.Context(), room.OpenConversationID, []string{"staff002"}); err != nil {
		t.Errorf("who is in already: %v", err)
	}
}

func TestManyMembersAreAddedInBatches(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	room, err := rooms.Create(t.Context(), caseRoom())
	if err != nil {
		t.Fatal(err)
	}
	if err := rooms.AddMembers(t.Context(), room.OpenConversationID, slices.Repeat([]string{"staff003"}, 250)); err != nil {
		t.Fatal(err)
	}
	if n := s.called("/v1.0/im/sceneGroup/member/add"); n != 3 {
		t.Errorf("%d calls for 250 people, want 3", n)
	}
	if err := rooms.AddMembers(t.Context(), room.OpenConversationID, nil); err != nil {
		t.Errorf("nobody to add: %v", err)
	}
}

func TestRoomsThatCannotBeMadeSayWhy(t *testing.T) {
	for _, tc := range []struct {
		name   string
		faults string
		change func(*dingtalk.NewRoom)
		retry  bool
		reason string
	}{
		{"owner unknown", ``, func(n *dingtalk.NewRoom) { n.OwnerID = "nobody" }, false, "群主"},
		{"template missing", ``, func(n *dingtalk.NewRoom) { n.UUID = ""; n.OwnerID = "" }, false, "建群没有成功"},
		{"quota used up", `{"quota_left":1}`, func(n *dingtalk.NewRoom) { n.MemberIDs = []string{"nobody"} }, true, "额度"},
		{"token refused", `{"refuse_token":true}`, func(*dingtalk.NewRoom) {}, true, "没有应答"},
		{"too fast", `{"qps":1}`, func(n *dingtalk.NewRoom) { n.MemberIDs = []string{"nobody"} }, true, "限流"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := simulate(t)
			if tc.faults != "" {
				s.faults(t, tc.faults)
			}
			n := caseRoom()
			tc.change(&n)
			_, err := sceneRooms(t, s).Create(t.Context(), n)
			if se := sendError(t, err); se.Retry != tc.retry || !strings.Contains(se.Reason, tc.reason) {
				t.Errorf("retry %v, reason %q (%v)", se.Retry, se.Reason, err)
			}
			if len(s.sim.State().Groups) != 0 {
				t.Error("a group was made all the same")
			}
		})
	}
}

func TestTitlesFitThePlatform(t *testing.T) {
	s := simulate(t)
	n := caseRoom()
	n.Title = "C12 " + strings.Repeat("长名字\n", 40)
	if _, err := sceneRooms(t, s).Create(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := s.sim.State().Groups[0].Title; utf8.RuneCountInString(got) != 30 || strings.Contains(got, "\n") {
		t.Errorf("title %q", got)
	}
}

func TestJoinLinksComeFromTheGroupElseFromItsCode(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	room, err := rooms.Create(t.Context(), caseRoom())
	if err != nil {
		t.Fatal(err)
	}
	link, err := rooms.JoinLink(t.Context(), room)
	if err != nil || !strings.HasPrefix(link, "https://qr.dingtalk.com/") {
		t.Errorf("link %q, %v", link, err)
	}
	room.OpenConversationID = "cidUnknown=="
	other, err := rooms.JoinLink(t.Context(), room)
	if err != nil || other != link || s.called("/topapi/chat/qrcode/get") != 1 {
		t.Errorf("by code: %q, %v; want %q", other, err, link)
	}
	room.ChatID = ""
	if _, err = rooms.JoinLink(t.Context(), room); sendError(t, err).Retry || sendError(t, err).Reason == "" {
		t.Errorf("without any: %v", err)
	}
}

func TestPeopleAreFoundByMobileHoweverItIsWritten(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	for mobile, want := range map[string]string{
		"13800000001": "staff001", "+86 138-0000-0001": "staff001", "0086 13800000001": "staff001", "8613800000001": "staff001",
		"１３８００００００１": "", "１３８０００００００１": "staff001", " 139 0000 0001 ": "cust001",
		"13900000003": "", "13711112222": "", "": "", "不是号码": "", "138+0000": "", "+1 415 555 0100": "", "12": "", "+86": "",
	} {
		id, found, err := rooms.UserByMobile(t.Context(), mobile)
		if err != nil || id != want || found != (want != "") {
			t.Errorf("%q: %q %v %v, want %q", mobile, id, found, err, want)
		}
	}
	if got := s.meter.api(); got != 0 {
		t.Errorf("%d metered calls; the platform does not count contacts", got)
	}
	s.faults(t, `{"refuse_token":true}`)
	if _, _, err := rooms.UserByMobile(t.Context(), "13800000001"); !sendError(t, err).Retry {
		t.Errorf("a refused token is no answer about people: %v", err)
	}
}

func TestMembersAreFoundByUnionIDAndOutsidersAreNot(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	for union, want := range map[string]string{"uniCust002iE": "cust002", "uniCust003iE": "", "uniNobody": ""} {
		id, found, err := rooms.UserByUnionID(t.Context(), union)
		if err != nil || id != want || found != (want != "") {
			t.Errorf("%q: %q %v %v, want %q", union, id, found, err, want)
		}
	}
	s.faults(t, `{"refuse_token":true}`)
	if _, _, err := rooms.UserByUnionID(t.Context(), "uniCust002iE"); !sendError(t, err).Retry {
		t.Errorf("a refused token is no answer about people: %v", err)
	}
}

func TestServiceGroupsAreNeverMadeTwice(t *testing.T) {
	s := simulate(t)
	rooms, err := dingtalk.NewRooms(s.api, dingtalk.RoomsConfig{Driver: dingtalk.ServiceGroup, TemplateID: "team1/set1"})
	if err != nil {
		t.Fatal(err)
	}
	n := caseRoom()
	room, err := rooms.Create(t.Context(), n)
	if err != nil || len(room.Missing) != 0 {
		t.Fatalf("room %+v, %v", room, err)
	}
	if link, err := rooms.JoinLink(t.Context(), room); err != nil || link != room.Link {
		t.Errorf("link %q, %v", link, err)
	}
	if err := rooms.AddMembers(t.Context(), room.OpenConversationID, []string{"staff003"}); err != nil {
		t.Error(err)
	}
	s.faults(t, `{"fail_after_success":"serviceGroup/groups"}`)
	_, err = rooms.Create(t.Context(), n)
	if se := sendError(t, err); se.Retry || !strings.Contains(se.Reason, "不知道") {
		t.Errorf("a lost answer: %+v", se)
	}
	n.MemberIDs = append(slices.Repeat([]string{"staff002"}, 20), "staff003")
	s.faults(t, `{"fail_after_success":""}`)
	if room, err = rooms.Create(t.Context(), n); err != nil || !slices.Equal(room.Missing, []string{"staff003"}) {
		t.Errorf("21 members: %+v, %v", room, err)
	}
}

func TestTheGroupsOfTheRobotAreKnown(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	var want []string
	for range 101 {
		id, err := s.sim.CreateGroup("x", []string{"staff001"})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, id)
	}
	if got, err := rooms.Joined(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("%d groups, %v", len(got), err)
	}
	if err := s.sim.Disband(want[0]); err != nil {
		t.Fatal(err)
	}
	if got, err := rooms.Joined(t.Context()); err != nil || !slices.Equal(got, want[1:]) {
		t.Errorf("after one was disbanded: %d groups, %v", len(got), err)
	}
}

func TestMembersOfTheOldRotaCanBeTakenOut(t *testing.T) {
	s := simulate(t)
	rooms := sceneRooms(t, s)
	room, err := rooms.Create(t.Context(), caseRoom())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := rooms.RemoveMembers(t.Context(), room.OpenConversationID, []string{"staff002"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.sim.State().Groups[0].Members; !slices.Equal(got, []string{"staff001", "cust001"}) {
		t.Errorf("members %v", got)
	}
}

func TestDriversSayWhatTheyCan(t *testing.T) {
	s := simulate(t)
	manual, err := dingtalk.NewRooms(s.api, dingtalk.RoomsConfig{Driver: dingtalk.Manual})
	if err != nil {
		t.Fatal(err)
	}
	if can := manual.Can(); can.Create || !can.Hear {
		t.Errorf("manual can %+v", can)
	}
	if can := sceneRooms(t, s).Can(); !can.Create || !can.Hear || can.Outsiders {
		t.Errorf("scene_group can %+v", can)
	}
	_, err = manual.Create(t.Context(), caseRoom())
	if se := sendError(t, err); se.Retry || !errors.Is(err, dingtalk.ErrManual) || se.Reason == "" {
		t.Errorf("manual: %+v", se)
	}
	for _, cfg := range []dingtalk.RoomsConfig{{Driver: "telepathy"}, {Driver: dingtalk.ServiceGroup, TemplateID: "only-a-team"}} {
		if _, err := dingtalk.NewRooms(s.api, cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
		}
	}
}
