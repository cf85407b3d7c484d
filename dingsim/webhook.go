package dingsim

import (
	"bytes"
	"encoding/json"
	"sync"
	"time"
	"unicode/utf8"
)

// session is where a session webhook leads.
type session struct {
	person  Person
	group   string // openConversationId; empty: one-to-one
	expires time.Time
}

// sessionBook keeps the last sessions; older ones are as good as expired.
type sessionBook struct {
	mu    sync.Mutex
	all   map[string]session
	order []string
}

func newSessionBook() *sessionBook { return &sessionBook{all: map[string]session{}} }

func (b *sessionBook) open(s session, life time.Duration) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s.expires = time.Now().Add(life)
	key := randomHex(16)
	b.all[key] = s
	b.order = append(b.order, key)
	if len(b.order) > keepRecords {
		delete(b.all, b.order[0])
		b.order = b.order[1:]
	}
	return key
}

func (b *sessionBook) get(key string) (session, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.all[key]
	return s, ok && time.Now().Before(s.expires)
}

func (s *Server) webhookEndpoints() []endpoint {
	return []endpoint{
		{pattern: "POST /robot/sendBySession", host: sendFamily, free: true, open: true, handle: s.sendBySession},
	}
}

// sendBySession takes the bot's answer to a message.
func (s *Server) sendBySession(c *call) (any, *refusal) {
	if n := s.faults.get().WebhookErrcode; n != 0 {
		return nil, errcode(n, webhookText(n))
	}
	if !isJSON(c.header) {
		return nil, errcode(43004, "无效的HTTP HEADER Content-Type")
	}
	var req webhookMessage
	if len(bytes.TrimSpace(c.body)) == 0 || !utf8.Valid(c.body) || json.Unmarshal(c.body, &req) != nil {
		return nil, errcode(40035, "缺少参数 json")
	}
	if key := misspelt(c.body, webhookKeys(req.MsgType)); key != "" {
		return nil, errcode(40035, "不认识参数 "+key)
	}
	said, no := req.said()
	if no != nil {
		return nil, no
	}
	ses, ok := s.sessions.get(c.query.Get("session"))
	if !ok {
		return nil, errcode(300001, webhookText(300001))
	}
	if no := s.maySpeak(ses); no != nil {
		return nil, no
	}
	if said.msgType == "empty" {
		return nil, nil
	}
	said.route, said.raw = routeWebhook, c.body
	s.post(said, ses.person.UserID, ses.group, "")
	return nil, nil
}

// maySpeak checks the group and its rate.
func (s *Server) maySpeak(ses session) *refusal {
	if ses.group != "" {
		switch g, _ := s.dir.group(ses.group); {
		case g.Disbanded:
			return errcode(400013, webhookText(400013))
		case !g.hasBot:
			return errcode(400106, webhookText(400106))
		}
		if !s.gate.groupAllowed(ses.group, time.Now()) {
			return errcode(130101, webhookText(130101))
		}
	}
	if !s.gate.takeStream() {
		return errcode(90030, webhookText(90030))
	}
	return nil
}

func webhookText(n int) string {
	switch n {
	case -1:
		return "系统繁忙"
	case 300001:
		return "session不存在或已过期"
	case 130101:
		return "send too fast, exceed 20 times per minute"
	case 410100:
		return "发送速度太快而限流"
	case 90030:
		return "webhook调用量超过限制"
	case 310000:
		return "keywords not in content"
	case 400013:
		return "群已被解散"
	case 400106:
		return "机器人不在群中"
	default:
		return "发送失败"
	}
}
