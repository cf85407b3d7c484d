package engagement

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// The drivers of a channel (channel.driver). With DriverNone the contacts are
// only looked up.
const (
	DriverScene   = "scene_group"
	DriverService = "service_group"
	DriverManual  = "manual"
	DriverNone    = "none"
)

// Step is what has to be done next to make a channel. Each one can be repeated,
// and is kept as soon as it is done.
type Step string

// The steps, in order.
const (
	StepLookUp  Step = "look_up" // resolve the contacts' mobiles
	StepByHand  Step = "by_hand" // tell the owner to make the group; then 绑定 C3 is waited for
	StepCreate  Step = "create"
	StepMembers Step = "members"
	StepLink    Step = "link"
	StepWelcome Step = "welcome"
	StepReady   Step = "ready" // nothing to do
)

// Room is the case's channel and how far it is made.
type Room struct {
	Driver string `json:"driver,omitempty"`
	// ID is the platform's open conversation id.
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	Link  string `json:"link,omitempty"`
	Step  Step   `json:"step,omitempty"`
	// Owner is the key of the member who owns it; OwnerID and ChatID are the
	// platform's, for the join link.
	Owner   string `json:"owner,omitempty"`
	OwnerID string `json:"owner_id,omitempty"`
	ChatID  string `json:"chat_id,omitempty"`
	// Looked is how many contacts were looked up.
	Looked int `json:"looked,omitempty"`
	// Missing are user ids that creation did not take; Apart are the names of
	// contacts who could not be added by id.
	Missing []string `json:"missing,omitempty"`
	Apart   []string `json:"apart,omitempty"`
	// Staff are the user ids of the team that were added.
	Staff    []string `json:"staff,omitempty"`
	StaffRun int      `json:"staff_run,omitempty"`
	// Tries counts the failures of the present step.
	Tries int `json:"tries,omitempty"`
	// Lost is what happened to it, if it is gone.
	Lost string `json:"lost,omitempty"`
	Run  int    `json:"run,omitempty"`
}

func (r *Room) begin(driver, id string, now time.Time, e *Effects) {
	r.Driver, r.Step = driver, StepLookUp
	e.armStep(KindRoom, id, &r.Run, now)
}

