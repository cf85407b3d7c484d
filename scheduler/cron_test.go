package scheduler_test

import (
	"testing"
	"time"

	"guanjia/scheduler"
)

func TestCronCountsInTheZoneOfTheMoment(t *testing.T) {
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	sunday := time.Date(2026, 11, 22, 23, 30, 0, 0, zone)
	for spec, want := range map[string]time.Time{
		"0 9 * * 1":  time.Date(2026, 11, 23, 9, 0, 0, 0, zone),
		"30 9 1 * *": time.Date(2026, 12, 1, 9, 30, 0, 0, zone),
		"@daily":     time.Date(2026, 11, 23, 0, 0, 0, 0, zone),
	} {
		got, err := scheduler.NextCron(spec, sunday)
		if err != nil || !got.Equal(want) {
			t.Errorf("%s: %v %v, want %v", spec, got, err, want)
		}
		if again, err := scheduler.NextCron(spec, got); err != nil || !again.After(got) {
			t.Errorf("%s: after %v comes %v %v", spec, got, again, err)
		}
	}
	for _, spec := range []string{"", "soon", "61 * * * *", "0 0 30 2 *"} {
		if got, err := scheduler.NextCron(spec, sunday); err == nil {
			t.Errorf("%q is due at %v", spec, got)
		}
	}
}
