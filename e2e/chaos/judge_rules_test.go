package chaos_test

import (
	"encoding/json"
	"testing"
	"time"

	"guanjia/dingsim"
)

// trial makes evidence by the second.
type trial struct{ e evidence }

func (c *trial) at(second int) time.Time { return time.Unix(1_800_000_000+int64(second), 0) }

func (c *trial) says(second int, s said) *trial {
	s.id, s.at = "m"+s.want, c.at(second)
	if !s.acked.IsZero() {
		s.acked = c.at(second)
	}
	c.e.said = append(c.e.said, s)
	return c
}

// hears adds a record; pid is who said it, 0: nobody knows.
func (c *trial) hears(second int, to, text string, pid int) *trial {
	seq := int64(len(c.e.records) + 1)
	c.e.records = append(c.e.records, dingsim.Record{Seq: seq, At: c.at(second), Route: "webhook", To: to, Text: text, Raw: json.RawMessage(`{}`)})
	if c.e.sends == nil {
		c.e.sends = map[int64]send{}
	}
	c.e.sends[seq] = send{pid: pid, from: c.at(second), to: c.at(second)}
	return c
}

func (c *trial) happens(second int, what string, pid int) *trial {
	c.e.events = append(c.e.events, event{c.at(second), what, pid})
	return c
}

func question(want string) said {
	return said{kind: kindQuestion, from: "guest001", where: "guest001", order: "guest001", want: want, acked: time.Unix(1, 0)}
}

func urgent() said {
	return said{kind: kindUrgent, from: "guest001", where: "guest001", want: "guest001", acked: time.Unix(1, 0)}
}

// over is the holder's end of the hand-off; nobody knows whether it arrived.
func over() said { return said{kind: kindClose, from: expertLi, where: "guest001", want: "E1"} }

func relayed() said {
	return said{kind: kindRelayed, from: "guest001", where: expertLi, order: "guest001", want: "w000001", acked: time.Unix(1, 0)}
}

const (
	backups = "建议每天备份，并且本地备份和异地备份各留一份。"
	remote  = "原则上不提供现场服务，由团队远程为您提供支持。"
	page    = "紧急求助 E1\n我们被勒索了！我是guest001\n接单 E1"
	caught  = "紧急求助 E1（全部步骤都没有人接单）"
	// uncalled says the same at half and at three quarters of the time when the first is late.
	uncalled = "C1 公司p000001 还没有人电话联系，还剩 3 秒"
)

