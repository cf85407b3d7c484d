package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"guanjia/faq"
)

// maxLine is the longest question read from standard input, in bytes.
const maxLine = 1 << 20

// prepareWithin bounds how long a command waits for the vectors of the FAQ.
const prepareWithin = 20 * time.Second

// decide is a way to decide a question.
type decide func(context.Context, faq.Question) faq.Decision

// brains gives the engine's way to decide, and that with the language model on
// top of it, nil where none is configured.
func (f configFlag) brains(env *environment) (engine, model decide, err error) {
	cfg, err := env.load(f.Config, true)
	if err != nil {
		return nil, nil, err
	}
	e, err := engineOf(cfg)
	if err != nil {
		return nil, nil, err
	}
	b, err := modelOf(e, cfg.LLM)
	if err != nil || b == nil {
		return e.Decide, nil, err
	}
	if cfg.LLM.EmbeddingModel != "" {
		ctx, cancel := context.WithTimeout(env.ctx, prepareWithin)
		defer cancel()
		if err := b.Prepare(ctx); err != nil {
			fmt.Fprintf(env.errOut, "llm.embedding_model: %v; going on without\n", err)
		}
	}
	return e.Decide, b.Decide, nil
}

// Run is guanjia faq ask.
func (c *faqAskCommand) Run(env *environment) error {
	e, model, err := c.brains(env)
	if err != nil {
		return err
	}
	if model != nil {
		e = model
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

func (c *faqAskCommand) show(env *environment, e decide, question string) error {
	d := e(env.ctx, faq.Question{Text: question, Now: time.Now()})
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
