package dingtalk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"guanjia/bot"
)

// Driver is a way to get a room for a case (channel.driver).
type Driver string

// The drivers.
const (
	SceneGroup   Driver = "scene_group"   // an internal group made from a template that holds the robot
	ServiceGroup Driver = "service_group" // 智能服务群, which outside customers may join
	Manual       Driver = "manual"        // people make the group and take the robot in
)

// The platform's limits: members in one call, and characters in a title.
const (
	maxAdded        = 100 // the twin on the old host documents it
	maxFirstMembers = 20  // of a service group
	maxSceneTitle   = 30
	maxServiceTitle = 20
)

// ErrManual means that the configured driver makes no rooms.
var ErrManual = errors.New("channel.driver manual makes no groups")

// Abilities is what a driver, and the rooms it makes, can do.
type Abilities struct {
	Create    bool // Create works; without it people make the room
	Hear      bool // the bot hears who mentions it
	Mention   bool // the bot can notify single members, in answers
	Buttons   bool // messages may carry buttons
	Outsiders bool // people outside the organisation can join
}

// RoomsConfig tells how rooms are made.
type RoomsConfig struct {
	Driver Driver
	// TemplateID is the scene group template; for service groups the team and
	// the group set, "openTeamId/openGroupSetId".
	TemplateID string
}

// Rooms makes and fills the groups of cases. All errors are *bot.SendError: Retry
// says whether the same call can be repeated, Reason is for staff.
type Rooms struct {
	api *API
	cfg RoomsConfig
}

// NewRooms makes Rooms. It fails for an unknown driver, and for a service group
// without team and group set.
func NewRooms(api *API, cfg RoomsConfig) (*Rooms, error) {
	switch cfg.Driver {
	case SceneGroup, Manual:
	case ServiceGroup:
		if _, _, err := teamAndSet(cfg.TemplateID); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("channel.driver: unknown driver %q; write scene_group, service_group or manual", cfg.Driver)
	}
	return &Rooms{api: api, cfg: cfg}, nil
}

// Can tells what the configured driver can do. In a service group the platform
// documents no way for the robot of an internal app to hear (reference §4.7).
func (r *Rooms) Can() Abilities {
	switch r.cfg.Driver {
	case SceneGroup:
		return Abilities{Create: true, Hear: true, Mention: true, Buttons: true}
	case ServiceGroup:
		return Abilities{Create: true, Buttons: true, Outsiders: true}
	case Manual:
	}
	return Abilities{Hear: true, Mention: true, Buttons: true}
}

// NewRoom is the room to be made.
type NewRoom struct {
	// UUID is the platform's idempotency key: the same on every try for a case.
	UUID string
	// Title is cut to what the platform takes.
	Title string
	// OwnerID and MemberIDs are user ids of the organisation.
	OwnerID   string
	MemberIDs []string
	// TemplateID replaces the configured one, if set.
	TemplateID string
}

// Room is a group that exists.
type Room struct {
	OpenConversationID string // for sending, bot.Group(…)
	ChatID             string // the old host's id of the same group; may be empty
	OwnerID            string
	Link               string // for joining, where creation tells it
	// Missing are members that creation did not take; AddMembers says whom of
	// them the platform refuses.
	Missing []string
}

// Create makes the room. Repeated with the same UUID it returns the same room,
// which also repairs a time-out after success. Only service groups have no such
// key: there a lost answer is an error without Retry, so that a case never gets
// two groups.
func (r *Rooms) Create(ctx context.Context, n NewRoom) (Room, error) {
	n.TemplateID = cmp.Or(n.TemplateID, r.cfg.TemplateID)
	var room Room
	var err error
	switch r.cfg.Driver {
	case SceneGroup:
		room, err = r.createScene(ctx, n)
	case ServiceGroup:
		room, err = r.createService(ctx, n)
	case Manual:
		return Room{}, &bot.SendError{Reason: "没有配置自动建群，请手工建群并把机器人拉进群", Err: ErrManual}
	}
	if err != nil {
		return Room{}, refused("建群", err)
	}
	return room, nil
}

func (r *Rooms) createScene(ctx context.Context, n NewRoom) (Room, error) {
	room, err := r.postScene(ctx, n, n.MemberIDs)
	// One strange member must not cost the group; after the refusal there is none.
	if len(n.MemberIDs) > 0 && aboutMembers(err) {
		room, err = r.postScene(ctx, n, nil)
		room.Missing = n.MemberIDs
	}
	return room, err
}

func (r *Rooms) postScene(ctx context.Context, n NewRoom, members []string) (Room, error) {
	in := map[string]any{
		"title": title(n.Title, maxSceneTitle), "template_id": n.TemplateID, "owner_user_id": n.OwnerID, "uuid": n.UUID,
	}
	if len(members) > 0 {
		in["user_ids"] = members
	}
	var answer struct {
		OpenConversationID string `json:"open_conversation_id"`
		ChatID             string `json:"chat_id"`
	}
	if err := r.api.post(ctx, "/v1.0/im/sceneGroup/create", in, &answer); err != nil {
		return Room{}, err
	}
	if answer.OpenConversationID == "" {
		return Room{}, &failure{verdict: verdictAmbiguous, status: 200, err: errors.New("created group has no open_conversation_id")}
	}
	return Room{OpenConversationID: answer.OpenConversationID, ChatID: answer.ChatID, OwnerID: n.OwnerID}, nil
}

func aboutMembers(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && (strings.EqualFold(f.code, "member.notFound") || strings.EqualFold(f.code, "member.exceed"))
}

// title makes a group's name: one line, at most limit characters.
func title(s string, limit int) string {
	rs := []rune(cleanName(s))
	if len(rs) > limit {
		return string(rs[:limit-1]) + "…"
	}
	return cmp.Or(string(rs), "应急响应")
}

// refused puts a failed call into words for staff, where the table of reasons
// speaks of messages.
func refused(doing string, err error) error {
	if err == nil {
		return nil
	}
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return &bot.SendError{Reason: doing + "没有成功", Err: err}
	}
	out := asSendError(f)
	se, ok := errors.AsType[*bot.SendError](out)
	if _, known := finalReason(f.code); ok && f.verdict == verdictFinal && !known {
		se.Reason = fmt.Sprintf("%s没有成功，钉钉没有接受（代码 %s）", doing, cmp.Or(f.code, fmt.Sprint(f.status)))
	}
	return out
}
