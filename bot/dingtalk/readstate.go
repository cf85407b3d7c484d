package dingtalk

import (
	"context"
	"net/url"
	"strings"
)

// dingReceipt marks a receipt as that of a DING, whose read states another call
// tells.
const dingReceipt = "ding:"

// readState is what the platform says of one reader.
type readState struct {
	UserID string `json:"userId"`
	Status string `json:"readStatus"` // READ or UNREAD
}

// ReadReceipts returns the user ids of those who have read a one-to-one message
// or a DING, by the receipt that Send returned for it. An empty receipt (the
// message went to a reply address) has no read state: nobody is returned. Errors
// are *bot.SendError.
func (p *Platform) ReadReceipts(ctx context.Context, receipt string) ([]string, error) {
	if receipt == "" {
		return nil, nil
	}
	states, err := p.readStates(ctx, receipt)
	if err != nil {
		return nil, refused("查询已读", err)
	}
	var readers []string
	for _, s := range states {
		if s.Status == "READ" {
			readers = append(readers, s.UserID)
		}
	}
	return readers, nil
}

func (p *Platform) readStates(ctx context.Context, receipt string) ([]readState, error) {
	if id, ok := strings.CutPrefix(receipt, dingReceipt); ok {
		var answer struct {
			Result struct {
				List []readState `json:"robotDingReadInfoList"`
			} `json:"result"`
		}
		err := p.api.post(ctx, "/v1.0/robot/ding/readStatuses/query", map[string]string{"robotCode": p.api.cfg.RobotCode, "openDingId": id}, &answer)
		return answer.Result.List, err
	}
	var answer struct {
		List []readState `json:"messageReadInfoList"`
	}
	err := p.api.get(ctx, "/v1.0/robot/oToMessages/readStatus", url.Values{
		"robotCode": {p.api.cfg.RobotCode}, "processQueryKey": {receipt},
	}, &answer)
	return answer.List, err
}