func TestTheJudgeSeesWhatIsWrong(t *testing.T) {
	const lost, unattended, doubled, repeated, disorder = "lost", "unattended", "doubled", "repeated", "disorder"
	never := question("zh-backup")
	never.acked = time.Time{}
	for name, c := range map[string]struct {
		trial *trial
		want  string // the one thing that is wrong; empty: nothing
	}{
		"answered":                           {new(trial).says(1, question("zh-backup")).hears(2, "guest001", backups, 7), ""},
		"not answered":                       {new(trial).says(1, question("zh-backup")), lost},
		"answered to somebody else":          {new(trial).says(1, question("zh-backup")).hears(2, "guest002", backups, 7), lost},
		"answered to another question":       {new(trial).says(1, question("zh-backup")).hears(2, "guest001", remote, 7), lost},
		"never acknowledged":                 {new(trial).says(1, never), ""},
		"answered twice":                     {new(trial).says(1, question("zh-backup")).hears(2, "guest001", backups, 7).hears(3, "guest001", backups, 7), repeated},
		"answered twice, killed between":     {new(trial).says(1, question("zh-backup")).hears(2, "guest001", backups, 7).happens(2, killedReplica, 7).hears(12, "guest001", backups, 8), ""},
		"twice, dead before Redis was back":  {new(trial).says(1, question("zh-backup")).happens(1, killedRedis, 0).hears(2, "guest001", backups, 7).happens(8, killedReplica, 7).happens(9, startedRedis, 0).hears(14, "guest001", backups, 8), ""},
		"twice, dead long after it was back": {new(trial).says(1, question("zh-backup")).happens(1, killedRedis, 0).hears(2, "guest001", backups, 7).happens(3, startedRedis, 0).happens(9, killedReplica, 7).hears(14, "guest001", backups, 8), repeated},
		"answered twice, another one died":   {new(trial).says(1, question("zh-backup")).hears(2, "guest001", backups, 7).happens(2, killedReplica, 9).hears(12, "guest001", backups, 8), repeated},
		"answered while it was stopped":      {new(trial).says(1, question("zh-backup")).happens(1, pausedReplica, 7).hears(5, "guest001", backups, 7).hears(12, "guest001", backups, 8).happens(14, resumedReplica, 7), ""},
		"answered twice after it went on":    {new(trial).says(1, question("zh-backup")).happens(1, pausedReplica, 7).happens(2, resumedReplica, 7).hears(5, "guest001", backups, 7).hears(12, "guest001", backups, 8), repeated},
		"warned twice of a first call":       {new(trial).hears(5, expertLi, uncalled, 7).hears(6, expertLi, uncalled, 7), ""},
		"warned three times":                 {new(trial).hears(5, expertLi, uncalled, 7).hears(6, expertLi, uncalled, 7).hears(7, expertLi, uncalled, 7), repeated},
		"in the wrong order":                 {new(trial).says(1, question("zh-backup")).says(2, question("zh-onsite")).hears(3, "guest001", remote, 7).hears(4, "guest001", backups, 7), disorder},
		"paged and told to the catch-all":    {new(trial).says(1, urgent()).hears(2, expertLi, page, 7).hears(9, bossHan, caught, 7), ""},
		"paged, and then nobody":             {new(trial).says(1, urgent()).hears(2, expertLi, page, 7), unattended},
		"not paged":                          {new(trial).says(1, urgent()), lost},
		"passed on":                          {new(trial).says(1, relayed()).hears(2, expertLi, "访客：w000001", 7), ""},
		"returned":                           {new(trial).says(1, relayed()).hears(2, "guest001", "这条消息没有送到：w000001", 7), ""},
		"neither passed on nor returned":     {new(trial).says(1, relayed()), lost},
		"answered after the end":             {new(trial).says(0, over()).says(1, relayed()).hears(2, "guest001", "现在是非工作时间", 7), ""},
		"one answer for two after the end":   {new(trial).says(0, over()).says(1, relayed()).says(1, relayed()).hears(2, "guest001", "现在是非工作时间", 7), lost},
		"an answer of its own, but no end":   {new(trial).says(1, relayed()).hears(2, "guest001", "现在是非工作时间", 7), lost},
		"a purchase without a case":          {(&trial{evidence{purchases: []purchase{{company: "公司p1"}}, groups: []room{{"g", "公司p1"}}, cases: map[string]int{}}}).hears(1, expertLi, "公司p1 C1 的服务有效期已于", 7), lost},
		"a purchase with its case":           {(&trial{evidence{purchases: []purchase{{company: "公司p1"}}, groups: []room{{"g", "公司p1"}}, cases: map[string]int{"公司p1": 1}}}).hears(1, expertLi, "公司p1 C1 的服务有效期已于", 7), ""},
		"a purchase of which nothing is":     {&trial{evidence{purchases: []purchase{{company: "公司p1"}}}}, lost},
		"the end of a validity is not told":  {(&trial{evidence{purchases: []purchase{{company: "公司p1"}}, groups: []room{{"g", "公司p1"}}}}).hears(1, expertLi, "公司p1", 7), lost},
	} {
		t.Run(name, func(t *testing.T) {
			f := newJudge(c.trial.e).rule(time.Minute)
			if name == "answered twice, killed between" && len(f.doubled) != 1 {
				t.Errorf("doubled by a death: %q, want one", f.doubled)
			}
			for what, n := range map[string]int{
				lost: len(f.lost), unattended: len(f.unattended), repeated: len(f.repeated), disorder: len(f.disorder),
			} {
				if want := what == c.want; (n > 0) != want {
					t.Errorf("%s: %d, want any: %t", what, n, want)
				}
			}
		})
	}
}

func TestClocksThatAreApartExcuseWhatIsSaidTwice(t *testing.T) {
	for name, c := range map[string]struct {
		apart, agree      int
		repeated, doubled int
	}{
		"said while they were":       {1, 9, 0, 1},
		"taken while they were":      {1, 5, 0, 1},
		"long after they agreed":     {-60, -50, 1, 0},
		"before they were":           {9, 10, 1, 0},
		"apart, and never set right": {1, 60, 0, 1},
		"they agreed all the time":   {60, 5, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			x := new(trial).says(0, question("zh-backup")).hears(6, "guest001", backups, 7).hears(7, "guest001", backups, 8)
			x.happens(c.apart, clocksApart, 0).happens(c.agree, clocksAgree, 0)
			f := newJudge(x.e).rule(time.Minute)
			if len(f.repeated) != c.repeated || len(f.doubled) != c.doubled {
				t.Errorf("repeated %q, doubled %q; want %d and %d", f.repeated, f.doubled, c.repeated, c.doubled)
			}
		})
	}
}

func TestASuccessThatThePlatformHidExcusesOneMore(t *testing.T) {
	for name, c := range map[string]struct {
		first             send
		repeated, doubled int
	}{
		"told":                   {send{pid: 7}, 1, 0},
		"its call is unknown":    {send{}, 1, 0},
		"told that it failed":    {send{pid: 7, refused: true}, 0, 0},
		"nobody waited for it":   {send{pid: 7, gone: true}, 0, 0},
		"it died and could not":  {send{pid: 9, gone: true}, 0, 1},
		"told, and died of that": {send{pid: 9}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			x := new(trial).says(1, question("zh-backup")).hears(2, "guest001", backups, 7).hears(3, "guest001", backups, 7)
			c.first.from, c.first.to = x.at(1), x.at(2)
			x.e.sends[1] = c.first
			if name == "its call is unknown" {
				delete(x.e.sends, 1)
			}
			x.happens(2, killedReplica, 9)
			f := newJudge(x.e).rule(time.Minute)
			if len(f.repeated) != c.repeated || len(f.doubled) != c.doubled {
				t.Errorf("repeated %q, doubled %q; want %d and %d", f.repeated, f.doubled, c.repeated, c.doubled)
			}
		})
	}
}
