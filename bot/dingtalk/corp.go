package dingtalk

import "encoding/json"

// corp is the organisation's corpId, "" until the first frame told it.
func (s *Stream) corp() string {
	if id := s.corpID.Load(); id != nil {
		return *id
	}
	return ""
}

// learnCorp keeps the corpId that the platform itself puts into a frame.
func (s *Stream) learnCorp(id string) {
	if id != "" && s.corpID.Load() == nil {
		s.corpID.Store(&id)
	}
}

// learnCorpFrom takes the robot's corpId from a robot message.
func (s *Stream) learnCorpFrom(data string) {
	if s.corpID.Load() != nil || len(data) > MaxFrame {
		return
	}
	var c struct {
		CorpID loose `json:"chatbotCorpId"`
	}
	_ = json.Unmarshal([]byte(data), &c) // the message itself is read elsewhere
	s.learnCorp(c.CorpID.String())
}
