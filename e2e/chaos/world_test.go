package chaos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guanjia/dingsim"
	"guanjia/e2e/port"
)

// world is what a scenario plays in.
type world struct {
	dir      string
	redisURL string
	replicas int    // that must have a write (redis.wait_replicas)
	binary   string // the program under test
	// steppable replicas have wall clocks that can be made to jump.
	steppable bool
	clocks    clocks
	sim       *dingsim.Server
	book      *book
	bots      []*replica
	running   sync.WaitGroup
	end       context.CancelFunc
}

// crowd is how many guests exist; each scenario hands them out once.
const crowd = 4000

func newWorld(t *testing.T, redisURL string, waitReplicas int) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), redisURL: redisURL, replicas: waitReplicas, binary: built.binary, book: newBook(), clocks: quickClocks()}
	if built.length > 0 {
		w.clocks = slowClocks()
	}
	w.sim = dingsim.New(dingsim.Config{Crowd: crowd})
	ctx, cancel := context.WithCancel(t.Context())
	w.end = cancel
	w.running.Go(func() { _ = w.sim.Run(ctx) })
	w.running.Go(func() { w.book.readAcks(ctx, w.sim) })
	t.Cleanup(w.close)
	return w
}

func (w *world) close() {
	for _, b := range w.bots {
		b.kill()
		b.wire.close()
	}
	w.end()
	w.running.Wait()
}

// start runs n replicas and waits until all are ready.
func (w *world) start(ctx context.Context, n int) error {
	for i := range n {
		b := &replica{name: string(rune('a' + i)), binary: w.binary}
		var err error
		if w.steppable {
			if b.wall, err = newWall(w.dir, b.name); err != nil {
				return err
			}
		}
		if b.wire, err = newWire(w.sim, w.pids); err != nil {
			return err
		}
		if b.port, err = port.Free(); err != nil {
			return err
		}
		b.config, b.log = filepath.Join(w.dir, b.name+".yaml"), filepath.Join(w.dir, b.name+".log")
		if err := os.WriteFile(b.config, []byte(w.configuration(b)), 0o600); err != nil {
			return err
		}
		w.bots = append(w.bots, b)
		if err := b.start(); err != nil {
			return err
		}
	}
	return w.awaitReady(ctx)
}

// pids are the processes of the replicas.
func (w *world) pids() []int {
	var out []int
	for _, b := range w.bots {
		out = append(out, b.pid())
	}
	return out
}

func (w *world) awaitReady(ctx context.Context) error {
	for _, b := range w.bots {
		if !eventually(ctx, 90*time.Second, func() bool { return b.ready(ctx) }) {
			text, _ := os.ReadFile(b.log)
			return fmt.Errorf("replica %s is not ready; its last words:\n%s", b.name, text[max(0, len(text)-3000):])
		}
	}
	return nil
}

// clocks are the scenario's, in seconds instead of minutes and days.
type clocks struct{ ackWithin, firstContact, validity, reminder time.Duration }

func quickClocks() clocks {
	return clocks{3 * time.Second, 5 * time.Second, 10 * time.Second, 4 * time.Second}
}

func slowClocks() clocks {
	return clocks{8 * time.Second, 12 * time.Second, 45 * time.Second, 15 * time.Second}
}

// secretOfShop signs what the shop sends.
const secretOfShop = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// The team: who is called at which step, and the one who is told at the end.
const (
	expertLi, expertWang, managerZhou, bossHan, deskChen = "staff001", "staff002", "staff005", "staff003", "staff004"
)

func (w *world) configuration(b *replica) string {
	return fmt.Sprintf(`
dingtalk: {client_id: sim, client_secret: sim-secret, api_host: "http://%[1]s", oapi_host: "http://%[1]s", webhook_hosts: ["127.0.0.1"], monthly_quota: {api: 0, stream: 0}}
redis: {url: "%[2]s", wait_replicas: %[3]d}
http: {listen: "127.0.0.1:%[4]d", purchase_secrets: ["%[5]s"]}
channel: {driver: scene_group, owner: li, template_id: tpl, members: ["rotation:primary"]}
hours: {timezone: Asia/Shanghai, dates: {%[6]s}}
team:
  - {key: li, name: 李工, user_id: %[7]s, roles: [expert]}
  - {key: wang, name: 王工, user_id: %[8]s, roles: [expert]}
  - {key: zhou, name: 周经理, user_id: %[9]s, roles: [manager]}
  - {key: han, name: 韩总, user_id: %[10]s, roles: [expert]}
  - {key: chen, name: 小陈, user_id: %[11]s, roles: [presales]}
oncall: {rotations: [{name: primary, members: [li], period: 24h, start: "2026-11-23T09:00"}]}
escalation:
  ladder:
    - {notify: ["rotation:primary"], via: [chat], ack_within: %[12]s}
    - {notify: ["member:wang"], via: [chat, ding_app], ack_within: %[12]s}
    - {notify: ["role:manager"], via: [chat, ding_phone], ack_within: %[12]s}
  repeat: 0
  catch_all: ["member:han"]
  progress_within: 24h
service: {response_period: 5m, validity: %[13]s, first_contact_within: %[14]s, accept_within: 5m, count: exact}
reminders: {response: [], validity: [%[15]s], quiet: ""}
faq: {answer_at: 0.55, clarify_at: 0.41} # calibrating takes long under the race detector
log: {level: info}
`, b.wire.addr, w.redisURL, w.replicas, b.port, secretOfShop, atNight(), expertLi, expertWang, managerZhou, bossHan, deskChen,
		w.clocks.ackWithin, w.clocks.validity, w.clocks.firstContact, w.clocks.reminder)
}

