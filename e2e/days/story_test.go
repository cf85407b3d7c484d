package days_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
)

// play is a story with two instances of the bot, in one bubble.
type play struct {
	*testing.T
	redis    string
	settings handlers.Settings
	people   *town
	ringing  [3]*bells
	up       []*instance
	dice     *rand.Rand
	messages int
	ahead    []moment
	done     []time.Time // when somebody did something
}

// stage plays a story from a time on, in a bubble with a Redis of its own.
func stage(t *testing.T, s handlers.Settings, seed uint64, at string, story func(p *play)) {
	t.Helper()
	redis := startRedis(t)
	synctest.Test(t, func(t *testing.T) {
		p := &play{T: t, redis: redis, settings: s, people: newTown(t), dice: rand.New(rand.NewPCG(seed, 0))}
		for i := range p.ringing {
			p.ringing[i] = &bells{}
		}
		p.until(at)
		p.putUp()
		p.putUp()
		defer func() {
			for _, i := range p.up {
				i.stop()
			}
		}()
		story(p)
	})
}

// time reads "11-25 10:30".
func (p *play) time(at string) time.Time {
	p.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+at, p.people.zone)
	if err != nil {
		p.Fatal(err)
	}
	return when
}

// until lets the time go on to "11-25 10:30".
func (p *play) until(at string) {
	p.Helper()
	to := p.time(at)
	if to.Before(time.Now()) {
		p.Fatalf("the story cannot go back to %s", at)
	}
	p.done = append(p.done, to)
	for len(p.ahead) > 0 && p.ahead[0].at.Before(to) {
		next := p.ahead[0]
		p.ahead = p.ahead[1:]
		time.Sleep(time.Until(next.at))
		next.do()
	}
	time.Sleep(time.Until(to))
}

// one is either instance.
func (p *play) one() *instance { return p.up[p.dice.IntN(len(p.up))] }

// say lets somebody speak at a time, in the group of a case ("" one-to-one).
func (p *play) say(at, who, group, text string) {
	p.Helper()
	p.until(at)
	p.messages++
	name := map[string]string{"staff001": "李工", "staff002": "王工", "staff004": "小陈", "staff005": "周经理", "cust001": "陈晓"}[who]
	m := bot.Message{
		ID: fmt.Sprint("m", p.messages), Conversation: "oto-" + who, Sender: bot.Person{StaffID: who, SenderID: "s-" + who, Name: name},
		Kind: bot.KindText, Text: text, SentAt: time.Now(), ReceivedAt: time.Now(),
	}
	if group != "" {
		m.Conversation, m.Group, m.GroupTitle, m.Mentioned = group, group, group, true
	}
	if _, err := p.one().store.Receive(p.Context(), m); err != nil {
		p.Fatal(err)
	}
}

// buy takes in an event of an order.
func (p *play) buy(at string, kind engagement.PurchaseType, order, mobile string) {
	p.Helper()
	p.until(at)
	p.one().buy(p.T, engagement.Purchase{
		Type: kind, OrderID: order, Product: engagement.Emergency, PurchasedAt: time.Now(), Company: "某电商",
		Contacts: []engagement.Contact{{Name: "陈晓", Mobile: mobile}}, Delivery: fmt.Sprint(kind, order), Source: "webhook",
	})
}

// event takes in what happened to a group.
func (p *play) event(at string, kind handlers.RoomEventKind, group string) {
	p.Helper()
	p.until(at)
	i := p.one()
	c, err := i.handler.RoomEvent(p.Context(), handlers.RoomEvent{ID: string(kind) + group, Kind: kind, Group: group, Title: "新群名"}, time.Now())
	if err != nil {
		p.Fatal(err)
	}
	c.Op = "room|" + string(kind) + group
	if err := i.store.Commit(p.Context(), c); err != nil {
		p.Fatal(err)
	}
}

// moment is something that happens to the bot itself.
type moment struct {
	at time.Time
	do func()
}

// restarts lets either instance be stopped and started again, n times at random
// between two times, while the other goes on. It is away for up to a day.
func (p *play) restarts(n int, from, to string) {
	p.Helper()
	first := p.time(from)
	span := p.time(to).Sub(first) / time.Duration(max(1, n))
	for i := range n {
		down := first.Add(time.Duration(i)*span + time.Duration(p.dice.Int64N(int64(span/2))))
		up := down.Add(min(time.Duration(p.dice.Int64N(int64(span/2))), 24*time.Hour))
		p.ahead = append(p.ahead, moment{down, p.takeDown}, moment{up, p.putUp})
	}
}

func (p *play) takeDown() {
	n := p.dice.IntN(len(p.up))
	p.up[n].stop()
	p.up = slices.Delete(p.up, n, n+1)
}

func (p *play) putUp() {
	p.up = append(p.up, startInstance(p.T, p.redis, p.settings, p.people, p.ringing))
}

// transcript is what was said, by the second. What different clocks say in the
// same one may come in any order.
func (p *play) transcript() []string {
	said := p.people.words(0)
	out := make([]string, len(said))
	for i, w := range said {
		out[i] = w.String()
	}
	slices.Sort(out)
	return out
}
