package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

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

// UserByMobile finds the organisation's member with a mobile number, written in
// any usual way. A number that is nobody's, or no number at all, is not found.
func (r *Rooms) UserByMobile(ctx context.Context, mobile string) (userID string, found bool, err error) {
	number := mobileNumber(mobile)
	if number == "" {
		return "", false, nil
	}
	var answer struct {
		Result struct {
			UserID string `json:"userid"`
		} `json:"result"`
	}
	err = r.api.postOld(ctx, "/topapi/v2/user/getbymobile", "", map[string]string{"mobile": number}, &answer)
	if f, ok := errors.AsType[*failure](err); ok && (f.code == "60121" || f.code == "40104") {
		return "", false, nil
	}
	return answer.Result.UserID, answer.Result.UserID != "", refused("按手机号查找成员", err)
}

// mobileNumber normalises a number: digits only, without the country code of
// mainland China; other countries keep "+". Empty means that it is none.
func mobileNumber(s string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r == '+':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '＋':
			return '+'
		case unicode.IsSpace(r) || strings.ContainsRune("-－()（）.", r):
			return -1
		}
		return 'x'
	}, s)
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = "+" + rest
	}
	digits = strings.TrimPrefix(digits, "+86")
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	n := len(strings.TrimPrefix(digits, "+"))
	if n < 6 || n > 15 || strings.ContainsAny(digits[1:], "+x") || digits[0] == 'x' {
		return ""
	}
	return digits
}
