package escalation

import (
	"time"

	"guanjia/bot"
)

// Step is one rung of the ladder.
type Step struct {
	// Notify lists whom to call: rotation:NAME, role:NAME, member:KEY.
	Notify []string `yaml:"notify" json:"notify"`
	// Via lists the routes, all of them used at once.
	Via []bot.Via `yaml:"via" json:"via"`
	// AckWithin is how long the step waits for an acknowledgement.
	AckWithin time.Duration `yaml:"ack_within" json:"ack_within"`
}

// Config is the section "escalation" of the configuration.
type Config struct {
	// Ladder is climbed from the first step.
	Ladder []Step `yaml:"ladder" json:"ladder"`
	// Repeat is how many more times the ladder runs after its last step.
	Repeat int `yaml:"repeat" json:"repeat"`
	// CatchAll is told once, by every route of the last step, when nobody took it.
	CatchAll []string `yaml:"catch_all" json:"catch_all"`
	// ProgressWithin is how long a holder may be silent before being asked.
	ProgressWithin time.Duration `yaml:"progress_within" json:"progress_within"`
	// OpeningAnswersWithin is by when, after an opening, somebody must have written
	// to whoever was put off until then; else the managers hear of it.
	OpeningAnswersWithin time.Duration `yaml:"opening_answers_within" json:"opening_answers_within"`
}
