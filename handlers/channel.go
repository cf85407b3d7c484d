package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/engagement"
)

// NewRoom is a group to be made.
type NewRoom struct {
	// UUID is the same on every try for one case: the same group is meant.
	UUID  string
	Title string
	// OwnerID and MemberIDs are user ids of the organisation.
	OwnerID   string
	MemberIDs []string
}

// MadeRoom is a group that stands.
type MadeRoom struct {
	ID      string // for sending
	ChatID  string // a second id of the platform's, for the link; may be empty
	OwnerID string
	Link    string // for joining, where creation tells it
	// Missing are user ids that creation did not take.
	Missing []string
}

// Rooms makes the groups of cases. Each call can be repeated; its errors are
// *bot.SendError, whose Retry says whether that makes sense.
type Rooms interface {
	// Create makes the group, or returns the one that was made with this UUID.
	Create(ctx context.Context, n NewRoom) (MadeRoom, error)
	// AddMembers adds people and tells whom the group does not take.
	AddMembers(ctx context.Context, group string, userIDs []string) (apart []string, err error)
	// JoinLink is an address by which people can join.
	JoinLink(ctx context.Context, r MadeRoom) (string, error)
	// FindUser finds a contact in the organisation, by union id or mobile.
	FindUser(ctx context.Context, c engagement.Contact) (userID string, found bool, err error)
}

// patience is how many failures of what a channel can stand without are borne
// before it stands without: a minute.
const patience = 9

// A step looks up so many contacts, and begins with no further one after so long:
// it must end well within the time of its deadline, however slow the platform is.
const (
	lookUps   = 5
	lookUpFor = time.Second
)

// stepRoom does the next step of making the channel. What it achieved is in the
// change that it returns: a step that is cut off is simply done again.
func (w *casework) stepRoom(ctx context.Context) (engagement.Effects, error) {
	rooms := w.Cases.Rooms
	if rooms == nil {
		rooms = noRooms{}
	}
	now := w.at()
	switch w.Room.Step {
	case engagement.StepLookUp:
		return w.lookUp(ctx, rooms)
	case engagement.StepByHand:
		return w.ByHand(""), nil
	case engagement.StepCreate:
		return w.createRoom(ctx, rooms)
	case engagement.StepMembers:
		return w.fillRoom(ctx, rooms)
	case engagement.StepLink:
		link := w.Room.Link
		if link == "" {
			made := MadeRoom{ID: w.Room.ID, ChatID: w.Room.ChatID, OwnerID: w.Room.OwnerID}
			var err error
			if link, err = rooms.JoinLink(ctx, made); err != nil && worthRetrying(err) && w.Room.Tries < patience {
				return w.failed(ctx, err), nil
			}
		}
		return w.Linked(link, now), nil
	case engagement.StepWelcome:
		return w.Welcomed(now), nil
	default:
		return engagement.Effects{}, nil
	}
}

func (w *casework) lookUp(ctx context.Context, rooms Rooms) (engagement.Effects, error) {
	some := w.Contacts[min(w.Room.Looked, len(w.Contacts)):]
	ids, began := make([]string, 0, lookUps), time.Now()
	for _, p := range some[:min(lookUps, len(some))] {
		if time.Since(began) > lookUpFor {
			break
		}
		id := ""
		if p.UserID == "" {
			var err error
			if id, _, err = rooms.FindUser(ctx, p); err != nil {
				if worthRetrying(err) && w.Room.Tries < patience {
					return w.failed(ctx, err), nil
				}
				zerolog.Ctx(ctx).Warn().Err(err).Str("case", w.ID).Msg("cannot look up a contact, going on without")
			}
		}
		ids = append(ids, id)
	}
	return w.LookedUp(ids, w.at()), nil
}

func (w *casework) createRoom(ctx context.Context, rooms Rooms) (engagement.Effects, error) {
	owner := w.owner()
	title := textRoomTitle(w.Brand.Lang, w.Case)
	staff := w.roomStaff(owner)
	made, err := rooms.Create(ctx, NewRoom{UUID: w.RoomKey(), Title: title, OwnerID: owner.UserID, MemberIDs: slices.Concat(staff, w.reachable())})
	switch {
	case err == nil:
	case !worthRetrying(err) && w.Room.Driver != engagement.DriverScene:
		// Without an idempotency key a second try could make a second group.
		zerolog.Ctx(ctx).Error().Err(err).Str("case", w.ID).Msg("cannot make a channel, people must")
		return w.ByHand(reasonOf(err)), nil
	default:
		return w.failed(ctx, err), nil
	}
	return w.Created(engagement.Room{
		ID: made.ID, Title: title, Owner: owner.Key, OwnerID: made.OwnerID, ChatID: made.ChatID, Link: made.Link, Missing: made.Missing, Staff: append(staff, owner.UserID),
	}, w.at()), nil
}

// owner is who owns the group: the one configured, else a manager, else anybody.
func (w *casework) owner() bot.Member {
	if m, ok := w.Team.ByKey(w.Cases.Channel.Owner); ok {
		return m
	}
	if people := append(w.managers(), w.Team...); len(people) > 0 {
		return people[0]
	}
	return bot.Member{}
}

