package console

import "time"

// Rota is who is on duty in some weeks.
type Rota struct {
	From, To  time.Time
	Rotations []string
	Turns     []Duty
	Members   []Member
}

// Member is somebody of the team.
type Member struct{ Key, Name string }

// Gaps are the turns that nobody has.
func (r Rota) Gaps() []Duty {
	var out []Duty
	for _, t := range r.Turns {
		if t.Name == "" {
			out = append(out, t)
		}
	}
	return out
}

// Year is a year of the calendar.
type Year struct {
	Year, First, Last int // the built-in schedule covers First to Last
	Desk              DeskState
	Days              []Day
}

// Day is one day of a year.
type Day struct {
	Date        string // ISO
	Kind        string // work, off, makeup or holiday
	Open        []string
	Provisional bool
}

// Audit is who did what.
type Audit struct {
	Since time.Time
	Lines []AuditLine
}

// AuditLine is something that somebody did.
type AuditLine struct {
	At                  time.Time
	Kind, By, Ref, Text string
	// Page is set when it was done here, and not in the chat.
	Page bool
}

// Insight is how the service does.
type Insight struct {
	From, To time.Time
	// Hours and Days count escalations and purchases.
	Hours              [24]int
	Days               []DayCount
	Escalations, Cases int
	More               bool
	// Messages are those of this month, Called the escalations among them.
	Messages, Called int64
	// Answered is how often an answer of the FAQ went out this month.
	Answered                   int64
	Urgent, Untaken            int
	Taken, Contacted, Accepted Waits
	Ratings                    int
	RatingMean                 float64
	Load                       []Load
}

// Deflection is the share of what was asked this month that the bot answered by
// itself, of everything that it answered or called people for.
func (in Insight) Deflection() float64 {
	return float64(in.Answered) / float64(max(1, in.Answered+in.Called))
}

// DayCount counts what began on a day.
type DayCount struct {
	Day          time.Time
	Calls, Cases int
}

// Waits are how long people waited.
type Waits struct {
	P50, P90    time.Duration
	N           int
	Met, Missed int
}

// Load is how often somebody was called, by the time of day.
type Load struct {
	Member            string
	Work, Rest, Sleep int
}

// Health is how the machine is.
type Health struct {
	At       time.Time
	Checks   []Check
	Quota    []Used
	Waiting  []Waiting
	Lag      time.Duration
	Skew     time.Duration
	Dead     []Dead
	Warnings []Text
	// Versions are names and values.
	Versions [][2]string
	// Unplanned are the years whose holidays are not published, Gaps those of the
	// rota in the next two weeks, Strangers the members on duty who never wrote to
	// the bot.
	Unplanned []int
	Gaps      []Duty
	Strangers []string
	// Checkup is when everything open was last looked at, Checked how much that was,
	// and Lost how many deadlines were missing and put back.
	Checkup       time.Time
	Checked, Lost int
	// Probe is when the bot last asked itself a question, zero for never; ProbeOK
	// whether it was answered.
	Probe   time.Time
	ProbeOK bool
}

// Text is words in both languages.
type Text struct{ ZH, EN string }

// Waiting is how much work waits in a lane.
type Waiting struct {
	Lane string
	N    int64
}

// Dead is something that was given up.
type Dead struct {
	ID, Reason string
	At         time.Time
}

// FAQ is what can be answered, and what cannot.
type FAQ struct {
	Entries           []Entry
	Gaps              []Gap
	Collected         []Collected
	Asked             int
	Since             time.Time
	AnswerAt, OfferAt float64
	Hash              string
}

// Entry is a question with an answer.
type Entry struct {
	ID, Title, Source string
	Answer            string
	Variants          int
	// Answers is how often it went out this month, Helpful and Unhelpful what people
	// said of it.
	Answers, Helpful, Unhelpful int64
}

// Said is how many said whether it helped.
func (e Entry) Said() int64 { return e.Helpful + e.Unhelpful }

// Rate is the share of those who said that it helped, among those who said
// anything.
func (e Entry) Rate() float64 {
	return float64(e.Helpful) / float64(max(1, e.Helpful+e.Unhelpful))
}

// Collected is a question with the team's reply, kept for the FAQ.
type Collected struct {
	Ref, Entry, Question, Answer, By string
	At                               time.Time
}

// Gap is a question without one.
type Gap struct {
	Question, Nearest, NearestTitle string
	Count, Unhelpful                int
	Score                           float64
	Last                            time.Time
}

// Answer is what would be done with a question.
type Answer struct {
	Question, Action, Intent, Class string
	Score, Urgency                  float64
	Urgent                          bool
	Text, Source                    string
	Reasons                         []string
	Candidates                      []Candidate
	Took                            time.Duration
}

// Candidate is an entry that may be meant.
type Candidate struct {
	ID, Title string
	Score     float64
}
