package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"guanjia/faq"
)

// Run is guanjia faq eval.
func (c *faqEvalCommand) Run(env *environment) error {
	e, model, err := c.brains(env)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return usageError{fmt.Errorf("%w; name a file of labelled questions, one JSON object a line", err)}
	}
	defer f.Close() //nolint:errcheck // only read
	labels, err := faq.ReadLabels(f, c.File)
	if err != nil {
		return usageError{err}
	}
	report := faq.Eval(env.ctx, e, labels, time.Now())
	fmt.Fprint(env.out, report.String())
	if model != nil {
		report = faq.Eval(env.ctx, model, labels, time.Now())
		fmt.Fprintf(env.out, "\n%s\n\n%s", text(env.lang, "加上语言模型：", "With the language model:"), report.String())
	}
	if accuracy := report.Accuracy(); accuracy < c.MinAccuracy {
		return errors.New(text(env.lang,
			fmt.Sprintf("准确率 %.3f 低于 --min-accuracy %.3f", accuracy, c.MinAccuracy),
			fmt.Sprintf("accuracy %.3f is below --min-accuracy %.3f", accuracy, c.MinAccuracy)))
	}
	return nil
}
