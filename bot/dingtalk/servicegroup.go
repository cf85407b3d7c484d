package dingtalk

import (
	"context"
	"errors"
	"strings"

	"guanjia/bot"
)

// ServiceGroups makes Send use the service groups' own call where the robot's
// call does not know a group: robots of internal apps live in internal groups
// (reference §2, §4.7). It must be set before the first Send.
func (p *Platform) ServiceGroups() { p.serviceGroups = true }

// robotNotThere reports whether the robot's own call cannot reach a group.
func robotNotThere(err error) bool {
	f, ok := errors.AsType[*failure](err)
	if !ok || f.verdict != verdictFinal {
		return false
	}
	code := strings.ToLower(f.code)
	return code == "invalid.openconversationid" || code == "conversation.org.notmatch"
}

// toServiceGroup sends words and buttons; there are no pictures and files.
func (p *Platform) toServiceGroup(ctx context.Context, id string, part content) (string, error) {
	if part.media != nil {
		return "", &bot.SendError{Reason: "机器人不能向服务群转发图片和文件，只能发文字"}
	}
	in := map[string]any{"targetOpenConversationId": id, "title": part.title, "content": part.text, "messageType": "MARKDOWN"}
	if len(part.buttons) > 0 {
		btns := make([]map[string]string, len(part.buttons))
		for i, b := range part.buttons {
			btns[i] = map[string]string{"title": b.Label, "actionURL": dtmd(b.Say)}
		}
		in["messageType"], in["btns"] = "ACTIONCARD", btns
	}
	var answer struct {
		OpenMsgTaskID string `json:"openMsgTaskId"`
	}
	err := p.api.post(ctx, pathServiceGroup, in, &answer)
	return answer.OpenMsgTaskID, err
}
