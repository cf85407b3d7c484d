package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guanjia/dingsim"
)

// say: `say cust001 words…` in the one-to-one chat with the bot.
func (w *world) say(_ *testscript.TestScript, args []string) error {
	id, err := w.sim.Say(dingsim.Say{From: args[0], Text: strings.Join(args[1:], " ")})
	w.lastMsg = id
	return err
}

// repeat: `repeat cust001 words…` delivers the last message once more, with the
// same msgId.
func (w *world) repeat(_ *testscript.TestScript, args []string) error {
	_, err := w.sim.Say(dingsim.Say{From: args[0], Text: strings.Join(args[1:], " "), MsgID: w.lastMsg})
	return err
}

// ingroup: `ingroup TITLE cust001 words…` @-s the bot in a group that is made at
// its first mention; `ingroup TITLE cust001 -quiet words…` does not @ it.
func (w *world) inGroup(_ *testscript.TestScript, args []string) error {
	id, ok := w.groups[args[0]]
	if !ok {
		var err error
		if id, err = w.sim.CreateGroup(args[0], []string{"cust001", "cust002", "staff001"}); err != nil {
			return err
		}
		w.groups[args[0]] = id
	}
	words, at := args[2:], true
	if words[0] == "-quiet" {
		words, at = words[1:], false
	}
	_, err := w.sim.Say(dingsim.Say{From: args[1], Group: id, Text: strings.Join(words, " "), AtBot: &at})
	return err
}

// expect: `expect cust001 'regexp'` waits for a message to a person, or to a
// group by its title, that was not expected before.
func (w *world) expect(ts *testscript.TestScript, args []string) error {
	re, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	found := func() bool {
		for _, r := range w.sim.Messages(0) {
			if !w.heard[r.Seq] && w.isFor(r, args[0]) && re.MatchString(r.Text) {
				w.heard[r.Seq] = true
				return true
			}
		}
		return false
	}
	if eventually(15*time.Second, found) {
		return nil
	}
	return fmt.Errorf("%s did not hear %q; unheard so far:\n%s", args[0], args[1], w.unheard())
}

// purchase: `purchase a flags…` sends a purchase event to bot a, with the program.
func (w *world) purchase(_ *testscript.TestScript, args []string) error {
	_, err := w.program(args[0], append([]string{"purchase", "send"}, args[1:]...)...)
	return err
}

// cases: `cases a 'regexp'` wants a line of `guanjia case list --json` to match.
func (w *world) cases(_ *testscript.TestScript, args []string) error {
	out, err := w.program(args[0], "case", "list", "--json")
	if err != nil {
		return err
	}
	if ok, err := regexp.MatchString(args[1], out); err != nil || !ok {
		return fmt.Errorf("no case matches %q: %s %w", args[1], out, err)
	}
	return nil
}

// program runs a command of the program under test with a bot's configuration.
func (w *world) program(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary, append(args, "--config", filepath.Join(w.dir, name+".yaml"))...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("guanjia %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// erase: `erase a ID` removes a person while bot a runs.
func (w *world) erase(_ *testscript.TestScript, args []string) error {
	_, err := w.program(args[0], "erase", "--user", args[1])
	return err
}

// forgotten: `forgotten words…` wants no key of Redis to hold any of the words,
// in its name or its value.
func (w *world) forgotten(_ *testscript.TestScript, args []string) error {
	script := `local out = {}
for _, k in ipairs(redis.call('KEYS', '*')) do
  local t, v = redis.call('TYPE', k).ok, ''
  if t == 'string' then v = redis.call('GET', k)
  elseif t == 'hash' then v = table.concat(redis.call('HGETALL', k), ' ')
  elseif t == 'list' then v = table.concat(redis.call('LRANGE', k, 0, -1), ' ')
  elseif t == 'zset' then v = table.concat(redis.call('ZRANGE', k, 0, -1), ' ') end
  for _, word in ipairs(ARGV) do
    if string.find(k .. ' ' .. v, word, 1, true) then out[#out+1] = word .. ' in ' .. k .. ': ' .. v end
  end
end
return table.concat(out, '\\n')`
	cli := append([]string{"-p", strconv.Itoa(w.redisPort), "EVAL", script, "0"}, args...)
	out, err := exec.Command("redis-cli", cli...).CombinedOutput()
	if left := strings.TrimSpace(string(out)); err != nil || left != "" {
		return fmt.Errorf("left behind: %s %w", left, err)
	}
	return nil
}

// room: `room NAME 'regexp'` waits for the one group whose title matches.
func (w *world) room(_ *testscript.TestScript, args []string) error {
	re, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	var found []string
	look := func() bool {
		found = nil
		for _, g := range w.sim.State().Groups {
			if re.MatchString(g.Title) {
				found = append(found, g.OpenConversationID)
			}
		}
		return len(found) > 0
	}
	if !eventually(15*time.Second, look) || len(found) != 1 {
		return fmt.Errorf("%d groups match %q: %+v", len(found), args[1], w.sim.State().Groups)
	}
	w.groups[args[0]] = found[0]
	return nil
}

// both: `both staff001 staff002 words…` lets two people say the same at once.
func (w *world) both(_ *testscript.TestScript, args []string) error {
	errs := make(chan error, 2)
	for _, who := range args[:2] {
		w.running.Go(func() {
			_, err := w.sim.Say(dingsim.Say{From: who, Text: strings.Join(args[2:], " ")})
			errs <- err
		})
	}
	return errors.Join(<-errs, <-errs)
}

// allow: `allow staff001 'regexp'` counts what may be said, but need not, as heard.
func (w *world) allow(_ *testscript.TestScript, args []string) error {
	re, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	eventually(700*time.Millisecond, func() bool {
		for _, r := range w.sim.Messages(0) {
			if !w.heard[r.Seq] && w.isFor(r, args[0]) && re.MatchString(r.Text) {
				w.heard[r.Seq] = true
				return true
			}
		}
		return false
	})
	return nil
}

func (w *world) isFor(r dingsim.Record, who string) bool {
	if who == "either" {
		return r.Group == ""
	}
	if id, ok := w.groups[who]; ok {
		return r.Group == id
	}
	return r.To == who && r.Group == ""
}

// silence: `silence 2s` wants nothing said for that long that was not expected.
func (w *world) silence(_ *testscript.TestScript, args []string) error {
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	if eventually(d, func() bool { return w.unheard() != "" }) {
		return fmt.Errorf("said unexpectedly:\n%s", w.unheard())
	}
	return nil
}

func (w *world) unheard() string {
	var b strings.Builder
	for _, r := range w.sim.Messages(0) {
		if !w.heard[r.Seq] {
			fmt.Fprintf(&b, "%d %s to=%s group=%s: %s\n", r.Seq, r.Route, r.To, r.Group, r.Text)
		}
	}
	return b.String()
}

// fault: `fault '{"webhook_errcode":300001}'`.
func (w *world) fault(_ *testscript.TestScript, args []string) error { return w.sim.SetFaults(args[0]) }

// closing: the end of a scenario: a little silence, a polite stop of every bot,
// and nothing said that was not expected.
func (w *world) closing(ts *testscript.TestScript, _ []string) error {
	if err := w.silence(ts, []string{"700ms"}); err != nil {
		return err
	}
	var errs []error
	for name := range w.bots {
		errs = append(errs, w.stop(ts, []string{name}))
	}
	if u := w.unheard(); u != "" {
		errs = append(errs, fmt.Errorf("said unexpectedly:\n%s", u))
	}
	return errors.Join(errs...)
}
