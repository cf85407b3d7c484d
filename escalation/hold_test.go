package escalation_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/escalation"
)

// heldBy is an urgent one that a member took at the start.
func heldBy(t *testing.T, key string) *escalation.Escalation {
	t.Helper()
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	if _, err := e.Ack(member(key), start); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAnyMemberMayTakeItInAnyOpenState(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind escalation.Kind
		who  escalation.OnCall
		m    escalation.Moment
	}{
		{"waiting for the opening", escalation.KindRequest, everybody(), night(0)},
		{"told to the desk", escalation.KindRequest, everybody(), day(0)},
		{"called", escalation.KindUrgent, everybody(), night(0)},
		{"called in vain", escalation.KindUrgent, team(), night(0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, _ := begin(tt.kind, tt.who, tt.m)
			f, err := e.Ack(member("wang"), tt.m.Now)
			if err != nil || e.Holder != "wang" || e.FirstHeldAt.IsZero() {
				t.Fatalf("held by %q: %v", e.Holder, err)
			}
			if diff := cmp.Diff([]string{"escalation.climb|E1"}, f.Clear); diff != "" {
				t.Errorf("nobody else is called any more: %s", diff)
			}
			if d := f.Set[0]; d.Kind != escalation.KindProgress || !d.Due.Equal(tt.m.Now.Add(2*time.Hour)) {
				t.Errorf("its holder is asked by %v", d)
			}
		})
	}
}

