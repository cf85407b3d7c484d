package escalation

import (
	"slices"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
)

// The kinds of deadline that an escalation sets; the subject is its number.
const (
	// KindClimb: nobody took it, the next step is called, or the desk opens.
	KindClimb = "escalation.climb"
	// KindProgress: the holder has been silent.
	KindProgress = "escalation.progress"
	// KindOffer: those who were asked to take over did not.
	KindOffer = "escalation.offer"
)

// Why is why somebody is called.
type Why string

// The reasons of a page.
const (
	WhyDesk     Why = "desk"      // somebody wants a person, in hours
	WhyOpening  Why = "opening"   // it waited for the opening
	WhyStep     Why = "step"      // the ladder
	WhyUp       Why = "up"        // somebody asked for the next step
	WhyAgain    Why = "again"     // its holder fell silent, the ladder starts again
	WhyHandOff  Why = "handoff"   // its holder wants this member to take it
	WhyProgress Why = "progress"  // the holder is asked for a sign of life
	WhyCatchAll Why = "catch_all" // nobody took it
)

// Page calls members; each of them by every route.
type Page struct {
	To    []bot.Member
	Via   []bot.Via
	Why   Why
	Round int
	Step  int
	Run   int
	// By is the name of who asked for it, for WhyUp and WhyHandOff.
	By string
}

// What is what members or the asker are told.
type What string

// What is told to members who are not asked to do anything, and to the asker.
const (
	WhatTaken    What = "taken"    // By has it
	WhatReleased What = "released" // its holder fell silent and lost it
	WhatKept     What = "kept"     // nobody took over, it stays with its holder
	WhatAdded    What = "added"    // the asker said more, which is urgent too
	WhatClosed   What = "closed"   // By ended it

	WhatDeferred  What = "deferred"  // people are back At
	WhatDesk      What = "told_desk" // the desk was told
	WhatCalling   What = "calling"   // the first step was called
	WhatNext      What = "next"      // a further step was called, to take it from By if somebody has it
	WhatAgain     What = "again"     // its holder fell silent, the first step is called again
	WhatExhausted What = "exhausted" // nobody took it; people are back At
)

// Notice tells members something.
type Notice struct {
	To   []string // keys
	What What
	By   string
}

// AskerNotice tells the asker something.
type AskerNotice struct {
	What What
	By   string // a display name
	At   time.Time
}

// Event is a line of the timeline.
type Event struct {
	Kind string
	By   string
	Text string
}

// Effects is what follows from an event beside the new state.
type Effects struct {
	Pages []Page
	Tell  []Notice
	Asker []AskerNotice
	Set   []scheduler.Deadline
	Clear []string
	Log   []Event
}

func (f *Effects) tell(to []string, what What, by string) {
	if len(to) > 0 {
		f.Tell = append(f.Tell, Notice{To: to, What: what, By: by})
	}
}

func (f *Effects) asker(n AskerNotice) { f.Asker = append(f.Asker, n) }

func (f *Effects) log(kind, by, text string) {
	f.Log = append(f.Log, Event{Kind: kind, By: by, Text: text})
}

// arm sets a clock; whatever it was set to before is stale from now on.
func (e *Escalation) arm(f *Effects, kind string, c *clock, due time.Time) {
	e.Run++
	*c = clock{Run: e.Run, Due: due}
	id := kind + "|" + e.ID
	f.Clear = slices.DeleteFunc(f.Clear, func(cleared string) bool { return cleared == id })
	f.Set = append(f.Set, scheduler.Deadline{ID: id, Due: due, Kind: kind, Subject: e.ID, Run: e.Run})
}

// await is arm for what is due so long after now, whatever the time of day.
func (e *Escalation) await(f *Effects, kind string, c *clock, now time.Time, wait time.Duration) {
	e.arm(f, kind, c, now.Add(wait))
	f.Set[len(f.Set)-1].Wait = wait
}

// disarm takes a clock back.
func (e *Escalation) disarm(f *Effects, kind string, c *clock) {
	if c.Run != 0 {
		f.Clear = append(f.Clear, kind+"|"+e.ID)
	}
	*c = clock{}
}

// page calls members and keeps a record of it, under the run of the clock that
// was set last.
func (e *Escalation) page(f *Effects, p Page, now time.Time) {
	p.Run = e.Run
	f.Pages = append(f.Pages, p)
	for _, m := range p.To {
		for _, v := range p.Via {
			e.Calls = append(e.Calls, Call{Member: m.Key, Via: v, Round: p.Round, Step: p.Step, Run: p.Run, At: now.Truncate(time.Second)})
		}
		if !slices.Contains(e.Paged, m.Key) {
			e.Paged = append(e.Paged, m.Key)
		}
		f.log("called", "bot", m.Name)
	}
	over := len(e.Calls) - maxCalls
	for over > 0 && e.Calls[over-1].Run == e.Run {
		over-- // what becomes of these decides what is next
	}
	if over > 0 {
		e.Calls = slices.Delete(e.Calls, 0, over)
	}
}
