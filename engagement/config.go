package engagement

import (
	"time"

	"guanjia/calendar"
)

// Service holds the clocks of the service (section "service").
type Service struct {
	// ResponsePeriod is how long a response lasts once an expert accepted.
	ResponsePeriod time.Duration `yaml:"response_period" json:"response_period"`
	// Validity is how long a purchase lasts.
	Validity time.Duration `yaml:"validity" json:"validity"`
	// FirstContactWithin is the target for the telephone call after a purchase.
	FirstContactWithin time.Duration `yaml:"first_contact_within" json:"first_contact_within"`
	// AcceptWithin is the target for accepting a reported incident.
	AcceptWithin time.Duration `yaml:"accept_within" json:"accept_within"`
	// Count is "civil" (whole days, the starting day not counted, ending at 24:00;
	// Civil Code arts. 201 and 203) or "exact" (N times 24 hours).
	Count string `yaml:"count" json:"count"`
	// UpdateEvery is how long a customer with an open incident may hear nothing
	// before the expert is reminded; zero means 4 h.
	UpdateEvery time.Duration `yaml:"update_every" json:"update_every,omitempty"`
}

// Exact is the Count that takes a day as 24 hours.
const Exact = "exact"

const day = 24 * time.Hour

// end is the end of a period that begins at start, counted in start's zone.
func (s Service) end(start time.Time, d time.Duration) time.Time {
	if s.Count != Exact && d%day == 0 {
		return calendar.CivilEnd(start, int(d/day), start.Location())
	}
	return start.Add(d)
}

// prolong moves an end: by days of the calendar where days are counted so, which
// leaves 24:00 at 24:00.
func (s Service) prolong(end time.Time, d time.Duration) time.Time {
	if s.Count != Exact && d%day == 0 {
		return end.AddDate(0, 0, int(d/day))
	}
	return end.Add(d)
}

func (s Service) updateEvery() time.Duration {
	if s.UpdateEvery > 0 {
		return s.UpdateEvery
	}
	return 4 * time.Hour
}

// Reminders says how long before an end people are reminded (section "reminders").
type Reminders struct {
	Response []time.Duration `yaml:"response" json:"response,omitempty"`
	Validity []time.Duration `yaml:"validity" json:"validity,omitempty"`
	// Quiet is the span of the night in which customers are left alone,
	// "22:00-08:00"; empty means none.
	Quiet string `yaml:"quiet" json:"quiet,omitempty"`
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
