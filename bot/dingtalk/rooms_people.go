package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guanjia/bot"
)

// NotTaken is the cause of an AddMembers error when the platform refuses some of
// the people by id; everybody else was added. They need a join link.
type NotTaken struct {
	UserIDs []string
}

// Error names them.
func (e *NotTaken) Error() string { return "the group does not take " + strings.Join(e.UserIDs, ", ") }

// AddMembers puts people of the organisation into a room. Who is in it already
// counts as added, so the call may be repeated.
func (r *Rooms) AddMembers(ctx context.Context, openConversationID string, userIDs []string) error {
	if r.cfg.Driver == Manual {
		return &bot.SendError{Reason: "没有配置自动建群，请手工拉人进群", Err: ErrManual}
	}
	var out []string
	for batch := range slices.Chunk(userIDs, maxAdded) {
		more, err := r.addSome(ctx, openConversationID, batch)
		if err != nil {
			return refused("拉人进群", err)
		}
		out = append(out, more...)
	}
	if len(out) > 0 {
		return &bot.SendError{Reason: fmt.Sprintf("有 %d 人不能直接拉进群，请发送入群链接", len(out)), Err: &NotTaken{UserIDs: out}}
	}
	return nil
}

// addSome halves what is refused until it knows who is meant: the platform
// refuses a call for one strange id in it.
func (r *Rooms) addSome(ctx context.Context, group string, ids []string) (out []string, err error) {
	err = r.postMembers(ctx, group, ids)
	switch f, ok := errors.AsType[*failure](err); {
	case err == nil || ok && strings.Contains(strings.ToLower(f.code), "already"):
		return nil, nil
	case !ok || f.verdict != verdictFinal || aboutGroup(f.code):
		return nil, err
	case len(ids) == 1:
		return ids, nil
	}
	half := len(ids) / 2
	left, err := r.addSome(ctx, group, ids[:half])
	if err != nil {
		return nil, err
	}
	right, err := r.addSome(ctx, group, ids[half:])
	return append(left, right...), err
}

func (r *Rooms) postMembers(ctx context.Context, group string, ids []string) error {
	if r.cfg.Driver == ServiceGroup {
		team, _, err := teamAndSet(r.cfg.TemplateID)
		if err != nil {
			return err
		}
		return r.api.post(ctx, "/v1.0/serviceGroup/groups/members", map[string]any{
			"openTeamId": team, "openConversationId": group, "userIds": ids,
		}, nil)
	}
	return r.api.post(ctx, "/v1.0/im/sceneGroup/member/add", map[string]any{"open_conversation_id": group, "user_ids": ids}, nil)
}

// aboutGroup reports whether a refusal concerns the group or the app, and not
// the people named.
func aboutGroup(code string) bool {
	c := strings.ToLower(code)
	return strings.Contains(c, "openconversationid") || strings.Contains(c, "disband") ||
		strings.Contains(c, "exceed") || strings.Contains(c, "perm") || strings.Contains(c, "forbidden")
}

// RemoveMembers takes people out of a room; who is not in it counts as removed.
// Only scene groups have such a call.
func (r *Rooms) RemoveMembers(ctx context.Context, openConversationID string, userIDs []string) error {
	if r.cfg.Driver != SceneGroup {
		return &bot.SendError{Reason: "机器人不能从这个群里移出成员，请群主手工操作", Err: fmt.Errorf("channel.driver %s removes nobody", r.cfg.Driver)}
	}
	for batch := range slices.Chunk(userIDs, maxAdded) {
		err := r.api.post(ctx, "/v1.0/im/sceneGroup/member/remove", map[string]any{"open_conversation_id": openConversationID, "user_ids": batch}, nil)
		if err != nil {
			return refused("移出群成员", err)
		}
	}
	return nil
}
