package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"guanjia/configs"
	"guanjia/faq"
	"guanjia/handlers"
	"guanjia/store"
)

type faqHitsCommand struct {
	configFlag
	Month string `help:"${hitsmonth}" placeholder:"YYYY-MM"`
	JSON  bool   `name:"json" help:"${json}"`
}

// Run is guanjia faq hits.
func (c *faqHitsCommand) Run(env *environment) error {
	if _, err := time.Parse("2006-01", c.Month); err != nil && c.Month != "" {
		return usageError{fmt.Errorf("--month %s: %s", c.Month, text(env.lang, "请写成 2026-11 的样子", "write it as 2026-11"))}
	}
	return withLearned(env, c.Config, func(cfg *configs.Loaded, st *store.Store, _ *handlers.Handler) error {
		file, err := faq.Parse(cfg.FAQFiles(), brandOf(cfg))
		if err != nil {
			return usageError{err}
		}
		zone, err := time.LoadLocation(cfg.Hours.Timezone)
		if err != nil {
			return err
		}
		ids := make([]string, len(file.Entries))
		for i, e := range file.Entries {
			ids[i] = e.ID
		}
		hits, err := handlers.HitCounts(env.ctx, st, cmp.Or(c.Month, time.Now().In(zone).Format("2006-01")), ids)
		if err != nil {
			return err
		}
		slices.SortStableFunc(hits, func(a, b handlers.Hits) int { return cmp.Compare(b.Answers, a.Answers) })
		return printHits(env.out, env.lang, file, hits, c.JSON)
	})
}

func printHits(w io.Writer, lang string, file *faq.File, hits []handlers.Hits, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		for _, h := range hits {
			if err := enc.Encode(h); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintln(w, text(lang, "  回答  有帮助  没帮助", "answered  helped  not"))
	for _, h := range hits {
		e, _ := file.Entry(h.ID)
		fmt.Fprintf(w, "%6d %6d %6d   %s  %s\n", h.Answers, h.Helpful, h.Unhelpful, h.ID, e.Title.In(lang))
	}
	return nil
}
