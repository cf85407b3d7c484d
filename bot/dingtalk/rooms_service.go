package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// teamAndSet reads where service groups are made, "openTeamId/openGroupSetId".
func teamAndSet(template string) (team, set string, err error) {
	team, set, ok := strings.Cut(template, "/")
	if !ok || team == "" || set == "" {
		return "", "", fmt.Errorf("channel.template_id: %q must be openTeamId/openGroupSetId for channel.driver service_group", template)
	}
	return team, set, nil
}

// createService makes a service group. The platform documents no idempotency
// key for it, so an answer that was lost is not tried again.
func (r *Rooms) createService(ctx context.Context, n NewRoom) (Room, error) {
	team, set, err := teamAndSet(n.TemplateID)
	if err != nil {
		return Room{}, err
	}
	first := n.MemberIDs[:min(len(n.MemberIDs), maxFirstMembers)]
	room, err := r.postService(ctx, n, team, set, first)
	if len(first) > 0 && aboutMembers(err) {
		first = nil
		room, err = r.postService(ctx, n, team, set, nil)
	}
	if f, ok := errors.AsType[*failure](err); ok && f.verdict == verdictAmbiguous && !neverSent(f) {
		return Room{}, &failure{verdict: verdictFinal, status: f.status, code: lostCreation, err: f}
	}
	room.Missing = n.MemberIDs[len(first):]
	return room, err
}

// lostCreation stands for a creation that may have happened.
const lostCreation = "guanjia.creation.unknown"

// neverSent reports whether a call ended before anything was sent.
func neverSent(f *failure) bool {
	op, ok := errors.AsType[*net.OpError](f.err)
	return ok && op.Op == "dial"
}

func (r *Rooms) postService(ctx context.Context, n NewRoom, team, set string, members []string) (Room, error) {
	in := map[string]any{
		"openTeamId": team, "openGroupSetId": set, "groupName": title(n.Title, maxServiceTitle),
		"ownerStaffId": n.OwnerID, "groupBizId": n.UUID,
	}
	if len(members) > 0 {
		in["memberStaffIds"] = members
	}
	var answer struct {
		OpenConversationID string `json:"openConversationId"`
		GroupURL           string `json:"groupUrl"`
	}
	if err := r.api.post(ctx, "/v1.0/serviceGroup/groups", in, &answer); err != nil {
		return Room{}, err
	}
	if answer.OpenConversationID == "" {
		return Room{}, &failure{verdict: verdictAmbiguous, status: 200, err: errors.New("created service group has no openConversationId")}
	}
	return Room{OpenConversationID: answer.OpenConversationID, OwnerID: n.OwnerID, Link: answer.GroupURL}, nil
}
