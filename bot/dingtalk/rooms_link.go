package dingtalk

import (
	"context"
	"errors"
	"net/url"

	"guanjia/bot"
)

// JoinLink returns an address by which people join the room. It lives for 365
// days, and dies early when the room changes its owner or name: ask again for
// every use.
func (r *Rooms) JoinLink(ctx context.Context, room Room) (string, error) {
	if r.cfg.Driver == ServiceGroup && room.Link != "" {
		return room.Link, nil
	}
	link, err := r.sceneLink(ctx, room)
	if f, ok := errors.AsType[*failure](err); (err == nil && link == "" || ok && f.verdict == verdictFinal) && room.ChatID != "" && room.OwnerID != "" {
		link, err = r.codeLink(ctx, room)
	}
	switch {
	case err != nil:
		return "", refused("取入群链接", err)
	case !isLink(link):
		return "", &bot.SendError{Reason: "拿不到入群链接，请群主在群设置里分享", Err: errors.New("the platform gave no join link")}
	}
	return link, nil
}

func (r *Rooms) sceneLink(ctx context.Context, room Room) (string, error) {
	var answer struct {
		GroupURL string `json:"groupUrl"`
	}
	err := r.api.post(ctx, "/v1.0/im/sceneGroups/query", map[string]string{"openConversationId": room.OpenConversationID}, &answer)
	return answer.GroupURL, err
}

// codeLink asks the old host for the address behind the group's QR code, which
// the owner shares.
func (r *Rooms) codeLink(ctx context.Context, room Room) (string, error) {
	var answer struct {
		Result string `json:"result"`
	}
	err := r.api.postOld(ctx, "/topapi/chat/qrcode/get", "api", map[string]string{"chatid": room.ChatID, "userid": room.OwnerID}, &answer)
	return answer.Result, err
}

// isLink reports whether people can be sent there.
func isLink(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

// Joined lists the groups the robot is in, by openConversationId. Nothing tells
// an internal app's robot that it was thrown out of one; asking now and then
// does (reference §4.9).
func (r *Rooms) Joined(ctx context.Context) ([]string, error) {
	const page, pages = 100, 100
	var all []string
	for number := 1; number <= pages; number++ {
		var answer struct {
			IDs     []string `json:"openConversationIds"`
			HasMore bool     `json:"hasMore"`
		}
		err := r.api.post(ctx, "/v1.0/robot/groups/query", map[string]any{
			"robotCode": r.api.cfg.RobotCode, "pageNumber": number, "pageSize": page,
		}, &answer)
		if err != nil {
			return nil, refused("查询机器人所在的群", err)
		}
		if all = append(all, answer.IDs...); !answer.HasMore {
			break
		}
	}
	return all, nil
}
