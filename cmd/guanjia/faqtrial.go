package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guanjia/configs"
	"guanjia/faq"
)

// promotion is a change of the FAQ's files that is being tried.
type promotion struct {
	cfg       *configs.Loaded
	entry     faq.Entry
	into      string // the file that was asked for, "" for the usual one
	questions string // labelled questions, "" for the built-in ones

	file    string // in faq.dir
	was, is []byte
}

func (p *promotion) path() string     { return filepath.Join(p.cfg.FAQ.Dir, p.file) }
func (p *promotion) question() string { return p.entry.Variants.ZH[0] }

// try makes the change beside the files, and reports what gets worse by it as an
// error.
func (p *promotion) try(env *environment) error {
	before, err := faq.Parse(os.DirFS(p.cfg.FAQ.Dir), brandOf(p.cfg))
	if err != nil {
		return usageError{err}
	}
	if err := p.change(env.lang, before); err != nil {
		return err
	}
	fmt.Fprint(env.out, difference(p.path(), p.was, p.is))
	tmp, err := p.copied()
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // a scratch folder
	after, err := faq.Parse(os.DirFS(tmp), brandOf(p.cfg))
	if err == nil {
		err = faq.OnlyEntry(before, after, p.entry.ID, p.question())
	}
	if err != nil {
		return fmt.Errorf("%s\n%w", p.refused(env.lang), err)
	}
	return p.compare(env, before, after)
}

