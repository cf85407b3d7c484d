package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"guanjia/calendar"
)

func newRota(tb testing.TB, o calendar.OnCall) *calendar.Rota {
	tb.Helper()
	r, err := calendar.NewRota(o, time.FixedZone("CST", 8*60*60))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestEveryMistakeInOnCallIsFoundAtOnce(t *testing.T) {
	o := calendar.OnCall{
		Rotations: []calendar.Rotation{
			{Name: "primary", Members: []string{"li", "nobody"}, Period: 24 * time.Hour, Start: "2026-11-23T09:00"},
			{Name: "primary", Members: []string{"li"}, Start: "23 November"},
			{Name: "night shift", Members: []string{"li"}, Period: -1, Start: "2026-11-23T09:00"},
		},
		Overrides: []calendar.Override{
			{Rotation: "primary", Member: "li", From: "2026-11-25T18:00", To: "2026-11-26T09:00"},
			{Rotation: "primary", Member: "li", From: "2026-11-26T08:59", To: "2026-11-26T12:00"},
			{Rotation: "primary", Member: "li", From: "2026-11-26T12:00", To: "2026-11-26T12:00"},
			{Rotation: "tertiary", Member: "gone", From: "soon", To: "later"},
		},
	}
	got := map[string]string{}
	for _, p := range o.Validate([]string{"li", "wang"}) {
		got[p.Path] = p.Message
	}
	want := map[string]string{
		"oncall.rotations[0].members[1]": `no member with key "nobody"`, "oncall.rotations[1].name": "names must differ",
		"oncall.rotations[1].period": "such as 24h", "oncall.rotations[1].start": "write it like", "oncall.rotations[2].name": "one word",
		"oncall.rotations[2].period": "such as 24h", "oncall.overrides[1]": "overlaps", "oncall.overrides[2].to": "not after",
		"oncall.overrides[3].rotation": "use one of primary", "oncall.overrides[3].member": "one of li, wang",
		"oncall.overrides[3].from": "write it like", "oncall.overrides[3].to": "write it like",
	}
	for path, words := range want {
		if !strings.Contains(got[path], words) {
			t.Errorf("%s: %q does not say %q", path, got[path], words)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d mistakes found, want %d: %v", len(got), len(want), got)
	}
}

func TestARotationWithoutMembersIsAGap(t *testing.T) {
	o := calendar.OnCall{Rotations: []calendar.Rotation{{Name: "secondary", Period: time.Hour, Start: "2026-11-23T09:00"}}}
	if ps := o.Validate(nil); len(ps) != 0 {
		t.Fatal(ps)
	}
	c := newCalendar(t, nil)
	from, to := at(t, c, "2026-11-23 00:00"), at(t, c, "2026-12-07 00:00")
	r := newRota(t, o).WithOverrides([]calendar.Override{
		calendar.NewOverride("secondary", "li", at(t, c, "2026-11-24 00:00"), at(t, c, "2026-11-25 00:00")),
	}, c.Location())
	want := []calendar.Turn{
		{Rotation: "secondary", From: from, To: at(t, c, "2026-11-24 00:00")},
		{Rotation: "secondary", From: at(t, c, "2026-11-25 00:00"), To: to},
	}
	if diff := cmp.Diff(want, r.Gaps(from, to)); diff != "" {
		t.Error(diff)
	}
}

func TestUnreachableMembersLeaveTurnsUncovered(t *testing.T) {
	c := newCalendar(t, nil)
	r := newRota(t, calendar.OnCall{Rotations: []calendar.Rotation{
		{Name: "primary", Members: []string{"li", "wang"}, Period: 24 * time.Hour, Start: "2026-11-23T09:00"},
	}})
	got := r.Uncovered(at(t, c, "2026-11-23 10:00"), at(t, c, "2026-11-25 10:00"), func(m string) bool { return m != "wang" })
	want := []calendar.Turn{{Rotation: "primary", Member: "wang", From: at(t, c, "2026-11-24 09:00"), To: at(t, c, "2026-11-25 09:00")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNextTurnIsWhenSomebodyElseComesOn(t *testing.T) {
	c := newCalendar(t, nil)
	r := newRota(t, calendar.OnCall{Rotations: []calendar.Rotation{
		{Name: "primary", Members: []string{"li", "li", "wang"}, Period: 24 * time.Hour, Start: "2026-11-23T09:00"},
		{Name: "alone", Members: []string{"zhao"}, Period: time.Nanosecond, Start: "2026-11-23T09:00"},
	}})
	next, ok := r.NextTurn("primary", at(t, c, "2026-11-23 09:00"))
	if !ok || next.Member != "wang" || !next.From.Equal(at(t, c, "2026-11-25 09:00")) || !next.To.Equal(at(t, c, "2026-11-26 09:00")) {
		t.Errorf("%v %v", next, ok)
	}
	if next, ok := r.NextTurn("alone", at(t, c, "2026-11-23 09:00")); ok {
		t.Errorf("somebody takes over from the only one: %v", next)
	}
	if _, ok := r.NextTurn("unknown", at(t, c, "2026-11-23 09:00")); ok {
		t.Error("an unknown rotation has turns")
	}
}

func TestARotationThatNeverRestsIsCutShort(t *testing.T) {
	c := newCalendar(t, nil)
	r := newRota(t, calendar.OnCall{Rotations: []calendar.Rotation{
		{Name: "primary", Members: []string{"li", "wang"}, Period: time.Nanosecond, Start: "2026-11-23T09:00"},
	}})
	from := at(t, c, "2026-11-23 09:00")
	if n := len(r.Turns("primary", from, from.Add(14*24*time.Hour))); n == 0 || n > 10_000 {
		t.Errorf("%d turns", n)
	}
}

func TestTurnsAgreeWithOnDuty(t *testing.T) {
	base := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	minutes := func(t *rapid.T, low, high int, label string) time.Duration {
		return time.Duration(rapid.IntRange(low, high).Draw(t, label)) * time.Minute
	}
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.SliceOfN(rapid.SampledFrom([]string{"li", "wang", "zhao"}), 0, 4).Draw(t, "members")
		period := minutes(t, 1, 3*24*60, "period")
		r, err := calendar.NewRota(calendar.OnCall{Rotations: []calendar.Rotation{
			{Name: "primary", Members: members, Period: period, Start: "2026-11-23T09:00"},
		}}, time.FixedZone("CST", 8*60*60))
		if err != nil {
			t.Fatal(err)
		}
		var more []calendar.Override
		for range rapid.IntRange(0, 3).Draw(t, "overrides") {
			begin := base.Add(minutes(t, -2000, 2000, "from"))
			more = append(more, calendar.NewOverride("primary", "sun", begin, begin.Add(minutes(t, 1, 1000, "length"))))
		}
		r = r.WithOverrides(more, time.UTC)
		from := base.Add(minutes(t, -3000, 3000, "begin"))
		to := from.Add(minutes(t, 1, 4000, "span"))
		turns := r.Turns("primary", from, to)
		if len(turns) == 0 || !turns[0].From.Equal(from) || !turns[len(turns)-1].To.Equal(to) {
			t.Fatalf("%v do not cover %v to %v", turns, from, to)
		}
		for i, turn := range turns {
			if i > 0 && (!turn.From.Equal(turns[i-1].To) || turn.Member == turns[i-1].Member) {
				t.Fatalf("turn %d does not follow: %v", i, turns)
			}
			probe := turn.From.Add(time.Duration(rapid.Int64Range(0, int64(turn.To.Sub(turn.From))-1).Draw(t, "probe")))
			if got := r.OnDuty("primary", probe); got != turn.Member {
				t.Fatalf("%v: %q on duty, in the turn of %q", probe, got, turn.Member)
			}
		}
	})
}

func TestTurnsGoOnBackwardsBeforeTheStart(t *testing.T) {
	c := newCalendar(t, nil)
	r := newRota(t, calendar.OnCall{Rotations: []calendar.Rotation{
		{Name: "primary", Members: []string{"li", "wang", "zhao"}, Period: 24 * time.Hour, Start: "2026-11-23T09:00"},
	}})
	var got []string
	for _, turn := range r.Turns("primary", at(t, c, "2026-11-20 10:00"), at(t, c, "2026-11-23 10:00")) {
		got = append(got, turn.Member+turn.From.In(c.Location()).Format(" 02T15"))
	}
	if want := []string{"li 20T10", "wang 21T09", "zhao 22T09", "li 23T09"}; !cmp.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
