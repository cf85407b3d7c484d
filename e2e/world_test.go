package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guanjia/dingsim"
	"guanjia/e2e/port"
)

// world is what a scenario plays in.
type world struct {
	dir     string
	sim     *dingsim.Server
	web     *http.Server
	addr    string
	stopSim context.CancelFunc
	running sync.WaitGroup

	redisPort int
	redisCmd  *exec.Cmd
	open      bool
	bots      map[string]*process
	heard     map[int64]bool // records that were expected
	allowed   []*regexp.Regexp
	groups    map[string]string
	lastMsg   string
	secrets   []string // besides those of every scenario, what no log may hold
}

type process struct {
	cmd    *exec.Cmd
	port   int
	log    string
	exited chan error
}

func newWorld(env *testscript.Env) (*world, error) { return worldIn(env.WorkDir) }

func worldIn(dir string) (*world, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	w := &world{
		dir: dir, addr: addr, open: true, bots: map[string]*process{}, heard: map[int64]bool{}, groups: map[string]string{},
		sim: dingsim.New(dingsim.Config{BaseURL: "http://" + addr, DisconnectGrace: time.Second}),
	}
	w.web = &http.Server{Handler: w.sim, ReadHeaderTimeout: 5 * time.Second}
	ctx, cancel := context.WithCancel(context.Background())
	w.stopSim = cancel
	w.running.Go(func() { _ = w.sim.Run(ctx) })
	w.running.Go(func() { _ = w.web.Serve(l) })
	if w.redisPort, err = port.Free(); err != nil {
		return nil, err
	}
	return w, w.startRedis()
}

func (w *world) startRedis(more ...string) error {
	server, err := exec.LookPath("redis-server")
	if err != nil {
		return errors.New("these scenarios need redis-server: apt-get install redis-server")
	}
	args := []string{
		"--port", strconv.Itoa(w.redisPort), "--bind", "127.0.0.1", "--dir", w.dir,
		"--appendonly", "yes", "--appendfsync", "always", "--save", "", "--loglevel", "warning", "--maxmemory-policy", "noeviction",
	}
	w.redisCmd = exec.Command(server, append(args, more...)...)
	if err := w.redisCmd.Start(); err != nil {
		return err
	}
	up := func() bool {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(w.redisPort), time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}
	if !eventually(10*time.Second, up) {
		return errors.New("redis-server does not answer")
	}
	return nil
}

// redis: `redis kill` ends it as a crash would, `redis start` brings it back;
// `redis backup` and `redis restore` do what docs/operations.md says.
func (w *world) redis(_ *testscript.TestScript, args []string) error {
	switch args[0] {
	case "kill":
		return w.killRedis()
	case "backup":
		return w.backUpRedis()
	case "restore":
		return w.restoreRedis()
	}
	return w.startRedis()
}

func (w *world) killRedis() error {
	err := w.redisCmd.Process.Kill()
	_ = w.redisCmd.Wait()
	return err
}

// backUpRedis takes a snapshot and copies it, while the bots work on.
func (w *world) backUpRedis() error {
	if err := w.tellRedis("SAVE"); err != nil {
		return err
	}
	dump, err := os.ReadFile(filepath.Join(w.dir, "dump.rdb"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.dir, "backup.rdb"), dump, 0o600)
}

// restoreRedis starts an empty Redis from the copy: without the append-only file,
// which would win, and then with a new one.
func (w *world) restoreRedis() error {
	if err := w.killRedis(); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(w.dir, "appendonlydir")); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(w.dir, "backup.rdb"), filepath.Join(w.dir, "dump.rdb")); err != nil {
		return err
	}
	if err := w.startRedis("--appendonly", "no"); err != nil {
		return err
	}
	return w.tellRedis("CONFIG SET appendonly yes")
}

