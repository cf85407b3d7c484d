package escalation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guanjia/bot"
	"guanjia/escalation"
)

var start = time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)

func member(key string, roles ...bot.Role) bot.Member {
	return bot.Member{Key: key, Name: strings.ToUpper(key), UserID: "u-" + key, Roles: roles}
}

// team resolves "rotation:x" to member x, if x is on the list; and roles.
func team(keys ...string) escalation.OnCall {
	all := map[string]bot.Member{
		"li": member("li", bot.RoleExpert), "wang": member("wang", bot.RoleExpert), "zhao": member("zhao", bot.RoleExpert),
		"chen": member("chen", bot.RolePresales), "zhou": member("zhou", bot.RoleManager),
	}
	return func(names []string, _ time.Time) (out []bot.Member) {
		for _, n := range names {
			kind, name, _ := strings.Cut(n, ":")
			for _, k := range keys {
				m := all[k]
				if kind == "role" && m.Has(bot.Role(name)) || kind != "role" && k == name {
					out = append(out, m)
				}
			}
		}
		return out
	}
}

func everybody() escalation.OnCall { return team("li", "wang", "zhao", "chen", "zhou") }

func plan() escalation.Config {
	return escalation.Config{
		Ladder: []escalation.Step{
			{Notify: []string{"rotation:li"}, Via: []bot.Via{bot.ViaChat}, AckWithin: 5 * time.Minute},
			{Notify: []string{"rotation:zhao"}, Via: []bot.Via{bot.ViaChat, bot.ViaDingApp}, AckWithin: 6 * time.Minute},
			{Notify: []string{"role:manager"}, Via: []bot.Via{bot.ViaChat, bot.ViaDingPhone}, AckWithin: 10 * time.Minute},
		},
		Repeat: 1, CatchAll: []string{"role:manager", "rotation:wang"}, ProgressWithin: 2 * time.Hour,
	}
}

// night is a moment after start, six hours before the opening; day is one while
// it is open for six hours.
func night(after time.Duration) escalation.Moment {
	m := escalation.Moment{Now: start.Add(after), Open: after >= 6*time.Hour, Opens: start.Add(6 * time.Hour)}
	if m.Open {
		m.Opens = start.Add(30 * time.Hour)
	}
	return m
}

func day(after time.Duration) escalation.Moment {
	return escalation.Moment{Now: start.Add(after), Open: after < 6*time.Hour, Opens: start.Add(24 * time.Hour)}
}

func begin(kind escalation.Kind, people escalation.OnCall, m escalation.Moment) (*escalation.Escalation, escalation.Effects) {
	return escalation.Begin(escalation.New{ID: "E1", Kind: kind, Asker: escalation.Asker{Identity: "cust001"}}, plan(), people, m)
}

// said tells effects in a line: who was paged why, who was told what, what the
// asker heard.
func said(f escalation.Effects) string {
	var out []string
	for _, p := range f.Pages {
		var to []string
		for _, m := range p.To {
			to = append(to, m.Key)
		}
		out = append(out, string(p.Why)+">"+strings.Join(to, "+"))
	}
	for _, n := range f.Tell {
		out = append(out, string(n.What)+":"+strings.Join(n.To, "+"))
	}
	for _, a := range f.Asker {
		out = append(out, "asker "+strings.TrimSpace(string(a.What)+" "+a.By))
	}
	return strings.Join(out, ", ")
}

// play fires what is due, in order, until the end, and tells each in a line.
func play(e *escalation.Escalation, f escalation.Effects, people escalation.OnCall, times int, when ...func(time.Duration) escalation.Moment) []string {
	moment := append(when, night)[0]
	lines := []string{said(f)}
	for range times {
		if len(f.Set) == 0 {
			break
		}
		d := f.Set[len(f.Set)-1]
		f = e.Due(d.Kind, d.Run, people, moment(d.Due.Sub(start)))
		lines = append(lines, d.Due.Sub(start).String()+" "+said(f))
	}
	return lines
}

