package e2e_test

import (
	"bytes"
	"crypto/md5" // the marketplace signs so
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"guanjia/dingsim"
)

// bind: `bind a o-1 cust003` sends the binding code of an order, which the shop
// was told, in somebody's name.
func (w *world) bind(_ *testscript.TestScript, args []string) error {
	out, err := w.program(args[0], "purchase", "send", "--order", args[1])
	if err != nil {
		return err
	}
	code := regexp.MustCompile(`"binding_code":"(\w+)"`).FindStringSubmatch(out)
	if code == nil {
		return fmt.Errorf("no binding code in %s", out)
	}
	_, err = w.sim.Say(dingsim.Say{From: args[2], Text: "绑定 " + strings.ToLower(code[1])})
	return err
}

// regroup: `regroup TITLE '{"title":"新名"}'` lets people change a group; `regroup
// TITLE disband` lets them end it.
func (w *world) regroup(_ *testscript.TestScript, args []string) error {
	id := w.groups[args[0]]
	if args[1] == "disband" {
		return w.sim.Disband(id)
	}
	body := strings.Replace(args[1], "{", `{"open_conversation_id":`+strconv.Quote(id)+",", 1)
	resp, err := http.Post("http://"+w.addr+"/_sim/groups/update", "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the simulator answers %s", resp.Status)
	}
	return nil
}

// member: `member TITLE staff002` waits until somebody is in a group.
func (w *world) member(_ *testscript.TestScript, args []string) error {
	there := func() bool {
		for _, g := range w.sim.State().Groups {
			if g.OpenConversationID == w.groups[args[0]] {
				return slices.Contains(g.Members, args[1])
			}
		}
		return false
	}
	if !eventually(10*time.Second, there) {
		return fmt.Errorf("%s is not in %s", args[1], args[0])
	}
	return nil
}

// marketplace: `marketplace a KEY 200 'regexp' action=createInstance&…` asks as the
// marketplace does, signed with a key.
func (w *world) marketplace(_ *testscript.TestScript, args []string) error {
	q, err := url.ParseQuery(args[4])
	if err != nil {
		return err
	}
	var signed strings.Builder
	for _, name := range slices.Sorted(maps.Keys(q)) {
		signed.WriteString(name + "=" + q.Get(name) + "&")
	}
	sum := md5.Sum([]byte(signed.String() + "key=" + args[1]))
	q.Set("token", hex.EncodeToString(sum[:]))
	resp, err := http.Get("http://127.0.0.1:" + strconv.Itoa(w.bots[args[0]].port) + "/hooks/aliyun-marketplace?" + q.Encode())
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if ok, err := regexp.Match(args[3], body); err != nil || !ok || strconv.Itoa(resp.StatusCode) != args[2] {
		return fmt.Errorf("HTTP %d %s %w", resp.StatusCode, body, err)
	}
	return nil
}
