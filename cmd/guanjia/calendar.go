package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"guanjia/calendar"
)

func (f configFlag) calendar(env *environment) (*calendar.Calendar, error) {
	cfg, err := env.load(f.Config, true)
	if err != nil {
		return nil, err
	}
	return calendar.New(cfg.Hours)
}

// Run is guanjia calendar next.
func (c *calendarNextCommand) Run(env *environment) error {
	cal, err := c.calendar(env)
	if err != nil {
		return err
	}
	at := time.Now()
	if c.At != "" {
		if at, err = time.Parse(time.RFC3339, c.At); err != nil {
			return usageError{fmt.Errorf("--at: %q is not a moment; write it like 2026-11-23T10:00:00+08:00", c.At)}
		}
	}
	w := cal.Next(at)
	w.At = at.In(cal.Location())
	if c.JSON {
		return json.NewEncoder(env.out).Encode(w)
	}
	state := text(env.lang, "非营业", "closed")
	if w.Open {
		state = text(env.lang, "营业中", "open")
	}
	fmt.Fprintf(env.out, text(env.lang, "%s %s，下次开始 %s，结束 %s\n", "%s %s, opens %s, closes %s\n"),
		w.At.Format(time.RFC3339), state, cal.FormatOpening(w.Opens, env.lang), cal.FormatClosing(w.Closes, env.lang))
	return nil
}

// Run is guanjia calendar show.
func (c *calendarShowCommand) Run(env *environment) error {
	cal, err := c.calendar(env)
	if err != nil {
		return err
	}
	from, err := day("--from", c.From, cal.Location())
	if err != nil {
		return err
	}
	to, err := day("--to", c.To, cal.Location())
	if err != nil {
		return err
	}
	if to.Before(from) {
		return usageError{fmt.Errorf("--to: %s is before --from %s", c.To, c.From)}
	}
	enc := json.NewEncoder(env.out)
	for d := range cal.EachDay(from, to) {
		if c.JSON {
			if err := enc.Encode(d); err != nil {
				return err
			}
			continue
		}
		note := ""
		if d.Provisional {
			note = text(env.lang, "（暂定）", " (provisional)")
		}
		fmt.Fprintf(env.out, "%s %-7s %s%s\n", d.Date, d.Kind, strings.Join(d.Open, " "), note)
	}
	return nil
}

func day(flag, s string, loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, loc)
	if err != nil {
		return t, usageError{fmt.Errorf("%s: %q is not a date; write it like 2027-02-06", flag, s)}
	}
	return t, nil
}

// Run is guanjia calendar import.
func (c *calendarImportCommand) Run(env *environment) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return usageError{fmt.Errorf("%w; name a schedule file, the JSON of NateScarlet/holiday-cn or an ICS calendar", err)}
	}
	dates, err := calendar.ParseSchedule(data)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", c.File, err)}
	}
	fmt.Fprint(env.out, calendar.RenderDates(dates))
	return nil
}
