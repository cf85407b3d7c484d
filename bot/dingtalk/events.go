package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/rs/zerolog"

	"guanjia/bot"
)

// GroupEventKind says what happened to a group.
type GroupEventKind string

// What can happen to a group, as far as the platform tells (reference §4.9). An
// internal app's robot that a member throws out of a group is told by nothing:
// Rooms.Joined and failed sends show it.
const (
	GroupDisbanded    GroupEventKind = "disbanded"
	GroupRenamed      GroupEventKind = "renamed"       // Title is the new one; join links die
	GroupOwnerChanged GroupEventKind = "owner_changed" // Members holds the new owner; join links die
	MembersJoined     GroupEventKind = "members_joined"
	MembersLeft       GroupEventKind = "members_left" // removed, or by themselves
	BotJoined         GroupEventKind = "bot_joined"
	BotRemoved        GroupEventKind = "bot_removed"
)

// GroupEvent is one thing that happened to a group.
type GroupEvent struct {
	// ID is the platform's, the same when it is pushed again.
	ID    string
	Kind  GroupEventKind
	Group string // openConversationId
	Title string
	// Members are those concerned; outsiders have a union id only.
	Members []bot.Person
	// By is the staff id of who did it, if told.
	By string
	// At is the platform's time.
	At time.Time
}

// ReadEvent says that somebody read a one-to-one message of the bot.
type ReadEvent struct {
	ID      string
	Receipt string // as Platform.Send returned it
	Reader  bot.Person
	At      time.Time
}

// eventData is what the events that matter are made of. Fields whose type
// varies are loose.
type eventData struct {
	Group    loose `json:"openConversationId"`
	Title    loose `json:"title"`
	Owner    loose `json:"owner"`
	Users    many  `json:"userId"`
	Unions   many  `json:"unionId"`
	Operator loose `json:"operator"`
	Quitter  loose `json:"operatorUnionId"`
	Robot    loose `json:"robotCode"`
	QueryKey loose `json:"processQueryKey"`
	Time     loose `json:"timeStamp"`
	ReadTime loose `json:"operatTime"` // the vendor's spelling
	Installs loose `json:"operateTime"`
}

// many is a list of scalars, or one of them alone.
type many []loose

// UnmarshalJSON accepts a list and a scalar.
func (m *many) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		var list []loose
		if err := json.Unmarshal(b, &list); err != nil {
			return err
		}
		*m = list
		return nil
	}
	var one loose
	if err := one.UnmarshalJSON(b); err != nil {
		return err
	}
	*m = many{one}
	return nil
}

func (m many) at(i int) string {
	if i < len(m) {
		return bounded(m[i].String(), 128)
	}
	return ""
}

// people pairs user ids with union ids.
func (d eventData) people() []bot.Person {
	var out []bot.Person
	for i := range max(len(d.Users), len(d.Unions)) {
		if p := (bot.Person{StaffID: d.Users.at(i), UnionID: d.Unions.at(i)}); p.Identity() != "" {
			out = append(out, p)
		}
	}
	return out
}

// onEvent tells of an event, and only then acks it; the platform pushes the
// event again after 10 s and 30 s. Others than those below are acked unread.
func (s *Stream) onEvent(ctx context.Context, log *zerolog.Logger, df *payload.DataFrame) *payload.DataFrameResponse {
	if !s.enter() {
		return later()
	}
	defer s.inFlight.Done()
	ctx, cancel := context.WithTimeout(log.WithContext(context.WithoutCancel(ctx)), storeWithin)
	defer cancel()
	s.learnCorp(df.GetHeader("eventCorpId"))
	if err := s.tellEvent(ctx, df); err != nil {
		log.Warn().Err(err).Str("event", df.GetHeader("eventType")).Str("event_id", df.GetHeader("eventId")).Msg("event not taken, not acked")
		return later()
	}
	r := payload.NewSuccessDataFrameResponse()
	r.Message = "ok"
	r.SetData(`{"status":"SUCCESS","message":"ok"}`)
	return r
}

// later asks for the event again, in the SDK's own words.
func later() *payload.DataFrameResponse {
	r := payload.NewDataFrameResponse(500)
	r.Message = "ok"
	r.SetData(`{"status":"LATER","message":"later"}`)
	return r
}

func (s *Stream) tellEvent(ctx context.Context, df *payload.DataFrame) error {
	kind := groupEventKind(df.GetHeader("eventType"))
	read := df.GetHeader("eventType") == "robot_msg_read"
	if (kind == "" || s.hooks.OnGroup == nil) && (!read || s.hooks.OnRead == nil) {
		return nil
	}
	var d eventData
	if err := unmarshal(df.Data, &d); err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Int("bytes", len(df.Data)).Msg("event cannot be read, dropped")
		return nil // it will not get better by being repeated
	}
	if d.Robot != "" && d.Robot.String() != s.cfg.RobotCode {
		return nil // about another robot of the organisation
	}
	id := bounded(df.GetHeader("eventId"), 128)
	if read {
		return s.hooks.OnRead(ctx, ReadEvent{
			ID: id, Receipt: bounded(d.QueryKey.String(), 256), At: d.ReadTime.millis(),
			Reader: bot.Person{StaffID: d.Users.at(0), UnionID: d.Unions.at(0)},
		})
	}
	return s.hooks.OnGroup(ctx, d.groupEvent(id, kind, df.GetHeader("eventType")))
}

func groupEventKind(eventType string) GroupEventKind {
	switch eventType {
	case "chat_disband":
		return GroupDisbanded
	case "chat_update_title":
		return GroupRenamed
	case "chat_update_owner":
		return GroupOwnerChanged
	case "chat_add_member":
		return MembersJoined
	case "chat_remove_member", "chat_quit":
		return MembersLeft
	case "im_cool_app_install":
		return BotJoined
	case "im_cool_app_uninstall":
		return BotRemoved
	}
	return ""
}

func (d eventData) groupEvent(id string, kind GroupEventKind, eventType string) GroupEvent {
	e := GroupEvent{
		ID: id, Kind: kind, Group: bounded(d.Group.String(), 256), Title: cleanName(d.Title.String()),
		Members: d.people(), By: bounded(d.Operator.String(), 128), At: d.Time.millis(),
	}
	if e.At.IsZero() {
		e.At = d.Installs.millis()
	}
	switch {
	case eventType == "chat_quit": // names the leaver as the operator
		e.Members = []bot.Person{{StaffID: e.By, UnionID: bounded(d.Quitter.String(), 128)}}
	case kind == GroupOwnerChanged:
		e.Members = []bot.Person{{StaffID: bounded(d.Owner.String(), 128)}}
	}
	return e
}

// unmarshal reads a frame's data.
func unmarshal(data string, into any) error {
	if len(data) > MaxFrame {
		return errOversize
	}
	if err := json.Unmarshal([]byte(data), into); err != nil {
		return fmt.Errorf("decode frame: %w", err)
	}
	return nil
}
