package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"guanjia/configs"
	"guanjia/faq"
	"guanjia/handlers"
	"guanjia/store"
)

type faqCandidatesCommand struct {
	configFlag
	JSON bool `name:"json" help:"${json}"`
}

// Run is guanjia faq candidates.
func (c *faqCandidatesCommand) Run(env *environment) error {
	return withLearned(env, c.Config, func(_ *configs.Loaded, _ *store.Store, h *handlers.Handler) error {
		list, err := h.Candidates(env.ctx, time.Now())
		if err != nil {
			return err
		}
		if len(list) == 0 && !c.JSON {
			fmt.Fprintln(env.out, text(env.lang, "没有等待审核的内容；专家在聊天里用 收录 E12 编号 收录。", "Nothing waits for review; experts collect with 收录 E12 ENTRY-ID in the chat."))
		}
		enc := json.NewEncoder(env.out)
		enc.SetEscapeHTML(false)
		for _, k := range list {
			if c.JSON {
				err = errors.Join(err, enc.Encode(k))
				continue
			}
			fmt.Fprintf(env.out, "%s  %s  %s  %s\n  Q: %s\n  A: %s\n", k.ID, k.At.Format(time.DateOnly), k.Entry, k.By, k.Question, strings.ReplaceAll(k.Answer, "\n", "\n     "))
		}
		return err
	})
}

type faqPromoteCommand struct {
	configFlag
	ID        string `arg:"" help:"${promoteid}"`
	As        string `help:"${promoteas}" placeholder:"ENTRY-ID"`
	Into      string `help:"${promoteinto}" placeholder:"FILE"`
	Question  string `help:"${promotequestion}" placeholder:"TEXT"`
	TitleZH   string `name:"title" help:"${promotetitle}" placeholder:"TEXT"`
	TitleEN   string `name:"title-en" help:"${promotetitleen}" placeholder:"TEXT"`
	AnswerZH  string `name:"answer" help:"${promoteanswer}" placeholder:"TEXT"`
	AnswerEN  string `name:"answer-en" help:"${promoteansweren}" placeholder:"TEXT"`
	Questions string `help:"${promotecheck}" placeholder:"FILE.jsonl"`
	DryRun    bool   `name:"dry-run" help:"${dryrun}"`
}

// Run is guanjia faq promote.
func (c *faqPromoteCommand) Run(env *environment) error {
	return withLearned(env, c.Config, func(cfg *configs.Loaded, st *store.Store, h *handlers.Handler) error {
		if cfg.FAQ.Dir == "" {
			return usageError{errors.New(text(env.lang,
				"现在用的是内置 FAQ，不能修改。先运行 guanjia faq export DIR，再在配置里写 faq: {dir: DIR}",
				"the built-in FAQ is in use, which cannot be changed; run guanjia faq export DIR first, and put faq: {dir: DIR} into the configuration"))}
		}
		k, err := h.CandidateOf(env.ctx, c.ID)
		switch {
		case errors.Is(err, handlers.ErrNotCollected):
			return fmt.Errorf("%w: %s", err, text(env.lang, "没有收录，或内容已删除；guanjia faq candidates 列出全部", "it was not collected, or its words are gone; guanjia faq candidates lists what there is"))
		case err != nil:
			return err
		case k.Promoted:
			return fmt.Errorf("%s: %s", k.ID, text(env.lang, "已经写进 FAQ", "it is in the FAQ already"))
		}
		e, err := c.entry(env.lang, k)
		if err != nil {
			return err
		}
		p := &promotion{cfg: cfg, entry: e, into: c.Into, questions: c.Questions}
		if err := p.try(env); err != nil || c.DryRun {
			return err
		}
		if err := p.write(); err != nil {
			return err
		}
		fmt.Fprintln(env.out, text(env.lang, "已写入 "+p.path()+"；运行中的机器人几秒内启用。", "Written to "+p.path()+"; a running bot takes it over within seconds."))
		return st.Commit(env.ctx, h.Promoted(k, e.ID, time.Now()))
	})
}

// maxQuestion is how many characters a variant may have: longer ones teach
// nothing.
const maxQuestion = 200

// entry is what is to be written: of an entry that exists, only the question
// counts.
func (c *faqPromoteCommand) entry(lang string, k handlers.Candidate) (faq.Entry, error) {
	question := strings.Join(strings.Fields(cmp.Or(c.Question, k.Question)), " ")
	e := faq.Entry{
		ID: cmp.Or(c.As, k.Entry), Source: faq.Source{Doc: k.ID, Section: k.At.Format(time.DateOnly)},
		Variants: faq.Variants{ZH: []string{question}},
	}
	switch {
	case !faq.ValidID(e.ID):
		return e, usageError{fmt.Errorf("--as %s: %s", e.ID, text(lang, "编号只能用小写字母、数字和单个连字符", "an id is made of a-z, 0-9 and single hyphens"))}
	case question == "":
		return e, usageError{fmt.Errorf("%s: %s", k.ID, text(lang, "问题的内容已删除；用 --question 写一句", "the words of the question are gone; write one with --question"))}
	case len([]rune(question)) > maxQuestion:
		return e, usageError{fmt.Errorf("%s: %s", k.ID, text(lang, fmt.Sprintf("问题超过 %d 个字；用 --question 写短一些", maxQuestion), fmt.Sprintf("the question has more than %d characters; put it shorter with --question", maxQuestion)))}
	}
	e.Title, e.Answer = faq.Spoken(question), faq.Spoken(k.Answer)
	e.Title = faq.Text{ZH: cmp.Or(c.TitleZH, e.Title.ZH), EN: cmp.Or(c.TitleEN, e.Title.EN)}
	e.Answer = faq.Text{ZH: cmp.Or(c.AnswerZH, e.Answer.ZH), EN: cmp.Or(c.AnswerEN, e.Answer.EN)}
	return e, nil
}
