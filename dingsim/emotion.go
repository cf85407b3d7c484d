package dingsim

import "net/http"

func (s *Server) emotionEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /v1.0/robot/emotion/reply", handle: s.emotion},
		{pattern: "POST /v1.0/robot/emotion/recall", handle: s.emotion},
	}
}

// emotion puts an emoji on a person's message, or takes it off. The call is
// undocumented; only what production clients are known to send is checked.
func (s *Server) emotion(c *call) (any, *refusal) {
	var req struct {
		RobotCode          string         `json:"robotCode"`
		OpenMsgID          string         `json:"openMsgId"`
		OpenConversationID string         `json:"openConversationId"`
		EmotionType        int            `json:"emotionType"`
		EmotionName        string         `json:"emotionName"`
		TextEmotion        map[string]any `json:"textEmotion"`
	}
	if no := c.decode(&req); no != nil {
		return nil, no
	}
	if no := required("robotCode", req.RobotCode != "", "openMsgId", req.OpenMsgID != "", "openConversationId", req.OpenConversationID != "", "emotionName", req.EmotionName != ""); no != nil {
		return nil, no
	}
	if s.journal.find(req.OpenMsgID) == nil {
		return nil, refuse(http.StatusBadRequest, "invalidParameter.openMsgId", "openMsgId 无效")
	}
	return map[string]any{"success": true}, nil
}
