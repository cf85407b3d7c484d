package llm

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"guanjia/faq"
)

// Decider is the part of the engine that judges.
type Decider interface {
	// Decide never fails.
	Decide(ctx context.Context, q faq.Question) faq.Decision
	// Thresholds are the scores from which a question is answered and offered.
	Thresholds() (answer, clarify float64)
	// Hash names the FAQ and its settings.
	Hash() string
}

// Library is the part of the engine that holds what may be said.
type Library interface {
	// Entries are shared; nobody changes them.
	Entries() []faq.Entry
	// Answer is the stored answer of an entry in a language ("zh" or "en").
	Answer(id, lang string) (string, bool)
	// Title is the question that an entry answers.
	Title(id, lang string) string
	// ClassTitle is the name of a class of incidents, or the class itself.
	ClassTitle(class, lang string) string
}

// Engine is the deterministic brain below; *faq.Engine is one.
type Engine interface {
	Decider
	Library
}

// Config says which model is asked, and how. The zero value of a number is its
// default.
type Config struct {
	// BaseURL is an OpenAI-compatible endpoint with its version: https://host/v1.
	BaseURL string
	// APIKey is sent as a bearer token; it is never logged. "" sends none.
	APIKey string
	// Model chooses among the candidates; "" leaves only the embeddings.
	Model string
	// EmbeddingModel orders the candidates by meaning; "" leaves it out.
	EmbeddingModel string
	// Timeout is for one question, with everything that is asked for it and the
	// one retry; default 8 s.
	Timeout time.Duration
	// Wording also asks for a wording of the stored answer. It goes out only if
	// nothing in it is new and nothing is missing. It makes replies slower.
	Wording bool
	// Parallel is how many requests are under way at most; default 4.
	Parallel int
	// Remember is how many verdicts are kept; default 2,000.
	Remember int
	// Cache keeps the vectors of the FAQ beyond the process; nil: memory only.
	Cache Cache
	// Asked, if set, hears of each question put to the model: "ok", or why there
	// was no verdict.
	Asked func(outcome string, elapsed time.Duration)
	// Transport replaces the network; nil: HTTP without a proxy.
	Transport http.RoundTripper
}

// The defaults of Config.
const (
	defaultTimeout  = 8 * time.Second
	defaultParallel = 4
	defaultRemember = 2000
)

// waitersPerSlot bounds how many wait for a verdict that somebody else's request
// will bring: whoever waits holds up other people, urgent ones among them.
const waitersPerSlot = 4

// Brain decides questions with the engine and, where that is not clear, with the
// model. It is safe for concurrent use.
type Brain struct {
	Library
	engine  Decider
	cfg     Config
	link    *link
	vectors atomic.Pointer[vectors]
}

// link is what outlives a change of the FAQ: connections, breakers and what is
// remembered by the FAQ's hash.
type link struct {
	client   *client
	choosing *guard
	meaning  *guard
	flights  singleflight.Group
	waiting  chan struct{} // holds one for each question that waits for a verdict
	verdicts *lru[verdict]
	nearness *lru[[]near]
}

// New puts a model on top of an engine. It asks nothing yet. It fails for an
// address that is no http or https address, and without any model.
func New(engine Engine, cfg Config) (*Brain, error) {
	if cfg.Model == "" && cfg.EmbeddingModel == "" {
		return nil, fmt.Errorf("llm.model is missing; name the model behind llm.base_url")
	}
	if cfg.Timeout < 0 {
		return nil, fmt.Errorf("llm.timeout is %v; it must be positive", cfg.Timeout)
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Parallel <= 0 {
		cfg.Parallel = defaultParallel
	}
	if cfg.Remember <= 0 {
		cfg.Remember = defaultRemember
	}
	c, err := newClient(cfg)
	if err != nil {
		return nil, err
	}
	return &Brain{Library: engine, engine: engine, cfg: cfg, link: &link{
		client:   c,
		choosing: newGuard(cfg.Parallel),
		meaning:  newGuard(cfg.Parallel),
		waiting:  make(chan struct{}, waitersPerSlot*cfg.Parallel),
		verdicts: newLRU[verdict](cfg.Remember),
		nearness: newLRU[[]near](cfg.Remember),
	}}, nil
}

// With is the same model on top of another engine, after the FAQ has changed.
// Connections, breakers and memory are shared; Prepare is due again.
func (b *Brain) With(engine Engine) *Brain {
	return &Brain{Library: engine, engine: engine, cfg: b.cfg, link: b.link}
}

// Decide decides a question. It never fails, and takes at most Config.Timeout
// longer than the engine: without a verdict the engine's decision is returned as
// it is.
func (b *Brain) Decide(ctx context.Context, q faq.Question) faq.Decision {
	_, d := b.Both(ctx, q)
	return d
}

// Both gives the engine's decision and the one that counts, to compare them.
func (b *Brain) Both(ctx context.Context, q faq.Question) (engine, final faq.Decision) {
	e := b.engine.Decide(ctx, q)
	if b.clear(e) {
		return e, e
	}
	ctx, cancel := context.WithTimeout(ctx, b.cfg.Timeout)
	defer cancel()
	d := b.rank(ctx, q, e)
	if b.cfg.Model != "" {
		d = b.consult(ctx, q, e, d)
	}
	if d.Source != sourceLLM {
		return e, e // at most what the model was shown stood in another order
	}
	return e, d
}

// copied is a decision that shares nothing which a change could reach.
func copied(d faq.Decision) faq.Decision {
	d.Candidates, d.Reasons = slices.Clone(d.Candidates), slices.Clone(d.Reasons)
	d.Source = sourceLLM
	return d
}

// sourceLLM is the source of a decision that a model changed (contract §1).
const sourceLLM = "llm"
