package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/handlers"
	"guanjia/scheduler"
	"guanjia/store/storetest"
)

// firstCopy is the number of the case that the bot itself makes. All that belongs
// to it has this number in its name, so that a copy is the same bytes with
// another number of seven digits.
const firstCopy = 7_351_903

// pattern is a case as the bot wrote it into Redis, as the commands that write it.
type pattern struct {
	text      []byte
	at        []int    // where the number stands
	shares    []shared // what is kept in a hash that it shares with others
	deadlines []scheduler.Deadline
}

// shared is where the number of such a hash stands in a pattern's text, and from
// where to where the name from which that follows.
type shared struct{ at, from, to int }

// share is the number of the hash in which the store keeps something small, by its
// name.
func share(name []byte) string {
	sum := sha1.Sum(name)
	return hex.EncodeToString(sum[:2])[:3]
}

// openCase lets the bot make a case with its channel and an incident that is
// worked on: four deadlines.
func openCase(b *testing.B, s *service, srv *storetest.Server) *pattern {
	b.Helper()
	c, ctx, num := srv.Client(), b.Context(), strconv.Itoa(firstCopy)
	for _, kind := range [...]string{"case", "incident", "escalation"} {
		if err := c.Set(ctx, "{guanjia}:seq:"+kind, firstCopy-1, 0).Err(); err != nil {
			b.Fatal(err)
		}
	}
	now := time.Now()
	p := engagement.Purchase{
		Type: engagement.PurchaseCreated, OrderID: "order-" + num, Product: engagement.Emergency, PurchasedAt: now, Company: "示例" + num + "科技有限公司",
		Contacts: []engagement.Contact{{Name: "陈经理", Mobile: "+8613" + num + "89", UserID: "cust" + num}}, Delivery: "msg_" + num, Source: "webhook",
	}
	bought, err := handlers.NewPurchases(s.handler, quiet{s.store}).Purchase(ctx, p, now)
	if err != nil {
		b.Fatal(err)
	}
	makeChannel(b, s)
	manager, expert := member(b, s, bot.RoleManager), member(b, s, bot.RoleExpert)
	for i, m := range [...]bot.Message{
		{Sender: bot.Person{StaffID: manager}, Group: "cid" + num, GroupTitle: "应急 " + num, Text: "绑定 C" + num},
		{Sender: bot.Person{StaffID: "cust" + num, Name: "陈经理"}, Group: "cid" + num, Text: "服务器被勒索了，所有文件都打不开"},
		{Sender: bot.Person{StaffID: expert, Name: "李工"}, Text: "受理 I" + num},
	} {
		m.ID, m.Conversation, m.Kind = fmt.Sprint(num, i), "c"+m.Group+m.Sender.StaffID, bot.KindText
		change, err := s.handler.Handle(ctx, m, now)
		if err == nil {
			err = quiet{s.store}.Commit(ctx, change)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	makeChannel(b, s)
	ds, err := s.store.Due(ctx, 100)
	// The escalation has one of its own.
	ds = slices.DeleteFunc(ds, func(d scheduler.Deadline) bool { return !strings.HasPrefix(d.Kind, "case.") })
	if err != nil || len(ds) != 4 {
		b.Fatalf("not four deadlines, but %v %v", ds, err)
	}
	// Those of a million copies must not come due by themselves meanwhile.
	for _, d := range ds {
		if err := c.ZIncrBy(ctx, "{guanjia}:due:tm", float64((24 * time.Hour).Microseconds()), d.ID).Err(); err != nil {
			b.Fatal(err)
		}
	}
	return newPattern(b, c, bought.BindingCode, ds)
}

func member(b *testing.B, s *service, role bot.Role) string {
	b.Helper()
	for _, m := range s.settings.Load().Team {
		if m.Has(role) {
			return m.UserID
		}
	}
	b.Fatalf("nobody is %s", role)
	return ""
}

// makeChannel does the steps of making the channel that are due.
func makeChannel(b *testing.B, s *service) {
	b.Helper()
	for range 100 {
		ds, _, err := s.store.ClaimDeadlines(b.Context(), time.Now(), 10)
		if err != nil {
			b.Fatal(err)
		}
		if len(ds) == 0 {
			return
		}
		for _, d := range ds {
			if err := handlers.NewDeadlines(s.handler, quiet{s.store}).Fire(b.Context(), d, time.Now()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Fatal("deadlines without end")
}

// newPattern reads everything that Redis holds of the case, and is not forgotten
// by itself after a while. The person and the escalation have budgets of their
// own (BenchmarkPage).
func newPattern(b *testing.B, c *redis.Client, code string, ds []scheduler.Deadline) *pattern {
	b.Helper()
	p := &pattern{deadlines: ds}
	num := strconv.Itoa(firstCopy)
	keys, err := c.Keys(b.Context(), "*").Result()
	if err != nil {
		b.Fatal(err)
	}
	for _, key := range keys {
		if c.TTL(b.Context(), key).Val() < 0 && !apart(key) {
			p.add(b, c, key, func(text string) bool {
				return !apart(text) && (strings.Contains(text, num) || strings.Contains(text, code))
			})
		}
	}
	p.text = bytes.ReplaceAll(p.text, []byte(code), []byte("Z"+num))
	for i := 0; ; {
		n := bytes.Index(p.text[i:], []byte(num))
		if n < 0 {
			return p
		}
		p.at = append(p.at, i+n)
		i += n + len(num)
	}
}

func apart(text string) bool {
	return slices.ContainsFunc([]string{"escalation", "doc:person:", "doc:subject:", ":idx:held.", ":idx:talks"}, func(part string) bool { return strings.Contains(text, part) })
}

// add adds the commands that write a key: all of it if its name is the case's,
// else what in it is.
func (p *pattern) add(b *testing.B, c *redis.Client, key string, ours func(string) bool) {
	b.Helper()
	ctx := b.Context()
	switch kind := c.Type(ctx, key).Val(); kind {
	case "hash":
		for k, v := range c.HGetAll(ctx, key).Val() {
			if ours(key) || ours(k) {
				p.command([]string{"HSET", key, k, v})
				p.shared(b, key, k, v)
			}
		}
	case "zset":
		for _, z := range c.ZRangeWithScores(ctx, key, 0, -1).Val() {
			if m := fmt.Sprint(z.Member); ours(m) || (ours(key) && !apart(m)) {
				p.command([]string{"ZADD", key, strconv.FormatFloat(z.Score, 'f', -1, 64), m})
			}
		}
	case "list":
		if ours(key) {
			p.command(append([]string{"RPUSH", key}, c.LRange(ctx, key, 0, -1).Val()...))
		}
	case "string": // documents; not counters, nor what is alive
		if ours(key) {
			p.command([]string{"SET", key, c.Get(ctx, key).Val()})
		}
	default:
		b.Fatalf("%s is a %s", key, kind)
	}
}

// shared notes of the field that was added last that its key follows from its name.
func (p *pattern) shared(b *testing.B, key, field, value string) {
	b.Helper()
	kind, _ := strings.CutPrefix(key, "{guanjia}:")
	kind, _, _ = strings.Cut(kind, ":")
	if !slices.Contains([]string{"doc", "words", "tm"}, kind) {
		return
	}
	end := len(p.text) - len(fmt.Sprintf("\r\n$%d\r\n%s\r\n", len(value), value))
	from := end - len(field)
	at := from - len(fmt.Sprintf("\r\n$%d\r\n", len(field))) - 3
	if string(p.text[at:at+3]) != share(p.text[from:end]) || !strings.HasSuffix(key, share([]byte(field))) {
		b.Fatalf("%s holds %s, which belongs elsewhere", key, field)
	}
	p.shares = append(p.shares, shared{at, from, end})
}

func (p *pattern) command(args []string) {
	if len(args) < 3 {
		return
	}
	p.text = fmt.Appendf(p.text, "*%d\r\n", len(args))
	for _, a := range args {
		p.text = fmt.Appendf(p.text, "$%d\r\n%s\r\n", len(a), a)
	}
}

// copies writes the cases with the numbers from (counted from 0) up to before to.
func (p *pattern) copies(b *testing.B, srv *storetest.Server, from, to int) {
	b.Helper()
	conn, err := new(net.Dialer).DialContext(b.Context(), "tcp", srv.Addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // everything was answered
	answers := make(chan string, 1)
	go func() {
		r := bufio.NewReader(conn)
		for line, err := r.ReadString('\n'); ; line, err = r.ReadString('\n') {
			if err != nil || line[0] == '-' || strings.HasPrefix(line, "$") {
				answers <- line
				return
			}
		}
	}()
	w := bufio.NewWriterSize(conn, 1<<20)
	for i := from; i < to; i++ {
		num := strconv.Itoa(firstCopy + i)
		for _, at := range p.at {
			copy(p.text[at:], num)
		}
		for _, s := range p.shares {
			copy(p.text[s.at:], share(p.text[s.from:s.to]))
		}
		if _, err := w.Write(p.text); err != nil {
			b.Fatal(err)
		}
	}
	_, _ = io.WriteString(w, "*2\r\n$4\r\nECHO\r\n$4\r\nDONE\r\n") // an error stays in w
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if line := <-answers; line != "$4\r\n" {
		b.Fatalf("filling ended with %q", line)
	}
}

// deadline is one of the four of a case, to be due at a moment.
func (p *pattern) deadline(i, which int, due time.Time) scheduler.Deadline {
	d := p.deadlines[which%len(p.deadlines)]
	num, old := strconv.Itoa(firstCopy+i), strconv.Itoa(firstCopy)
	d.ID, d.Subject, d.Due = strings.Replace(d.ID, old, num, 1), strings.Replace(d.Subject, old, num, 1), due
	return d
}

// plan sets deadlines, as handlers do.
func plan(ctx context.Context, b *testing.B, s *service, ds []scheduler.Deadline) {
	b.Helper()
	for i := 0; i < len(ds); i += 500 {
		if err := s.store.Commit(ctx, bot.Change{Now: time.Now(), Set: ds[i:min(len(ds), i+500)]}); err != nil {
			b.Fatal(err)
		}
	}
}
