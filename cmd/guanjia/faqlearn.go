package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"guanjia/faq"
)

type faqLintCommand struct {
	configFlag
}

type faqGapsCommand struct {
	configFlag
	Since span `default:"720h" help:"${gapssince}"`
	JSON  bool `name:"json" help:"${json}"`
}

// Run is guanjia faq lint.
func (c *faqLintCommand) Run(env *environment) error {
	cfg, err := env.load(c.Config, true)
	if err != nil {
		return err
	}
	e, err := engineOf(cfg)
	if err != nil {
		return err
	}
	findings := e.Lint(env.ctx)
	for _, f := range findings {
		fmt.Fprintln(env.out, f)
	}
	fmt.Fprintln(env.out, text(env.lang,
		fmt.Sprintf("%d 个条目，%d 个问题", len(e.Entries()), len(findings)),
		fmt.Sprintf("%d entries, %d problems", len(e.Entries()), len(findings))))
	if len(findings) > 0 {
		return errors.New(text(env.lang, "FAQ 有需要修改的地方，见上", "the FAQ needs changes, see above"))
	}
	return nil
}

// Run is guanjia faq gaps.
func (c *faqGapsCommand) Run(env *environment) error {
	now := time.Now()
	asked, cfg, err := askedOf(env, c.Config, time.Duration(c.Since), now)
	if err != nil {
		return err
	}
	e, err := engineOf(cfg)
	if err != nil {
		return err
	}
	return c.print(env, e.Gaps(env.ctx, asked, now))
}

func (c *faqGapsCommand) print(env *environment, gaps []faq.Gap) error {
	if c.JSON {
		enc := json.NewEncoder(env.out)
		enc.SetEscapeHTML(false)
		for _, g := range gaps {
			if err := enc.Encode(g); err != nil {
				return err
			}
		}
		return nil
	}
	if len(gaps) == 0 {
		fmt.Fprintln(env.out, text(env.lang, "这段时间没有答不上来的问题。", "No question went without an answer in that time."))
	}
	for _, g := range gaps {
		fmt.Fprintf(env.out, "%4d  %s  %s  (%s %.2f)\n", g.Count, g.Last.Format(time.DateOnly), g.Question, g.Nearest, g.Score)
	}
	return nil
}
