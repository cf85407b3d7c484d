package calendar_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"guanjia/calendar"
)

// icsOf writes entries, each "DTSTART…|more lines|summary".
func icsOf(entries ...string) []byte {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n")
	for i, e := range entries {
		lines := strings.Split(e, "|")
		last := len(lines) - 1
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d\r\n", i)
		for _, l := range lines[:last] {
			b.WriteString(l + "\r\n")
		}
		b.WriteString("SUMMARY:" + lines[last] + "\r\nEND:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return []byte(b.String())
}

func TestEntriesOfACalendarFile(t *testing.T) {
	for _, tc := range []struct {
		entry string
		want  map[string]string
	}{
		{"DTSTART;VALUE=DATE:20270206|DTEND;VALUE=DATE:20270208|春节（休）", map[string]string{"2027-02-06": "off", "2027-02-07": "off"}},
		{"DTSTART;VALUE=DATE:20270206|DURATION:P2D|春节假期", map[string]string{"2027-02-06": "off", "2027-02-07": "off"}},
		{"DTSTART;VALUE=DATE:20270206|DTEND;VALUE=DATE:20270206|春节 放假", map[string]string{"2027-02-06": "off"}},
		{"DTSTART;VALUE=DATE:20270214|春节（班）", map[string]string{"2027-02-14": "work"}},
		{"DTSTART;VALUE=DATE:20270214|春节补班", map[string]string{"2027-02-14": "work"}},
		{"DTSTART;VALUE=DATE:20270214|春节调休上班", map[string]string{"2027-02-14": "work"}},
		{"DTSTART;VALUE=DATE:20270214|春节调休", map[string]string{"2027-02-14": "work"}}, // a Sunday
		{"DTSTART;VALUE=DATE:20270210|春节调休", map[string]string{"2027-02-10": "off"}},  // a Wednesday
		{"DTSTART;VALUE=DATE:20270210|春节调休放假", map[string]string{"2027-02-10": "off"}},
		{"DTSTART;VALUE=DATE:20270210|不上班", map[string]string{"2027-02-10": "off"}},
		{"DTSTART;TZID=Asia/Shanghai:20270214T090000|DTEND;TZID=Asia/Shanghai:20270214T180000|春节 补班 第1天/共2天", map[string]string{"2027-02-14": "work"}},
		{"DTSTART:20270205T160000Z|DTEND:20270206T160000Z|春节 休", map[string]string{"2027-02-06": "off"}},
		{"DTSTART;TZID=Asia/Shanghai:20270206T000000|DTEND;TZID=Asia/Shanghai:20270207T235900|春节 休", map[string]string{"2027-02-06": "off", "2027-02-07": "off"}},
	} {
		t.Run(tc.entry, func(t *testing.T) {
			dates, err := calendar.ParseSchedule(icsOf(tc.entry, "DTSTART;VALUE=DATE:20270301|生日"))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for d, spec := range dates {
				got[d] = spec.Kind
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBadSchedulesAreRefusedWithTheReason(t *testing.T) {
	many := `{"days":[` + strings.Repeat(`{"date":"x","isOffDay":true},`, 30) + `{"date":"y"}]}`
	for _, tc := range []struct {
		name, data, want string
	}{
		{"nothing", "", "neither the JSON"},
		{"a web page", "<html></html>", "neither the JSON"},
		{"cut off", `{"days":[{"date":"2027-01-01"`, "not valid JSON"},
		{"another object", `{"year":2027}`, `no "days"`},
		{"a bad date", `{"days":[{"date":"2027-02-30","isOffDay":true}]}`, `days[0].date: "2027-02-30" is not a date`},
		{"no mark", `{"days":[{"date":"2027-02-03"}]}`, "days[0].isOffDay: missing for 2027-02-03"},
		{"both", `{"days":[{"date":"2027-02-03","isOffDay":true},{"date":"2027-02-03","isOffDay":false}]}`, "2027-02-03 is both off and work"},
		{"the same mistake throughout", many, "and 21 more"},
		{"not UTF-8", "{\"days\":\xb0\xe0}", "save it as UTF-8"},
		{"a calendar of birthdays", string(icsOf("DTSTART;VALUE=DATE:20270301|生日")), "says 休 or 班"},
		{"no day", string(icsOf("DTSTART:soon|春节 休")), `entry 1: "春节 休": "soon" is not a day`},
		{"no start", string(icsOf("春节 休")), "entry 1"},
		{"a bad end", string(icsOf("DTSTART:20270206|DTEND:20279999|春节 休")), "20279999"},
		{"hours", string(icsOf("DTSTART:20270206|DURATION:PT3H|春节 休")), "number of days"},
		{"every year", string(icsOf("DTSTART;VALUE=DATE:20270101|RRULE:FREQ=YEARLY|元旦 休")), "repeats"},
		{"a whole year", string(icsOf("DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:20280101|休")), "longer than 31 days"},
		{"cut off calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY", "ICS"},
		{"too large", strings.Repeat(" ", 5<<20), "at most"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dates, err := calendar.ParseSchedule([]byte(tc.data))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v %v, want %q", dates, err, tc.want)
			}
		})
	}
}

func TestAnImportIsAConfiguration(t *testing.T) {
	data, err := os.ReadFile("testdata/holidays/2025.json")
	if err != nil {
		t.Fatal(err)
	}
	dates, err := calendar.ParseSchedule(append([]byte("\ufeff"), data...))
	if err != nil {
		t.Fatal(err)
	}
	dates["2025-03-03"] = calendar.DateSpec{Open: []string{"10:00-12:00", "20:00-24:00"}}
	var file struct {
		Hours struct {
			Dates map[string]calendar.DateSpec `yaml:"dates"`
		} `yaml:"hours"`
	}
	if err := yaml.UnmarshalWithOptions([]byte(calendar.RenderDates(dates)), &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dates, file.Hours.Dates); diff != "" {
		t.Error(diff)
	}
	if missing := calendar.MissingHolidays(dates); missing != nil {
		t.Errorf("missing from a whole schedule: %v", missing)
	}
	delete(dates, "2025-10-02")
	dates["2025-04-04"] = calendar.DateSpec{Kind: calendar.SpecWork}
	if missing := calendar.MissingHolidays(dates); !cmp.Equal(missing, []string{"2025-04-04", "2025-10-02"}) {
		t.Errorf("missing: %v", missing)
	}
}

func FuzzParseScheduleIsUsable(f *testing.F) {
	f.Add([]byte(`{"days":[{"date":"2027-01-01","isOffDay":true},{"date":"0000-01-01","isOffDay":false}]}`))
	f.Add(icsOf("DTSTART;VALUE=DATE:20270206|DTEND;VALUE=DATE:20270208|春节（休）"))
	f.Add(icsOf("DTSTART:20270205T160000Z|DURATION:P1W|调休"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dates, err := calendar.ParseSchedule(data)
		if err != nil {
			return
		}
		if ps := (calendar.Config{Timezone: "Asia/Shanghai", Week: week(), Dates: dates}).Validate(); len(ps) != 0 || len(dates) == 0 {
			t.Errorf("%v: %v", dates, ps)
		}
	})
}
