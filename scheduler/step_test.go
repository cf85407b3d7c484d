package scheduler_test

import (
	"testing"
	"time"

	"guanjia/scheduler"
)

func TestAStepIsWhatTheWallClockGainedOverTheMonotonicOne(t *testing.T) {
	before := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ wall, elapsed, want time.Duration }{
		"no step":               {time.Second, time.Second, 0},
		"put forward":           {time.Hour + time.Second, time.Second, time.Hour},
		"put back":              {time.Second - time.Hour, time.Second, -time.Hour},
		"the machine slept":     {8 * time.Hour, 250 * time.Millisecond, 8*time.Hour - 250*time.Millisecond},
		"both readings at once": {0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := scheduler.Step(before, before.Add(c.wall), c.elapsed); got != c.want {
				t.Errorf("a step of %v, want %v", got, c.want)
			}
		})
	}
	if now := time.Now(); scheduler.Step(now, now.Add(time.Minute), time.Minute) != 0 {
		t.Error("readings of time.Now differ by their monotonic parts")
	}
}
