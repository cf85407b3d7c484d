package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guanjia/calendar"
	"guanjia/handlers"
)

// reconfigure puts a date's hours into the running configuration.
func (o *office) reconfigure(date, from, to string) {
	o.t.Helper()
	cal, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Dates: map[string]calendar.DateSpec{date: {Open: []string{from + "-" + to}}}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.set.Calendar = cal
	c, err := o.handler.Jobs(o.t.Context(), o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.Commit(o.t.Context(), c); err != nil {
		o.t.Fatal(err)
	}
}

func night(t *testing.T, change ...func(*handlers.Settings)) *office {
	t.Helper()
	o := newOffice(t, change...)
	o.now = time.Date(2027, 7, 1, 22, 0, 0, 0, o.now.Location())
	return o
}

func TestChangedHoursCallForWhatWaits(t *testing.T) {
	o := night(t)
	o.say("cust001", "转人工")
	o.reconfigure("2027-07-01", "21:00", "24:00")
	o.wants(o.pass(0), "user:staff003", "E1", "非工作时间留下的", "接单 E1")
}

func TestChangedHoursMoveTheOpeningThatIsWaitedFor(t *testing.T) {
	o := night(t)
	o.say("cust001", "转人工")
	o.reconfigure("2027-07-01", "23:00", "24:00")
	if said := o.pass(59 * time.Minute); len(said) != 0 {
		t.Errorf("before the opening: %+v", said)
	}
	o.wants(o.pass(time.Minute), "user:staff003", "E1", "接单 E1")
}

func TestOpeningByHandCallsForAllThatWaited(t *testing.T) {
	o := night(t)
	const many = 120
	for i := range many {
		o.say(fmt.Sprint("guest", i), "转人工")
		if i%7 == 0 {
			o.now = o.now.Add(time.Second)
		}
	}
	called := map[string]bool{}
	for _, m := range append(o.say("staff005", "营业 开"), o.pass(time.Minute)...) {
		if m.To == "user:staff003" && strings.Contains(m.Text, "接单 E") {
			called[m.Subject] = true
		}
	}
	if len(called) != many {
		t.Errorf("%d of %d were called for", len(called), many)
	}
}