// atNight makes the days around now days off, so that it is always out of hours.
func atNight() string {
	var out []string
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	for d := -1; d <= 1; d++ {
		out = append(out, fmt.Sprintf("%q: off", time.Now().In(zone).AddDate(0, 0, d).Format(time.DateOnly)))
	}
	return strings.Join(out, ", ")
}

// heal ends every fault of the platform.
func (w *world) heal() error {
	return w.sim.SetFaults(`{"open_status":0,"refuse_token":false,"qps":0,"webhook_errcode":0,"redeliver_after":"","duplicate":false,
		"drop_frames":false,"disconnect_every":"","delay":"","fail_after_success":"","zombie":false,"flow_controlled":[]}`)
}

// cases are how many cases the program knows of each company.
func (w *world) cases(ctx context.Context) (map[string]int, error) {
	out, err := exec.CommandContext(ctx, built.binary, "case", "list", "--json", "--config", w.bots[0].config).Output()
	if err != nil {
		return nil, fmt.Errorf("guanjia case list: %w", err)
	}
	n := map[string]int{}
	for line := range strings.Lines(string(out)) {
		var c struct {
			Company string `json:"company"`
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, fmt.Errorf("guanjia case list: %w", err)
		}
		n[c.Company]++
	}
	return n, nil
}

// evidence is everything the judge may know.
func (w *world) evidence() evidence {
	e := w.book.evidence()
	e.records = w.sim.Messages(0)
	var sends []send
	for _, b := range w.bots {
		sends = append(sends, b.wire.all()...)
	}
	e.sends = match(e.records, sends)
	for _, g := range w.sim.State().Groups {
		e.groups = append(e.groups, room{g.OpenConversationID, g.Title})
	}
	return e
}

// match finds the call behind each record; each call took effect once.
func match(records []dingsim.Record, sends []send) map[int64]send {
	byBody := map[string][]send{}
	for _, s := range sends {
		byBody[s.body] = append(byBody[s.body], s)
	}
	out := map[int64]send{}
	for _, r := range records {
		calls := byBody[bodyOf(r)]
		i := slices.IndexFunc(calls, func(s send) bool { return !r.At.Before(s.from) && !r.At.After(s.to) })
		if i >= 0 {
			out[r.Seq] = calls[i]
			byBody[bodyOf(r)] = slices.Delete(slices.Clone(calls), i, i+1)
		}
	}
	return out
}

func bodyOf(r dingsim.Record) string {
	switch raw := r.Raw.(type) {
	case []byte:
		return string(raw)
	case fmt.Stringer:
		return raw.String()
	default:
		return fmt.Sprintf("%s", raw)
	}
}

// keep leaves the record and the logs in the folder CHAOS_KEEP, for people.
func (w *world) keep(name string, e evidence) error {
	dir := os.Getenv("CHAOS_KEEP")
	if dir == "" {
		return nil
	}
	dir = filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var b strings.Builder
	for _, s := range e.said {
		fmt.Fprintf(&b, "%s said %s %s from=%s where=%s want=%s acked=%s\n", s.at.Format(clock), s.id, s.kind, s.from, s.where, s.want, s.acked.Format(clock))
	}
	for _, r := range e.records {
		fmt.Fprintf(&b, "%s heard %d %s to=%s group=%s pid=%d untold=%t %q\n", r.At.Format(clock), r.Seq, r.Route, r.To, r.Group, e.sends[r.Seq].pid, e.untold(e.sends[r.Seq]), r.Text)
	}
	for _, v := range e.events {
		fmt.Fprintf(&b, "%s event %s pid=%d\n", v.at.Format(clock), v.what, v.pid)
	}
	err := os.WriteFile(filepath.Join(dir, "record"), []byte(b.String()), 0o600)
	for _, r := range w.bots {
		text, bad := os.ReadFile(r.log)
		err = errors.Join(err, bad, os.WriteFile(filepath.Join(dir, r.name+".log"), text, 0o600))
	}
	return err
}

// quit ends all replicas politely and reads their logs.
func (w *world) quit() (errorLines map[string]int, err error) {
	errorLines = map[string]int{}
	for _, b := range w.bots {
		err = errors.Join(err, b.quit())
		lines, bad := b.complaints()
		err = errors.Join(err, bad)
		for _, k := range slices.Sorted(maps.Keys(lines)) {
			errorLines[k] += lines[k]
		}
	}
	return errorLines, err
}
