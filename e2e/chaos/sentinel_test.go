package chaos_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// guarded is a master with two replicas, watched by three sentinels.
type guarded struct {
	redis     []*redisServer
	sentinels []*redisServer
}

// downAfter is how long a master may be silent.
const downAfter = time.Second

func newGuarded(ctx context.Context, t *testing.T) (*guarded, error) {
	t.Helper()
	dir, g := t.TempDir(), &guarded{}
	t.Cleanup(g.kill)
	for i := range 3 {
		var more []string
		if i > 0 {
			more = []string{"--replicaof", "127.0.0.1", g.redis[0].portText()}
		}
		r, err := newRedis(dir, "always", append(more, "--min-replicas-to-write", "1", "--min-replicas-max-lag", "2")...)
		if err != nil {
			return nil, err
		}
		g.redis = append(g.redis, r)
		if err := r.start(ctx); err != nil {
			return nil, err
		}
	}
	// A sentinel looks for replicas every ten seconds.
	if !eventually(ctx, 30*time.Second, func() bool { return g.redis[0].field("INFO replication", "connected_slaves") == "2" }) {
		return nil, errors.New("the replicas do not follow")
	}
	for range 3 {
		s, err := newSentinel(dir, g.redis[0].portText())
		if err != nil {
			return nil, err
		}
		g.sentinels = append(g.sentinels, s)
		if err := s.start(ctx); err != nil {
			return nil, err
		}
	}
	return g, g.await(ctx)
}

func newSentinel(dir, master string) (*redisServer, error) {
	s, err := newRedis(dir, "no")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(s.dir, "sentinel.conf")
	s.args = []string{file, "--sentinel", "--port", s.portText(), "--bind", "127.0.0.1", "--dir", s.dir}
	return s, os.WriteFile(file, fmt.Appendf(nil,
		"sentinel monitor guarded 127.0.0.1 %s 2\nsentinel down-after-milliseconds guarded %d\nsentinel failover-timeout guarded 6000\nsentinel parallel-syncs guarded 2\n",
		master, downAfter.Milliseconds()), 0o600)
}

// await waits until both replicas follow, and each sentinel knows everybody.
func (g *guarded) await(ctx context.Context) error {
	ok := eventually(ctx, 20*time.Second, func() bool {
		m := g.master()
		if m == nil || m.field("INFO replication", "connected_slaves") != "2" {
			return false
		}
		for _, s := range g.sentinels {
			if s.field("SENTINEL MASTER guarded", "num-slaves") != "2" || s.field("SENTINEL MASTER guarded", "num-other-sentinels") != "2" {
				return false
			}
		}
		return true
	})
	if !ok {
		return errors.New("the sentinels and their replicas did not find each other")
	}
	return nil
}

// master is the one that the first sentinel names, if it runs and agrees.
func (g *guarded) master() *redisServer {
	port := g.sentinels[0].field("SENTINEL MASTER guarded", "port")
	for _, r := range g.redis {
		if r.portText() == port && r.field("INFO replication", "role") == "master" {
			return r
		}
	}
	return nil
}

func (g *guarded) url() string {
	var hosts []string
	for _, s := range g.sentinels {
		hosts = append(hosts, s.addr())
	}
	return "redis+sentinel://" + strings.Join(hosts, ",") + "/guarded/0"
}

func (g *guarded) kill() {
	for _, r := range append(g.redis, g.sentinels...) {
		r.kill()
	}
}

// TestAFailoverLosesNothingThatWasAcknowledged kills the master under load.
func TestAFailoverLosesNothingThatWasAcknowledged(t *testing.T) {
	built.side(t)
	ctx := t.Context()
	g, err := newGuarded(ctx, t)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, g.url(), 1)
	if err := w.start(ctx, 2); err != nil {
		t.Fatal(err)
	}
	s := newScene(t, w)
	talking, hush := context.WithTimeout(ctx, built.long(7*time.Second, 0.2))
	defer hush()
	s.p.ask(talking, 20, time.Second)
	s.p.needHelp(talking, 2)
	r := built.chance("master")
	for pause(talking, between(r, 2*time.Second, 4*time.Second)) {
		if err := g.failOver(talking, w); err != nil {
			t.Fatal(err)
		}
	}
	s.end("Sentinel fail-over, wait_replicas 1", w.awaitReady(ctx))
}

// failOver kills the master; when another has taken its place, it comes back as
// a replica. What the end of the scenario leaves undone is not waited for.
func (g *guarded) failOver(talking context.Context, w *world) error {
	ctx := context.WithoutCancel(talking)
	old := g.master()
	if old == nil {
		return errors.New("no master")
	}
	w.book.happened(killedRedis, 0)
	old.kill()
	if !eventually(ctx, 20*time.Second, func() bool { m := g.master(); return m != nil && m != old }) {
		return errors.New("no sentinel made another master")
	}
	if err := old.start(ctx); err != nil || talking.Err() != nil {
		return err
	}
	if err := g.await(talking); talking.Err() == nil {
		return err
	}
	return nil
}