// tellRedis sends one command.
func (w *world) tellRedis(command string) error {
	c, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(w.redisPort), time.Second)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	if _, err := fmt.Fprintf(c, "%s\r\n", command); err != nil {
		return err
	}
	answer := make([]byte, 64)
	n, err := c.Read(answer)
	if err == nil && !strings.HasPrefix(string(answer[:n]), "+OK") {
		err = fmt.Errorf("redis answers %q to %s", answer[:n], command)
	}
	return err
}

// hours: `hours open` or `hours closed` for the bots that are started next.
func (w *world) hours(_ *testscript.TestScript, args []string) error {
	w.open = args[0] == "open"
	return nil
}

func (w *world) configuration(listen int) string {
	week := `{mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"], fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}`
	dates := w.dates("work")
	if !w.open {
		dates = w.dates("off")
	}
	return w.withMore(fmt.Sprintf(`
dingtalk: {client_id: sim, client_secret: sim-secret, api_host: "http://%[1]s", oapi_host: "http://%[1]s", webhook_hosts: ["127.0.0.1"]}
redis: {url: "redis://127.0.0.1:%[2]d/0"}
http: {listen: "127.0.0.1:%[3]d", purchase_secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], marketplace_key: market-key, console_tokens: {duty-manager: e2e-token}}
channel: {driver: scene_group, owner: li, template_id: tpl, members: ["rotation:primary", "role:manager"]}
hours: {timezone: Asia/Shanghai, week: %[4]s, dates: {%[5]s}}
team:
  - {key: li, name: 李工, user_id: staff001, roles: [expert]}
  - {key: wang, name: 王工, user_id: staff002, roles: [expert]}
  - {key: chen, name: 小陈, user_id: staff004, roles: [presales]}
  - {key: zhou, name: 周经理, user_id: staff005, roles: [manager]}
oncall: {rotations: [{name: primary, members: [li], period: 24h, start: "2026-11-23T09:00"}]}
faq: {answer_at: 0.55, clarify_at: 0.41} # calibrating takes long under the race detector
log: {level: debug}
`, w.addr, w.redisPort, listen, week, dates))
}

// withMore puts the scenario's own more.yaml in: each of its keys replaces the
// line that sets the same.
func (w *world) withMore(base string) string {
	more, err := os.ReadFile(filepath.Join(w.dir, "more.yaml"))
	if err != nil {
		return base
	}
	for line := range strings.Lines(string(more)) {
		key, _, ok := strings.Cut(line, ":")
		if ok && key != "" && key[0] != ' ' {
			base = regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(key)+`:.*\n`).ReplaceAllString(base, "")
		}
	}
	return base + string(more)
}

// dates sets yesterday, today and tomorrow, so that a scenario does not depend on
// the day it runs.
func (w *world) dates(kind string) string {
	var out []string
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	for d := -1; d <= 1; d++ {
		out = append(out, fmt.Sprintf("%q: %s", time.Now().In(zone).AddDate(0, 0, d).Format(time.DateOnly), kind))
	}
	return strings.Join(out, ", ")
}

// start: `start a` runs a bot and waits until it is ready.
func (w *world) start(_ *testscript.TestScript, args []string) error {
	name := args[0]
	listen, err := port.Free()
	if err != nil {
		return err
	}
	file := filepath.Join(w.dir, name+".yaml")
	if err := os.WriteFile(file, []byte(w.configuration(listen)), 0o600); err != nil {
		return err
	}
	p := &process{port: listen, log: filepath.Join(w.dir, name+".log"), exited: make(chan error, 1)}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	p.cmd = exec.Command(binary, "serve", "--config", file)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		return err
	}
	_ = out.Close()
	w.bots[name] = p
	w.running.Go(func() { p.exited <- p.cmd.Wait() })
	if !eventually(60*time.Second, func() bool { return p.status() == http.StatusOK }) {
		return fmt.Errorf("bot %s is not ready:\n%s", name, p.text())
	}
	return nil
}

