package faq

// Config is the section "faq" of the configuration.
type Config struct {
	// Dir is a folder of FAQ files; empty means the built-in FAQ.
	Dir string `yaml:"dir"`
	// AnswerAt and ClarifyAt are the scores, between 0 and 1, from which a question
	// is answered, and from which up to three entries are offered; 0 means
	// calibrated from the FAQ itself.
	AnswerAt  float64 `yaml:"answer_at"`
	ClarifyAt float64 `yaml:"clarify_at"`
}
