package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rs/zerolog"

	"guanjia/configs"
	"guanjia/faq"
	"guanjia/faq/llm"
	"guanjia/handlers"
)

// brains keeps the language model between reloads, if there is one: its
// connections, its breaker and its memory.
type brains struct {
	mu    sync.Mutex
	model *llm.Brain
	used  configs.LLM
	fresh chan struct{} // a new FAQ wants its vectors
}

// engineOf trains the FAQ.
func engineOf(cfg *configs.Loaded) (*faq.Engine, error) {
	file, err := faq.Parse(cfg.FAQFiles(), faq.Brand{Product: cfg.Brand.Product, Provider: cfg.Brand.Provider, TicketURL: cfg.Brand.TicketURL})
	if err != nil {
		return nil, usageError{inFolder(cfg.FAQ.Dir, err)}
	}
	return faq.New(file, cfg.FAQ)
}

// inFolder puts the folder before what is wrong with the FAQ's files, so that an
// editor finds them.
func inFolder(dir string, err error) error {
	if dir == "" {
		return err
	}
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		if file, _, _ := strings.Cut(l, ":"); strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml") {
			lines[i] = filepath.Join(dir, file) + strings.TrimPrefix(l, file)
		} else {
			lines[i] = "faq.dir " + dir + ": " + l
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// modelOf puts the configured language model on top of an engine; nil when none
// is configured.
func modelOf(engine *faq.Engine, c configs.LLM) (*llm.Brain, error) {
	if c.BaseURL == "" {
		return nil, nil
	}
	b, err := llm.New(engine, llm.Config{BaseURL: c.BaseURL, APIKey: c.APIKey, Model: c.Model, EmbeddingModel: c.EmbeddingModel, Timeout: c.Timeout})
	if err != nil {
		return nil, usageError{err}
	}
	return b, nil
}

// over gives the brain for an engine: with the model of before, if its settings
// are the same.
func (b *brains) over(engine *faq.Engine, c configs.LLM) (handlers.Brain, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var err error
	if b.model != nil && b.used == c {
		b.model = b.model.With(engine)
	} else if b.model, err = modelOf(engine, c); err != nil {
		return nil, err
	}
	b.used = c
	if b.model == nil {
		return engine, nil
	}
	select {
	case b.wanted() <- struct{}{}:
	default:
	}
	return b.model, nil
}

// wanted needs the lock.
func (b *brains) wanted() chan struct{} {
	if b.fresh == nil {
		b.fresh = make(chan struct{}, 1)
	}
	return b.fresh
}

// adopt takes over a configuration, all of it or nothing.
func (s *service) adopt(cfg *configs.Loaded) error {
	engine, err := engineOf(cfg)
	if err != nil {
		return err
	}
	brain, err := s.brains.over(engine, cfg.LLM)
	if err != nil {
		return err
	}
	settings, err := settingsWith(cfg, brain, s.groups)
	if err != nil {
		return err
	}
	settings.Reporting = handlers.Reporting{Upload: s.upload, Quota: s.quotaUses, Gaps: engine.Gaps}
	s.settings.Store(settings)
	s.retain.Store(int64(cfg.Privacy.RetainMessages))
	s.retainCases.Store(int64(cfg.Privacy.RetainCases))
	s.changed()
	return nil
}

// prepareBrain fetches the vectors of every new FAQ, where an embedding model is
// configured. Questions are answered meanwhile.
func (s *service) prepareBrain(ctx context.Context) error {
	s.brains.mu.Lock()
	fresh := s.brains.wanted()
	s.brains.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-fresh:
		}
		s.brains.mu.Lock()
		model, wants := s.brains.model, s.brains.used.EmbeddingModel != ""
		s.brains.mu.Unlock()
		if model == nil || !wants {
			continue
		}
		if err := model.Prepare(ctx); err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Err(err).Msg("no vectors for the faq, questions are answered without")
		}
	}
}
