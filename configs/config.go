package configs

import (
	"time"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/calendar"
	"guanjia/engagement"
	"guanjia/escalation"
	"guanjia/faq"
)

// Config is the whole configuration (contract §2).
type Config struct {
	Brand      Brand                `yaml:"brand"`
	DingTalk   dingtalk.Config      `yaml:"dingtalk"`
	Redis      Redis                `yaml:"redis"`
	HTTP       HTTP                 `yaml:"http"`
	Hours      calendar.Config      `yaml:"hours"`
	Team       []bot.Member         `yaml:"team"`
	OnCall     calendar.OnCall      `yaml:"oncall"`
	Escalation escalation.Config    `yaml:"escalation"`
	Service    engagement.Service   `yaml:"service"`
	Reminders  engagement.Reminders `yaml:"reminders"`
	Channel    engagement.Channel   `yaml:"channel"`
	FAQ        faq.Config           `yaml:"faq"`
	LLM        LLM                  `yaml:"llm"`
	Privacy    Privacy              `yaml:"privacy"`
	Probe      Probe                `yaml:"probe"`
	Log        Log                  `yaml:"log"`
}

// Brand is how the service calls itself.
type Brand struct {
	Product   string `yaml:"product"`
	Provider  string `yaml:"provider"`
	TicketURL string `yaml:"ticket_url"`
	// Lang is spoken to people whose language is not known: zh or en.
	Lang string `yaml:"lang"`
}

// Redis says where the state is kept.
type Redis struct {
	// URL is redis://, rediss://, redis+sentinel:// or redis+cluster://; "" starts a
	// private child; "memory" keeps nothing.
	URL string `yaml:"url"`
	// Data is the folder of the private child's append-only file.
	Data string `yaml:"data"`
	// WaitReplicas is how many replicas must have a write before it counts.
	WaitReplicas int `yaml:"wait_replicas"`
}

// HTTP is the listener for webhooks, health, metrics and the operations page.
type HTTP struct {
	Listen string `yaml:"listen"`
	// InternalListen, if set, is where metrics and console are served instead.
	InternalListen  string            `yaml:"internal_listen"`
	PurchaseSecrets []string          `yaml:"purchase_secrets"`
	MarketplaceKey  string            `yaml:"marketplace_key"`
	ConsoleTokens   map[string]string `yaml:"console_tokens"`
}

// LLM is the optional language model behind an OpenAI-compatible endpoint.
type LLM struct {
	BaseURL        string        `yaml:"base_url"`
	APIKey         string        `yaml:"api_key"`
	Model          string        `yaml:"model"`
	EmbeddingModel string        `yaml:"embedding_model"`
	Timeout        time.Duration `yaml:"timeout"`
}

// Privacy says how long people's words and cases are kept.
type Privacy struct {
	RetainMessages time.Duration `yaml:"retain_messages"`
	RetainCases    time.Duration `yaml:"retain_cases"`
}

// Probe lets the bot ask itself a question, through the whole way of a message.
type Probe struct {
	// UserID is a test user of the organisation, who gets the answers; "" for none.
	UserID string `yaml:"user_id"`
	// Every is how often it asks.
	Every time.Duration `yaml:"every"`
	// Webhook is an address outside DingTalk that gets a POST of {"text": …} when no
	// answer was sent; "" for none.
	Webhook string `yaml:"webhook"`
}

// Log says what is logged, and how.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"` // json or console
}