func TestUrgentClimbsTheLadderAndRepeatsIt(t *testing.T) {
	e, f := begin(escalation.KindUrgent, everybody(), night(0))
	want := []string{
		"step>li, asker calling",
		"5m0s step>zhao, asker next",
		"11m0s step>zhou, asker next",
		"21m0s step>li, asker next",
		"26m0s step>zhao, asker next",
		"32m0s step>zhou, asker next",
		"42m0s catch_all>zhou+wang, asker exhausted",
		"6h0m0s opening>li, asker next",
		"6h5m0s step>zhao, asker next",
	}
	if diff := cmp.Diff(want, play(e, f, everybody(), 8)); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyStepsAreSkippedAtOnce(t *testing.T) {
	people := team("zhao")
	e, f := begin(escalation.KindUrgent, people, night(0))
	want := []string{"step>zhao, asker calling", "6m0s step>zhao, asker next", "12m0s asker exhausted"}
	if diff := cmp.Diff(want, play(e, f, people, 2)); diff != "" {
		t.Error(diff)
	}
	e, f = begin(escalation.KindUrgent, team(), night(0))
	if got := said(f); got != "asker exhausted" || e.State != escalation.StateExhausted || len(f.Set) != 1 {
		t.Errorf("nobody at all: %s, %s, %v", got, e.State, f.Set)
	}
}

func TestRequestGoesToTheDeskOrWaitsForIt(t *testing.T) {
	e, f := begin(escalation.KindRequest, everybody(), day(0))
	if diff := cmp.Diff([]string{"desk>chen, asker told_desk", "5m0s step>li, asker next"}, play(e, f, everybody(), 1, day)); diff != "" {
		t.Error(diff)
	}
	e, f = begin(escalation.KindRequest, everybody(), night(0))
	if diff := cmp.Diff([]string{"asker deferred", "6h0m0s opening>chen, asker told_desk"}, play(e, f, everybody(), 1)); diff != "" {
		t.Error(diff)
	}
	e, f = begin(escalation.KindRequest, team("zhao"), day(0))
	if diff := cmp.Diff([]string{"desk>zhao, asker told_desk", "5m0s step>zhao, asker next"}, play(e, f, team("zhao"), 1, day)); diff != "" {
		t.Errorf("without a desk the first step with anybody in it is told, and then called: %s", diff)
	}
	_, f = begin(escalation.KindRequest, team(), day(0))
	if got := said(f); got != "asker exhausted" {
		t.Errorf("nobody at all: %s", got)
	}
}

func TestFirstOneTakesItTheOthersHearOfIt(t *testing.T) {
	e, f := begin(escalation.KindUrgent, everybody(), night(0))
	play(e, f, everybody(), 1)
	f, err := e.Ack(member("li"), start.Add(6*time.Minute))
	if err != nil || said(f) != "taken:zhao, asker taken LI" || !e.Held() {
		t.Errorf("%s %v", said(f), err)
	}
	if !slices.Contains(f.Clear, "escalation.climb|E1") {
		t.Errorf("the ladder is still armed: %v", f.Clear)
	}
	_, err = e.Ack(member("zhao"), start.Add(7*time.Minute))
	if held, ok := errors.AsType[*escalation.HeldError](err); !ok || held.Holder != "LI" {
		t.Errorf("the second: %v", err)
	}
	_, err = e.Ack(member("li"), start.Add(7*time.Minute))
	if _, ok := errors.AsType[*escalation.YoursError](err); !ok {
		t.Errorf("the same again: %v", err)
	}
}

func TestOnlyItsHolderOrAManagerEndsIt(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	if _, err := e.Ack(member("li"), start); err != nil {
		t.Fatal(err)
	}
	_, err := e.Close(member("zhao", bot.RoleExpert), start)
	if p, ok := errors.AsType[*escalation.PermissionError](err); !ok || p.Holder != "LI" {
		t.Errorf("a stranger: %v", err)
	}
	f, err := e.Close(member("zhou", bot.RoleManager), start)
	if err != nil || said(f) != "closed:li, asker closed ZHOU" || e.Open() {
		t.Errorf("a manager: %s %v", said(f), err)
	}
	_, err = e.Ack(member("wang"), start)
	if c, ok := errors.AsType[*escalation.ClosedError](err); !ok || c.By != "ZHOU" {
		t.Errorf("after its end: %v", err)
	}
}

func TestUpCallsTheNextStepNow(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	f, err := e.Up("LI", everybody(), night(time.Minute))
	if err != nil || said(f) != "up>zhao, asker next" {
		t.Errorf("%s %v", said(f), err)
	}
	if _, err := e.Ack(member("li"), start.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	f, err = e.Up("LI", everybody(), night(3*time.Minute))
	if err != nil || said(f) != "up>zhou, asker next LI" || e.Holder != "li" {
		t.Errorf("while held: %s %v, held by %s", said(f), err, e.Holder)
	}
	if _, err := e.Ack(member("wang"), start); err == nil {
		t.Error("somebody who was not asked took it from its holder")
	}
	f, err = e.Ack(member("zhou"), start.Add(4*time.Minute))
	if err != nil || said(f) != "taken:li, asker taken ZHOU" {
		t.Errorf("taken over: %s %v", said(f), err)
	}
}

func TestHandOffMustBeAcknowledged(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	if _, err := e.Ack(member("li"), start); err != nil {
		t.Fatal(err)
	}
	if _, err := e.HandOff(member("zhao"), member("wang"), start); err == nil {
		t.Error("somebody else handed it off")
	}
	f, err := e.HandOff(member("li"), member("wang"), start.Add(time.Minute))
	if err != nil || said(f) != "handoff>wang" || e.Holder != "li" {
		t.Fatalf("%s %v", said(f), err)
	}
	want := []string{
		"handoff>wang", // until one of them takes it, it stays with li, who is not called
		"6m0s handoff>zhao, asker next LI",
		"12m0s handoff>zhou, asker next LI",
		"22m0s handoff>zhao, asker next LI",
		"28m0s handoff>zhou, asker next LI",
		"38m0s catch_all>zhou+wang, kept:li",
	}
	if diff := cmp.Diff(want, play(e, f, everybody(), 8)); diff != "" || e.Holder != "li" {
		t.Errorf("held by %s: %s", e.Holder, diff)
	}
	if _, err := e.Ack(member("chen"), start); err == nil {
		t.Error("somebody who was not asked took it")
	}
	f, err = e.Ack(member("wang"), start.Add(time.Hour))
	if err != nil || said(f) != "taken:li+zhao+zhou, asker taken WANG" || e.Holder != "wang" {
		t.Errorf("who was asked came late: %s, %v, held by %s", said(f), err, e.Holder)
	}
}

func TestSilentHolderIsAskedAndThenReplaced(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	f, _ := e.Ack(member("li"), start)
	want := []string{"asker taken LI", "2h0m0s progress>li", "2h5m0s again>li, released:li, asker again"}
	if diff := cmp.Diff(want, play(e, f, everybody(), 2)); diff != "" {
		t.Error(diff)
	}
	if e.Held() || e.Holder != "" {
		t.Errorf("still held by %s", e.Holder)
	}

	e, _ = begin(escalation.KindUrgent, everybody(), night(0))
	f, _ = e.Ack(member("li"), start)
	e.Spoke(start.Add(time.Hour))
	want = []string{"asker taken LI", "2h0m0s ", "3h0m0s progress>li"}
	if diff := cmp.Diff(want, play(e, f, everybody(), 2)); diff != "" {
		t.Errorf("who spoke is given time from then: %s", diff)
	}
	e.Spoke(start.Add(3*time.Hour + time.Minute))
	if f := e.Due(escalation.KindProgress, e.Progress.Run, everybody(), night(3*time.Hour+5*time.Minute)); said(f) != "" || !e.Held() {
		t.Errorf("who answered lost it: %s", said(f))
	}
}

func TestFurtherWordsAreAdded(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	if f := e.Add(true, everybody(), night(time.Minute)); said(f) != "added:li" {
		t.Error(said(f))
	}
	e, _ = begin(escalation.KindRequest, everybody(), night(0))
	if f := e.Add(true, everybody(), night(time.Minute)); said(f) != "step>li, asker calling" || !e.Urgent() {
		t.Errorf("a request that became urgent: %s", said(f))
	}
}

func TestUnreachableStepIsSkipped(t *testing.T) {
	e, _ := begin(escalation.KindUrgent, everybody(), night(0))
	run := e.Run
	f := e.Delivered("li", bot.ViaChat, run, escalation.OutcomeFailed, "不在组织内", everybody(), night(time.Second))
	if said(f) != "step>zhao, asker next" || e.Calls[0].Why == "" {
		t.Errorf("%s", said(f))
	}
	f = e.Delivered("zhao", bot.ViaDingApp, e.Run, escalation.OutcomeFailed, "余额不足", everybody(), night(time.Second))
	if said(f) != "" {
		t.Errorf("one route of two failed: %s", said(f))
	}
	f = e.Delivered("li", bot.ViaChat, run, escalation.OutcomeFailed, "x", everybody(), night(time.Second))
	if said(f) != "" {
		t.Errorf("a report on an old step acted: %s", said(f))
	}
}
