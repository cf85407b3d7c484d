package dingsim

import "time"

// State is what /_sim/state shows.
type State struct {
	People      []Person     `json:"people"`
	Groups      []Group      `json:"groups"`
	Connections []Connection `json:"connections"`
	Robot       Robot        `json:"robot"`
	Now         time.Time    `json:"now"`
	Faults      faults       `json:"faults"`
	Stream      PushCounts   `json:"stream"`
}

// Robot is the app's robot.
type Robot struct {
	Name string `json:"name"`
	Code string `json:"code"` // the client id
}

// State tells who is there, what is connected and what is wrong on purpose.
func (s *Server) State() State {
	return State{
		People: s.dir.people, Groups: s.dir.all(), Connections: s.hub.list(), Now: time.Now(),
		Robot: Robot{Name: botName, Code: s.cfg.ClientID}, Faults: s.faults.get(), Stream: s.hub.acks.total(),
	}
}