// change decides on the file and makes its new text.
func (p *promotion) change(lang string, before *faq.File) (err error) {
	where, known := before.Where(p.entry.ID)
	p.file = p.into
	switch {
	case known && p.into != "" && filepath.Base(p.into) != where:
		return usageError{fmt.Errorf("--into %s: %s", p.into, text(lang, "条目在 "+where+" 里", "the entry stands in "+where))}
	case known:
		p.file = where
	case p.into == "":
		p.file = p.entry.ID + ".yaml"
	}
	if p.file = filepath.Clean(p.file); filepath.Dir(p.file) == filepath.Clean(p.cfg.FAQ.Dir) {
		p.file = filepath.Base(p.file)
	}
	if ext := filepath.Ext(p.file); filepath.Base(p.file) != p.file || ext != ".yaml" && ext != ".yml" {
		return usageError{fmt.Errorf("--into %s: %s", p.into, text(lang, "必须是 faq.dir 里的一个 .yaml 文件", "it must be a .yaml file of faq.dir"))}
	}
	if p.was, err = os.ReadFile(p.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if known {
		p.is, err = faq.WithVariant(p.file, p.was, p.entry.ID, p.question())
		return err
	}
	if missing := p.missing(); missing != "" {
		return usageError{fmt.Errorf("%s: %s %s", p.entry.ID, text(lang, "新条目要有中英文的标题和答案，还缺", "a new entry needs title and answer in Chinese and in English; give"), missing)}
	}
	p.is, err = faq.WithEntry(p.file, p.was, p.entry)
	return err
}

// missing names the flags that a new entry still needs.
func (p *promotion) missing() string {
	var flags []string
	for _, x := range [...][2]string{{p.entry.Title.ZH, "--title"}, {p.entry.Title.EN, "--title-en"}, {p.entry.Answer.ZH, "--answer"}, {p.entry.Answer.EN, "--answer-en"}} {
		if strings.TrimSpace(x[0]) == "" {
			flags = append(flags, x[1])
		}
	}
	return strings.Join(flags, " ")
}

// copied is a scratch folder with the files as they would be.
func (p *promotion) copied() (string, error) {
	tmp, err := os.MkdirTemp("", "guanjia-faq")
	if err != nil {
		return "", err
	}
	for _, ext := range [...]string{"*.yaml", "*.yml"} {
		names, _ := filepath.Glob(filepath.Join(p.cfg.FAQ.Dir, ext))
		for _, n := range names {
			data, rerr := os.ReadFile(n)
			err = errors.Join(err, rerr, os.WriteFile(filepath.Join(tmp, filepath.Base(n)), data, 0o600))
		}
	}
	return tmp, errors.Join(err, os.WriteFile(filepath.Join(tmp, p.file), p.is, 0o600))
}

func (p *promotion) refused(lang string) string {
	return text(lang, "没有写入，"+p.path()+" 保持原样：", "Nothing was written, "+p.path()+" is as it was:")
}

// compare puts the regression questions to both versions and lints them.
func (p *promotion) compare(env *environment, before, after *faq.File) error {
	labels, err := p.labels()
	if err != nil {
		return usageError{err}
	}
	old, err := faq.New(before, p.cfg.FAQ)
	if err != nil {
		return usageError{err}
	}
	fresh, err := faq.New(after, p.cfg.FAQ)
	if err != nil {
		return usageError{err}
	}
	now := time.Now()
	was, is := faq.Eval(env.ctx, old.Decide, labels, now), faq.Eval(env.ctx, fresh.Decide, labels, now)
	fmt.Fprintf(env.out, text(env.lang, "回归问题：%d 个，准确率 %.3f → %.3f\n", "regression questions: %d, accuracy %.3f → %.3f\n"), len(labels), was.Accuracy(), is.Accuracy())
	d := fresh.Decide(env.ctx, faq.Question{Text: p.question(), Now: now})
	fmt.Fprintf(env.out, "%s → %s %s (%.2f)\n", p.question(), d.Action, d.FAQID, d.Score)
	var worse []string
	for _, m := range faq.Lost(was, is) {
		worse = append(worse, fmt.Sprintf(text(env.lang, "「%s」原来判断正确，现在 %s 是 %q，应为 %q", "“%s” was right before, now %s is %q and should be %q"), m.Question, m.What, m.Got, m.Want))
	}
	for _, f := range faq.Fresh(old.Lint(env.ctx), fresh.Lint(env.ctx)) {
		if f.Collision {
			worse = append(worse, f.String())
			continue
		}
		fmt.Fprintln(env.out, text(env.lang, "建议：", "advice: ")+f.String())
	}
	if len(worse) > 0 {
		return fmt.Errorf("%s\n%s", p.refused(env.lang), strings.Join(worse, "\n"))
	}
	return nil
}

func (p *promotion) labels() ([]faq.Label, error) {
	if p.questions == "" {
		return faq.Regression()
	}
	f, err := os.Open(p.questions)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	return faq.ReadLabels(f, p.questions)
}

// write puts the new text in the place of the file, unless somebody changed it
// meanwhile.
func (p *promotion) write() error {
	now, err := os.ReadFile(p.path())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(now, p.was) {
		return fmt.Errorf("%s changed meanwhile; try again", p.path())
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(p.path()); err == nil {
		mode = info.Mode().Perm()
	}
	tmp, err := os.CreateTemp(p.cfg.FAQ.Dir, ".promote-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(p.is)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), p.path())
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// difference shows the lines that change, as reviewers read them.
func difference(file string, was, is []byte) string {
	old, fresh := strings.SplitAfter(string(was), "\n"), strings.SplitAfter(string(is), "\n")
	start := 0
	for start < min(len(old), len(fresh)) && old[start] == fresh[start] {
		start++
	}
	for len(old) > start && len(fresh) > start && old[len(old)-1] == fresh[len(fresh)-1] {
		old, fresh = old[:len(old)-1], fresh[:len(fresh)-1]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d\n", file, start+1)
	for _, l := range old[start:] {
		b.WriteString(marked("-", l))
	}
	for _, l := range fresh[start:] {
		b.WriteString(marked("+", l))
	}
	return b.String()
}

func marked(mark, line string) string {
	if line == "" {
		return ""
	}
	return mark + strings.TrimRight(line, "\r\n") + "\n"
}
