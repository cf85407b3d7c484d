package calendar

// Manual overrides the calendar by hand, until it is put back to Auto.
type Manual int

// The positions of the switch.
const (
	Auto   Manual = iota // the calendar decides
	Open                 // open at any hour
	Closed               // closed at any hour
)

// ParseManual reads the words of 营业: 开, 关, 自动; open, closed, auto.
func ParseManual(word string) (m Manual, ok bool) {
	switch word {
	case "开", "open":
		return Open, true
	case "关", "closed", "close":
		return Closed, true
	case "自动", "auto":
		return Auto, true
	}
	return Auto, false
}

// String is the English word of the switch's position.
func (m Manual) String() string {
	switch m {
	case Open:
		return "open"
	case Closed:
		return "closed"
	case Auto:
	}
	return "auto"
}

// With is the same calendar with the switch put by hand. Its days stay as they
// are.
func (c *Calendar) With(m Manual) *Calendar {
	forced := *c
	forced.force = m
	return &forced
}
