package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"guanjia/faq"
)

// maxLine is the longest question read from standard input, in bytes.
const maxLine = 1 << 20

func (f configFlag) engine(env *environment) (*faq.Engine, error) {
	cfg, err := env.load(f.Config, true)
	if err != nil {
		return nil, err
	}
	return engineOf(cfg)
}

// Run is guanjia faq ask.
func (c *faqAskCommand) Run(env *environment) error {
	e, err := c.engine(env)
	if err != nil {
		return err
	}
	if len(c.Question) > 0 {
		for _, q := range c.Question {
			if err := c.show(env, e, q); err != nil {
				return err
			}
		}
		return nil
	}
	lines := bufio.NewScanner(env.in)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for lines.Scan() {
		if err := c.show(env, e, lines.Text()); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return usageError{fmt.Errorf("a line of standard input is longer than %d bytes; ask one question a line", maxLine)}
	}
	return lines.Err()
}

func (c *faqAskCommand) show(env *environment, e *faq.Engine, question string) error {
	d := e.Decide(env.ctx, faq.Question{Text: question, Now: time.Now()})
	if c.JSON {
		enc := json.NewEncoder(env.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(d)
	}
	fmt.Fprintf(env.out, "%s\n  → %s %s (%.2f) %s\n", question, d.Action, d.FAQID, d.Score, strings.Join(d.Reasons, "；"))
	if d.Answer != "" {
		fmt.Fprintf(env.out, "  %s\n", strings.ReplaceAll(d.Answer, "\n", "\n  "))
	}
	return nil
}