// RoomKey is the idempotency key of making the case's group, a UUID that is the
// same on every try.
func (c *Case) RoomKey() string {
	sum := sha256.Sum256([]byte("guanjia case " + c.ID + " order " + c.OrderID))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// RoomDue reports whether a deadline is for the present step of the channel.
func (c *Case) RoomDue(run int) bool {
	return run == c.Room.Run && c.State != Cancelled && c.State != Closed && c.Room.Step != StepReady
}

// to goes on to a step, at once.
func (c *Case) to(s Step, now time.Time, e *Effects) {
	c.Room.Step, c.Room.Tries = s, 0
	due := now
	if s == StepReady {
		due = time.Time{}
	}
	e.armStep(KindRoom, c.ID, &c.Room.Run, due)
}

// LookedUp keeps whom the platform knows: the user ids of the next contacts, in
// their order from Room.Looked, "" for nobody.
func (c *Case) LookedUp(ids []string, now time.Time) Effects {
	var e Effects
	for n, id := range ids[:min(len(ids), len(c.Contacts)-c.Room.Looked)] {
		if p := &c.Contacts[c.Room.Looked+n]; p.UserID == "" {
			p.UserID = id
		}
	}
	c.Room.Looked += len(ids)
	if c.Room.Looked < len(c.Contacts) {
		c.to(StepLookUp, now, &e)
		return e
	}
	switch c.Room.Driver {
	case DriverNone:
		c.to(StepReady, now, &e)
		e.say(Notice{To: ToContacts, Topic: TopicChecklist})
	case DriverManual:
		c.to(StepByHand, now, &e)
	default:
		c.to(StepCreate, now, &e)
	}
	return e
}

// Created keeps the group that was made: its id and title, the owner and the
// platform's ids, the link if creation told one, and whom it did not take.
func (c *Case) Created(made Room, now time.Time) Effects {
	var e Effects
	r := &c.Room
	r.ID, r.Title, r.Owner, r.OwnerID, r.ChatID = made.ID, made.Title, made.Owner, made.OwnerID, made.ChatID
	r.Link, r.Missing, r.Staff = made.Link, made.Missing, made.Staff
	c.to(StepMembers, now, &e)
	e.log(Event{Kind: "channel_created", By: bot, Text: made.Title})
	return e
}

// Joined keeps who is in the group; apart are the names of contacts who could
// not be added.
func (c *Case) Joined(apart []string, now time.Time) Effects {
	var e Effects
	c.Room.Apart, c.Room.Missing = apart, nil
	if len(apart) == 0 && len(c.Contacts) > 0 {
		c.to(StepWelcome, now, &e)
	} else {
		c.to(StepLink, now, &e)
	}
	return e
}

// Linked keeps the address by which people join, and gives it to the owner, and
// to those who will make the first call. Without one they are told so.
func (c *Case) Linked(link string, now time.Time) Effects {
	var e Effects
	c.Room.Link = link
	e.say(Notice{To: ToExpert, Topic: TopicJoinLink, Text: link, Member: c.Room.Owner})
	if c.First.At.IsZero() {
		e.say(Notice{To: ToFirst, Topic: TopicJoinLink, Text: link})
	}
	c.to(StepWelcome, now, &e)
	return e
}

// Welcomed greets the customer; the channel stands.
func (c *Case) Welcomed(now time.Time) Effects {
	var e Effects
	e.say(Notice{To: ToChannel, Topic: TopicWelcome, At: c.Validity.End})
	c.to(StepReady, now, &e)
	e.log(Event{Kind: "welcomed", By: bot})
	return e
}

// planMembers lets the channel follow the rota: whoever is on duty when an
// incident is reported, and who accepts it, must be in it.
func (c *Case) planMembers(e *Effects, now time.Time) {
	if c.Room.ID != "" && c.Room.Lost == "" && (c.Room.Driver == DriverScene || c.Room.Driver == DriverService) {
		e.armStep(KindMembers, c.ID, &c.Room.StaffRun, now)
	}
}

// MembersDue reports whether a deadline is for the present members.
func (c *Case) MembersDue(run int) bool {
	return run == c.Room.StaffRun && c.Room.ID != "" && c.Room.Lost == "" && c.alive() == nil
}

// Experts are the keys of those who accepted the incidents that are open.
func (c *Case) Experts(now time.Time) []string {
	var keys []string
	for _, i := range c.Incidents {
		if i.Expert != "" && i.Open(now) {
			keys = append(keys, i.Expert)
		}
	}
	return keys
}

// StaffAdded keeps who was added to the channel.
func (c *Case) StaffAdded(ids []string) Effects {
	var e Effects
	c.Room.Staff = append(c.Room.Staff, ids...)
	e.log(Event{Kind: "members_added", By: bot, Internal: true})
	return e
}

// ByHand asks for a group made by people, with the reason if a driver failed for
// good; 绑定 C3 is then waited for.
func (c *Case) ByHand(reason string) Effects {
	var e Effects
	e.say(Notice{To: ToFirst, Topic: TopicRoomByHand, Text: reason})
	if reason != "" {
		e.say(Notice{To: ToManagers, Topic: TopicRoomByHand, Text: reason})
		e.log(Event{Kind: "channel_failed", By: bot, Text: string(c.Room.Step) + ": " + reason, Internal: true})
	}
	c.to(StepReady, time.Time{}, &e)
	return e
}

// roomWait is the pause after so many failures of a step. A customer waits whose
// systems burn: for a minute and a half it is at most eight seconds. Then it
// grows to five minutes, so that what stays broken does not use up the quota.
func roomWait(tries int) time.Duration {
	return min(5*time.Minute, time.Second<<min(20, max(min(tries, 3), tries-9)))
}

// RoomFailed plans the next try of the present step. The managers are told of
// the third failure in a row, once.
func (c *Case) RoomFailed(reason string, now time.Time) Effects {
	var e Effects
	c.Room.Tries++
	e.awaitStep(KindRoom, c.ID, &c.Room.Run, now, roomWait(c.Room.Tries))
	if c.Room.Tries == 3 {
		e.say(Notice{To: ToManagers, Topic: TopicRoomFailed, Text: reason})
		e.log(Event{Kind: "channel_failed", By: bot, Text: string(c.Room.Step) + ": " + reason, Internal: true})
	}
	return e
}

// BindRoom makes a group the channel of the case: 绑定 C3. A case has one
// channel, the one that was made or bound last.
func (c *Case) BindRoom(id, title, by string, now time.Time) (Effects, error) {
	var e Effects
	if err := c.alive(); err != nil {
		return e, err
	}
	if c.Room.ID == id && c.Room.Lost == "" {
		return e, nil
	}
	c.Room.ID, c.Room.Title, c.Room.Lost = id, title, ""
	c.Room.Link, c.Room.Staff, c.Room.Missing, c.Room.Apart = "", nil, nil, nil
	e.log(Event{Kind: "channel_bound", By: by, Text: title})
	c.to(StepWelcome, now, &e)
	return e, nil
}

// RoomLost notes that the channel is gone: disbanded, or the bot was removed.
// That of a case which is over closes the case.
func (c *Case) RoomLost(what string, now time.Time) Effects {
	var e Effects
	if c.Room.ID == "" || c.Room.Lost != "" {
		return e
	}
	c.Room.Lost = what
	e.log(Event{Kind: "channel_lost", By: bot, Text: what, Internal: true})
	if c.State == Expired && !slices.ContainsFunc(c.Incidents, func(i *Incident) bool { return i.Open(now) }) {
		c.State = Closed
		return e
	}
	e.say(Notice{To: ToManagers, Topic: TopicRoomLost, Text: what}, Notice{To: ToExpert, Topic: TopicRoomLost, Text: what, Member: c.Expert()})
	return e
}

// RoomRenamed follows a change of the title.
func (c *Case) RoomRenamed(title string) Effects {
	var e Effects
	if title != "" && title != c.Room.Title {
		e.log(Event{Kind: "channel_renamed", By: bot, Text: title, Internal: true})
		c.Room.Title = title
	}
	return e
}