func (p *process) status() int {
	resp, err := http.Get("http://127.0.0.1:" + strconv.Itoa(p.port) + "/readyz")
	if err != nil {
		return 0
	}
	defer resp.Body.Close() //nolint:errcheck // only its status
	return resp.StatusCode
}

func (p *process) text() string {
	b, _ := os.ReadFile(p.log)
	return string(b)
}

// ready: `ready a 503` waits until /readyz has the status.
func (w *world) ready(_ *testscript.TestScript, args []string) error {
	want, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	p := w.bots[args[0]]
	if !eventually(6*time.Second, func() bool { return p.status() == want }) {
		return fmt.Errorf("/readyz of %s is %d, want %d", args[0], p.status(), want)
	}
	return nil
}

// kill: `crash a` ends a bot as a crash would.
func (w *world) kill(_ *testscript.TestScript, args []string) error {
	p := w.bots[args[0]]
	delete(w.bots, args[0])
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	p.awaitExit()
	// What is pushed into a connection whose other end just died is lost: the
	// platform says a message once. The next line means those that are left.
	if !eventually(5*time.Second, func() bool { return len(w.sim.Connections()) <= connectionsEach*len(w.bots) }) {
		return fmt.Errorf("the simulator keeps the connections of %s", args[0])
	}
	return w.checkLog(args[0], p)
}

// connectionsEach is how many connections a bot keeps.
const connectionsEach = 2

// awaitExit waits for a killed bot; its error only says that it was killed.
func (p *process) awaitExit() {
	if err := <-p.exited; err == nil {
		return
	}
}

// stop: `quit a` ends a bot politely; it must leave with 0.
func (w *world) stop(_ *testscript.TestScript, args []string) error {
	p := w.bots[args[0]]
	delete(w.bots, args[0])
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case err := <-p.exited:
		if err != nil {
			return fmt.Errorf("bot %s left with %w:\n%s", args[0], err, p.text())
		}
	case <-time.After(25 * time.Second):
		_ = p.cmd.Process.Kill()
		return fmt.Errorf("bot %s did not stop", args[0])
	}
	return w.checkLog(args[0], p)
}

// logs: `logs 'regexp'` announces an error in the log.
func (w *world) logs(_ *testscript.TestScript, args []string) error {
	re, err := regexp.Compile(args[0])
	w.allowed = append(w.allowed, re)
	return err
}

// checkLog fails on errors that nobody announced, races, and secrets.
func (w *world) checkLog(name string, p *process) error {
	for line := range strings.SplitSeq(p.text(), "\n") {
		switch {
		case w.tells(line) != "":
			return fmt.Errorf("bot %s logs a secret, %s: %s", name, w.tells(line), line)
		case strings.Contains(line, "DATA RACE"):
			return fmt.Errorf("bot %s has a data race:\n%s", name, p.text())
		case strings.Contains(line, `"level":"error"`) && !w.announced(line):
			return fmt.Errorf("bot %s logs an error that was not announced: %s", name, line)
		}
	}
	return nil
}

// tells is the secret that words hold, "" if none: of the app, of a connection, of
// a reply address, of the shop, of the console.
func (w *world) tells(words string) string {
	for _, s := range append([]string{"sim-secret", "ticket=", "Session?session=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "e2e-token"}, w.secrets...) {
		if strings.Contains(words, s) {
			return s
		}
	}
	return ""
}

func (w *world) announced(line string) bool {
	for _, re := range w.allowed {
		if re.MatchString(line) {
			return true
		}
	}
	return false
}

// end stops what is left, whatever became of the scenario.
func (w *world) end() {
	for _, p := range w.bots {
		_ = p.cmd.Process.Kill()
		p.awaitExit()
	}
	_ = w.redisCmd.Process.Kill()
	_ = w.redisCmd.Wait() // it was killed
	w.stopSim()
	_ = w.web.Close()
	w.running.Wait()
}