// roomStaff are the user ids of the team that belong into the group now, the
// owner apart.
func (w *casework) roomStaff(owner bot.Member) []string {
	var ids []string
	for _, m := range w.resolve(w.Cases.Channel.Members, w.now) {
		ids = append(ids, m.UserID)
	}
	for _, key := range w.Experts(w.at()) {
		if m, ok := w.Team.ByKey(key); ok {
			ids = append(ids, m.UserID)
		}
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == owner.UserID || id == "" })
}

// followRota adds whoever belongs into the group by now and is not in it.
func (w *casework) followRota(ctx context.Context, run int) (engagement.Effects, error) {
	fresh := slices.DeleteFunc(w.roomStaff(w.owner()), func(id string) bool { return slices.Contains(w.Room.Staff, id) })
	if !w.MembersDue(run) || len(fresh) == 0 || w.Cases.Rooms == nil {
		return engagement.Effects{}, nil
	}
	switch _, err := w.Cases.Rooms.AddMembers(ctx, w.Room.ID, fresh); {
	case err != nil && worthRetrying(err):
		return engagement.Effects{}, fmt.Errorf("add members to the channel of %s: %w", w.ID, err)
	case err != nil:
		zerolog.Ctx(ctx).Error().Err(err).Str("case", w.ID).Msg("cannot add members to a channel")
	}
	return w.StaffAdded(fresh), nil
}

// fillRoom adds whom creation did not take. Contacts who cannot be added by id
// need the link.
func (w *casework) fillRoom(ctx context.Context, rooms Rooms) (engagement.Effects, error) {
	var out []string
	if len(w.Room.Missing) > 0 {
		var err error
		out, err = rooms.AddMembers(ctx, w.Room.ID, w.Room.Missing)
		switch {
		case err == nil:
		case worthRetrying(err):
			return w.failed(ctx, err), nil
		default:
			zerolog.Ctx(ctx).Warn().Err(err).Str("case", w.ID).Msg("cannot add members, they get the link")
			out = w.Room.Missing
		}
	}
	apart := []string{}
	for _, p := range w.Contacts {
		if p.UserID == "" || slices.Contains(out, p.UserID) {
			apart = append(apart, p.Name)
		}
	}
	return w.Joined(apart, w.at()), nil
}

func (w *casework) failed(ctx context.Context, err error) engagement.Effects {
	zerolog.Ctx(ctx).Warn().Err(err).Str("case", w.ID).Msg("a step of making a channel failed, it will be done again")
	return w.RoomFailed(reasonOf(err), w.at())
}

// worthRetrying reports whether the same call may succeed later. An error
// without the platform's verdict may.
func worthRetrying(err error) bool {
	se, ok := errors.AsType[*bot.SendError](err)
	return !ok || se.Retry
}

// reasonOf is why a call failed, for staff.
func reasonOf(err error) string {
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Reason != "" {
		return se.Reason
	}
	return "钉钉暂时没有接受请求"
}

// noRooms is for a program without a way to make groups.
type noRooms struct{}

func (noRooms) Create(context.Context, NewRoom) (MadeRoom, error) {
	return MadeRoom{}, &bot.SendError{Reason: "没有配置自动建群", Err: fmt.Errorf("no driver makes rooms")}
}

func (noRooms) AddMembers(_ context.Context, _ string, ids []string) ([]string, error) {
	return ids, nil
}
func (noRooms) JoinLink(context.Context, MadeRoom) (string, error) { return "", nil }
func (noRooms) FindUser(context.Context, engagement.Contact) (string, bool, error) {
	return "", false, nil
}

// RoomEventKind is what happened to a group.
type RoomEventKind string

// What can happen to a channel, as far as the platform tells.
const (
	RoomDisbanded  RoomEventKind = "disbanded"
	RoomRenamed    RoomEventKind = "renamed"
	RoomBotRemoved RoomEventKind = "bot_removed"
)

// RoomEvent is one thing that happened to a group.
type RoomEvent struct {
	// ID is the same when the platform tells it again.
	ID    string
	Kind  RoomEventKind
	Group string
	Title string
}

// RoomEvent is what follows when something happened to a group; it concerns
// nobody if the group is no channel.
func (h *Handler) RoomEvent(ctx context.Context, e RoomEvent, now time.Time) (bot.Change, error) {
	t := newTx(h.store, "room|"+e.ID, now)
	s, err := h.situation(ctx, t, roomRef(e.Group))
	if err != nil {
		return bot.Change{}, err
	}
	w, err := linkedCase(ctx, t, s, roomRef(e.Group))
	if err != nil || w == nil {
		return t.change(), err
	}
	var effects engagement.Effects
	switch e.Kind {
	case RoomRenamed:
		effects = w.RoomRenamed(e.Title)
	case RoomDisbanded, RoomBotRemoved:
		effects = w.RoomLost(textRoomGone(w.Brand.Lang, e.Kind), w.at())
	}
	if err := w.take(ctx, effects); err != nil {
		return bot.Change{}, err
	}
	return t.change(), nil
}
