package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A question is asked until its answer can be taken.
type question struct {
	flag     string
	zh, en   string   // what is asked
	given    []string // what flags answered
	fallback string   // what an empty answer means
	optional bool     // an empty answer means nothing at all
	many     bool     // one a line, until an empty one
	take     func(answer string) error
}

// asker puts questions on a terminal, or to a script.
type asker struct {
	env   *environment
	lines chan string // closed when the input ends
}

func newAsker(env *environment) *asker { return &asker{env: env} }

// listen reads lines. Nobody waits for it: a read from a terminal cannot be
// called back, and the program ends after the interview.
func (a *asker) listen() {
	a.lines = make(chan string)
	go func(in io.Reader, out chan<- string) {
		defer close(out)
		scan := bufio.NewScanner(in)
		for scan.Scan() {
			select {
			case out <- scan.Text():
			case <-a.env.ctx.Done():
				return
			}
		}
	}(a.env.in, a.lines)
}

// takeGiven takes what the flags say, and with all the fallbacks of the rest.
// Everything that is wrong comes back at once.
func (a *asker) takeGiven(all bool, qs ...question) error {
	var wrong []error
	for _, q := range qs {
		for _, g := range q.given {
			if err := q.take(strings.TrimSpace(g)); err != nil {
				wrong = append(wrong, fmt.Errorf("--%s: %w", q.flag, err))
			}
		}
		switch {
		case len(q.given) > 0 || !all || q.optional:
		case q.fallback == "":
			wrong = append(wrong, fmt.Errorf(text(a.env.lang, "缺少 --%s（%s）", "--%s is missing (%s)"), q.flag, text(a.env.lang, q.zh, q.en)))
		default:
			if err := q.take(q.fallback); err != nil {
				wrong = append(wrong, fmt.Errorf("--%s: %w", q.flag, err))
			}
		}
	}
	if len(wrong) > 0 {
		return usageError{errors.Join(wrong...)}
	}
	return nil
}

// ask asks what no flag answered.
func (a *asker) ask(q question) error {
	if len(q.given) > 0 {
		return nil
	}
	for taken := 0; ; {
		line, err := a.read(q, taken)
		if err != nil {
			return err
		}
		switch {
		case line == "" && (taken > 0 || q.optional):
			return nil
		case line == "" && q.fallback == "":
			a.refuse(errors.New(text(a.env.lang, "这一项不能为空", "this needs an answer")))
			continue
		case line == "":
			line = q.fallback
		}
		if err := q.take(line); err != nil {
			a.refuse(err)
			continue
		}
		if taken++; !q.many {
			return nil
		}
	}
}

func (a *asker) refuse(err error) { fmt.Fprintf(a.env.out, "  ✗ %v\n", err) }

// read shows a question and waits for a line.
func (a *asker) read(q question, taken int) (string, error) {
	if a.lines == nil {
		a.listen()
	}
	switch {
	case taken > 0:
		fmt.Fprint(a.env.out, text(a.env.lang, "  还有吗（回车结束）： ", "  another one (Enter: no more): "))
	case q.fallback != "":
		fmt.Fprintf(a.env.out, "%s [%s]: ", text(a.env.lang, q.zh, q.en), q.fallback)
	default:
		fmt.Fprintf(a.env.out, "%s: ", text(a.env.lang, q.zh, q.en))
	}
	select {
	case <-a.env.ctx.Done():
		return "", errors.New(text(a.env.lang, "已中断，什么也没有写", "interrupted, nothing was written"))
	case line, ok := <-a.lines:
		if !ok {
			return "", usageError{fmt.Errorf(text(a.env.lang, "输入结束了，还没有回答 --%s；用这个选项给出，或在终端里运行", "the input ended before --%s was answered; give that flag, or run on a terminal"), q.flag)}
		}
		return strings.TrimSpace(line), nil
	}
}