func TestAfterItsEndEverythingIsRefused(t *testing.T) {
	e := heldBy(t, "li")
	if _, err := e.Close(member("li"), start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() (escalation.Effects, error){
		"接单": func() (escalation.Effects, error) { return e.Ack(member("li"), start) },
		"结束": func() (escalation.Effects, error) { return e.Close(member("li"), start) },
		"升级": func() (escalation.Effects, error) { return e.Up("LI", everybody(), night(0)) },
		"转交": func() (escalation.Effects, error) { return e.HandOff(member("li"), member("wang"), start) },
	} {
		f, err := do()
		if c, ok := errors.AsType[*escalation.ClosedError](err); !ok || c.By != "LI" || !c.At.Equal(start.Add(time.Hour)) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(escalation.Effects{}, f); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, f := range map[string]escalation.Effects{
		"further words":        e.Add(true, everybody(), night(0)),
		"an opening":           e.Opening(everybody(), day(0)),
		"its end, again":       e.End("bot", start),
		"a report on a call":   e.Delivered("li", bot.ViaChat, 1, escalation.OutcomeFailed, "x", everybody(), night(0)),
		"a deadline of before": e.Due(escalation.KindProgress, 2, everybody(), night(0)),
	} {
		if diff := cmp.Diff(escalation.Effects{}, f); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEndSaysNothing(t *testing.T) {
	e := heldBy(t, "li")
	f := e.End("bot", start)
	if said(f) != "" || e.Open() || len(f.Clear) != 1 || len(f.Log) != 1 {
		t.Errorf("%+v", f)
	}
}

func TestNobodyButItsHolderOrAManagerEndsWhatNobodyHas(t *testing.T) {
	e, f := begin(escalation.KindUrgent, everybody(), night(0))
	play(e, f, everybody(), 1)
	if _, err := e.Close(member("li", bot.RoleExpert), start); err == nil {
		t.Error("a member who does not have it ended it")
	}
	f, err := e.Close(member("zhou", bot.RoleManager), start)
	if err != nil || said(f) != "closed:li+zhao, asker closed ZHOU" {
		t.Errorf("%s %v", said(f), err)
	}
}

func TestEndingAHandOffTellsWhoWasAsked(t *testing.T) {
	e := heldBy(t, "li")
	if _, err := e.HandOff(member("li"), member("wang"), start); err != nil {
		t.Fatal(err)
	}
	f, err := e.Close(member("li"), start)
	if err != nil || said(f) != "closed:wang, asker closed LI" || len(f.Clear) != 2 {
		t.Errorf("%s %v, cleared %v", said(f), err, f.Clear)
	}
}

func TestHandOffIsForItsHolderOrAManager(t *testing.T) {
	for _, tt := range []struct {
		name    string
		who, to bot.Member
		want    string
	}{
		{"its holder", member("li"), member("wang"), "handoff>wang"},
		{"a manager", member("zhou", bot.RoleManager), member("wang"), "handoff>wang"},
		{"another member", member("zhao"), member("wang"), `only its holder ("LI") or a manager may do that`},
		{"to its holder", member("zhou", bot.RoleManager), member("li"), "held by LI"},
		{"to themselves", member("li"), member("li"), "held by the same member already"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := heldBy(t, "li")
			f, err := e.HandOff(tt.who, tt.to, start)
			got := said(f)
			if err != nil {
				got = err.Error()
			}
			if got != tt.want || e.Holder != "li" {
				t.Errorf("%s, held by %s", got, e.Holder)
			}
		})
	}
}

func TestWhatNobodyHasCanBePointedOut(t *testing.T) {
	e, first := begin(escalation.KindUrgent, everybody(), night(0))
	f, err := e.HandOff(member("li"), member("wang"), start.Add(time.Minute))
	if err != nil || said(f) != "handoff>wang" || len(f.Set) != 0 {
		t.Fatalf("%s %v, set %v", said(f), err, f.Set)
	}
	f = e.Due(first.Set[0].Kind, first.Set[0].Run, everybody(), night(5*time.Minute))
	if said(f) != "step>zhao, asker next" {
		t.Errorf("the ladder goes on beside: %s", said(f))
	}
	f, err = e.Ack(member("wang"), start.Add(6*time.Minute))
	if err != nil || said(f) != "taken:li+zhao, asker taken WANG" {
		t.Errorf("%s %v", said(f), err)
	}
}

func TestHandOffToSomebodyWhoCannotBeReachedGoesOnAtOnce(t *testing.T) {
	e := heldBy(t, "li")
	if _, err := e.HandOff(member("li"), member("wang"), start); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"handoff>zhao, asker next LI", "handoff>zhou, asker next LI", ""} {
		if got := fails(e, everybody(), night(time.Second)); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
	if e.Holder != "li" || e.Offer.Run == 0 {
		t.Errorf("held by %s, offer %v", e.Holder, e.Offer)
	}
}

func TestUpWhileHeldWrapsAroundAndLeavesItWithItsHolder(t *testing.T) {
	e := heldBy(t, "li")
	for i, want := range []string{"up>zhao, asker next LI", "up>zhou, asker next LI", "up>zhao, asker next LI"} {
		f, err := e.Up("ZHAO", everybody(), night(time.Duration(i)*time.Minute))
		if err != nil || said(f) != want {
			t.Errorf("%d: %s %v, want %s", i, said(f), err, want)
		}
	}
	if got := said(e.Due(escalation.KindOffer, e.Offer.Run, everybody(), night(time.Hour))); got != "kept:li" {
		t.Errorf("nobody took over: %s", got)
	}
	if f, err := e.Ack(member("zhou"), start.Add(2*time.Hour)); err != nil || said(f) != "taken:li+zhao, asker taken ZHOU" {
		t.Errorf("one of those who were asked came late: %s %v", said(f), err)
	}
	f, err := e.Up("ZHAO", team("zhou"), night(3*time.Hour))
	if err != nil || said(f) != "kept:zhou" {
		t.Errorf("there is nobody else: %s %v", said(f), err)
	}
}

func TestUpThatReachesNobodyLeavesItWithItsHolderAtOnce(t *testing.T) {
	e := heldBy(t, "li")
	if _, err := e.Up("LI", everybody(), night(0)); err != nil {
		t.Fatal(err)
	}
	if got := fails(e, everybody(), night(0)); got != "kept:li" {
		t.Error(got)
	}
}

func TestHolderWhoLeftTheTeamIsReplacedWithoutBeingAsked(t *testing.T) {
	e := heldBy(t, "li")
	want := "again>zhao, released:li, asker again"
	if got := said(e.Due(escalation.KindProgress, e.Progress.Run, team("zhao"), night(2*time.Hour))); got != want || e.Held() {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAddedWordsReachWhoIsConcerned(t *testing.T) {
	called, f := begin(escalation.KindRequest, everybody(), day(0))
	play(called, f, everybody(), 2, day)
	desk, _ := begin(escalation.KindRequest, everybody(), day(0))
	waiting, _ := begin(escalation.KindRequest, everybody(), night(0))
	vain, _ := begin(escalation.KindRequest, team(), day(0))
	for _, tt := range []struct {
		name   string
		e      *escalation.Escalation
		urgent bool
		want   string
		kind   escalation.Kind
	}{
		{"calm, waiting", waiting, false, "", escalation.KindRequest},
		{"calm, at the desk", desk, false, "added:chen", escalation.KindRequest},
		{"calm, called", called, false, "added:chen+li+zhao", escalation.KindRequest},
		{"urgent, called", called, true, "added:chen+li+zhao", escalation.KindUrgent},
		{"urgent, at the desk", desk, true, "step>li, asker next", escalation.KindUrgent},
		{"urgent, waiting", waiting, true, "step>li, asker calling", escalation.KindUrgent},
		{"urgent, called in vain", vain, true, "step>li, asker calling", escalation.KindUrgent},
		{"urgent, held", heldBy(t, "li"), true, "added:li", escalation.KindUrgent},
	} {
		f := tt.e.Add(tt.urgent, everybody(), night(time.Minute))
		if said(f) != tt.want || tt.e.Kind != tt.kind {
			t.Errorf("%s: %s, now %s", tt.name, said(f), tt.e.Kind)
		}
	}
}

func TestEveryoneWhoWasCalledHearsWhoHasItHoweverManyTheyAre(t *testing.T) {
	p := plan()
	p.Ladder[0].Via = []bot.Via{bot.ViaChat, bot.ViaDingApp, bot.ViaDingSMS, bot.ViaDingPhone}
	crowd := func(names []string, _ time.Time) (out []bot.Member) {
		for i := range 40 {
			out = append(out, member(fmt.Sprint(names[0], i)))
		}
		return out
	}
	e, f := escalation.Begin(escalation.New{ID: "E1", Kind: escalation.KindUrgent}, p, crowd, night(0))
	if len(e.Calls) != 160 {
		t.Errorf("of the step at hand %d calls are known", len(e.Calls))
	}
	play(e, f, crowd, 3)
	f, err := e.Ack(member("li"), start)
	if err != nil || len(f.Tell) != 1 || len(f.Tell[0].To) != 120 {
		t.Errorf("%v: told %v", err, f.Tell)
	}
}
