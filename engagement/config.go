package engagement

import "time"

// Service holds the clocks of the service (section "service").
type Service struct {
	// ResponsePeriod is how long a response lasts once an expert accepted.
	ResponsePeriod time.Duration `yaml:"response_period"`
	// Validity is how long a purchase lasts.
	Validity time.Duration `yaml:"validity"`
	// FirstContactWithin is the target for the telephone call after a purchase.
	FirstContactWithin time.Duration `yaml:"first_contact_within"`
	// AcceptWithin is the target for accepting a reported incident.
	AcceptWithin time.Duration `yaml:"accept_within"`
	// Count is "civil" (whole days, the starting day not counted, ending at 24:00;
	// Civil Code arts. 201 and 203) or "exact" (N times 24 hours).
	Count string `yaml:"count"`
}

// Reminders says how long before an end people are reminded (section "reminders").
type Reminders struct {
	Response []time.Duration `yaml:"response"`
	Validity []time.Duration `yaml:"validity"`
	// Quiet is the span of the night in which customers are left alone,
	// "22:00-08:00"; empty means none.
	Quiet string `yaml:"quiet"`
}

// Channel says how a case's group is made (section "channel").
type Channel struct {
	// Driver is scene_group, service_group or manual.
	Driver string `yaml:"driver"`
	// Owner is the key of the member who owns the group.
	Owner string `yaml:"owner"`
	// TemplateID is the platform's group template.
	TemplateID string `yaml:"template_id"`
	// Members lists who is in it: rotation:NAME, role:NAME, member:KEY.
	Members []string `yaml:"members"`
}
