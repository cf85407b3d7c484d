package chaos_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The kinds of events that count as kills.
const (
	killedReplica = "kill -9 of a replica"
	killedRedis   = "kill -9 of Redis"
	cutPower      = "power cut of Redis"
	pausedReplica = "replica paused (SIGSTOP)"
	steppedClock  = "wall clock of a replica put forward or back"
	// What follows a pause is no fault of its own.
	resumedReplica = "replica goes on"
	startedRedis   = "Redis is back"
	// From the one to the other the replicas' clocks are further apart than a lease.
	clocksApart = "the clocks of the replicas are apart"
	clocksAgree = "the clocks of the replicas agree"
)

// kills counts the processes that were killed.
func (e evidence) kills() (n int) {
	for _, ev := range e.events {
		if slices.Contains([]string{killedReplica, killedRedis, cutPower}, ev.what) {
			n++
		}
	}
	return n
}

// table is the figures as people read them, in markdown.
func table(title string, took time.Duration, e evidence, f figures, errorLines map[string]int) string {
	var b strings.Builder
	row := func(name string, value any) { fmt.Fprintf(&b, "| %s | %v |\n", name, value) }
	fmt.Fprintf(&b, "| %s | seed %d |\n| --- | --- |\n", title, built.seed)
	row("length", took.Round(time.Second))
	row("messages said", f.messages)
	row("frames", fmt.Sprintf("%d acknowledged, %d not, %d never arrived", f.acked, f.unacked, f.undeliver))
	row("messages acknowledged", f.owed)
	row("of them answered / returned / deferred", fmt.Sprintf("%d / %d / %d", f.answered, f.returned, f.deferred))
	row("words of the bot", len(e.records))
	row("urgent messages; calls taken / at the catch-all", fmt.Sprintf("%d; %d / %d", f.urgent, f.taken, f.caughtAll))
	row("purchases", f.purchases)
	row("kills", e.kills())
	faults := map[string]int{}
	for _, ev := range e.events {
		faults[ev.what]++
	}
	delete(faults, resumedReplica)
	delete(faults, startedRedis)
	delete(faults, clocksAgree)
	for _, what := range slices.Sorted(maps.Keys(faults)) {
		row("· "+what, faults[what])
	}
	row("**lost**", len(f.lost))
	row("**calls that nobody knows of**", len(f.unattended))
	row("**doubled** by a death, a pause, or clocks that are apart", len(f.doubled))
	row("**doubled** without one", len(f.repeated))
	row("said again because the platform hid its success", len(f.excused))
	row("**out of order**", len(f.disorder))
	row("slowest answer", f.slowest.Round(time.Millisecond))
	row("longest silence", f.silence.Round(time.Millisecond))
	row("page after its message was acknowledged: median / 99 % / longest", spread(f.pageDelays))
	row("page after the death of a replica: median / 99 % / longest", spread(f.deathDelays))
	row("end of the validity, late: median / 99 % / longest", spread(f.deadlineLate))
	for _, m := range slices.Sorted(maps.Keys(errorLines)) {
		row("error in the log: "+m, errorLines[m])
	}
	return b.String()
}

func spread(ds []time.Duration) string {
	if len(ds) == 0 {
		return "none"
	}
	ds = slices.Sorted(slices.Values(ds))
	at := func(q float64) time.Duration { return ds[int(q*float64(len(ds)-1))].Round(time.Millisecond) }
	return fmt.Sprintf("%s / %s / %s (%d)", at(0.5), at(0.99), at(1), len(ds))
}
