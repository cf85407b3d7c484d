package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"guanjia/handlers"
	"guanjia/store"
)

// caseCommands read the cases from the bot's Redis; the bot may be running.
type caseCommands struct {
	List   caseListCommand   `cmd:"" help:"${caselist}"`
	Show   caseShowCommand   `cmd:"" help:"${caseshow}"`
	Export caseExportCommand `cmd:"" help:"${caseexport}"`
}

type caseListCommand struct {
	configFlag
	Open bool `help:"${caseopen}"`
	JSON bool `name:"json" help:"${json}"`
}

type caseShowCommand struct {
	configFlag
	ID      string `arg:"" help:"${caseid}"`
	JSON    bool   `name:"json" help:"${json}"`
	Summary bool   `help:"${casesummary}"`
}

type caseExportCommand struct {
	configFlag
	JSON bool `name:"json" help:"${json}"`
}

// Run prints a line a case.
func (c *caseListCommand) Run(env *environment) error {
	return withCases(env, c.Config, func(h *handlers.Handler) error {
		records, err := h.CaseRecords(env.ctx, c.Open, 0)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := printCase(env.out, r, c.JSON); err != nil {
				return err
			}
		}
		return nil
	})
}

// Run prints one case with its timeline.
func (c *caseShowCommand) Run(env *environment) error {
	return withCases(env, c.Config, func(h *handlers.Handler) error {
		if c.Summary {
			text, found, err := h.Summary(env.ctx, c.ID, env.lang)
			if err == nil && !found {
				err = fmt.Errorf("there is no incident %q; guanjia case list shows what there is", c.ID)
			}
			_, _ = fmt.Fprintln(env.out, text)
			return err
		}
		r, found, err := h.CaseRecord(env.ctx, c.ID)
		switch {
		case err != nil:
			return err
		case !found:
			return fmt.Errorf("there is no case %q; guanjia case list shows what there is", c.ID)
		case c.JSON:
			return printCase(env.out, r, true)
		}
		if err := printCase(env.out, r, false); err != nil {
			return err
		}
		for _, l := range r.Timeline {
			_, _ = fmt.Fprintf(env.out, "  %s  %-14s %s %s\n", l.At.Format(time.RFC3339), l.Kind, l.By, l.Text)
		}
		return nil
	})
}

// Run prints every case, one JSON object a line.
func (c *caseExportCommand) Run(env *environment) error {
	return withCases(env, c.Config, func(h *handlers.Handler) error {
		records, err := h.CaseRecords(env.ctx, false, 0)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := printCase(env.out, r, true); err != nil {
				return err
			}
		}
		return nil
	})
}

func printCase(w io.Writer, r handlers.CaseRecord, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	_, err := fmt.Fprintln(w, handlers.CaseLine(r))
	return err
}

// withCases opens the state that the bot works on.
func withCases(env *environment, file string, do func(*handlers.Handler) error) error {
	cfg, err := env.load(file, false)
	if err != nil {
		return err
	}
	return withState(env, cfg, func(_ *store.Store, h *handlers.Handler) error { return do(h) })
}
