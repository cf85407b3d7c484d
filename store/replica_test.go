package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guanjia/bot"
	"guanjia/store"
	"guanjia/store/storetest"
)

func TestWriteWithoutItsReplicaIsRefused(t *testing.T) {
	srv := storetest.Start(t)
	replica := srv.StartReplica()
	s := open(t, store.Config{URL: srv.URL, WaitReplicas: 1})
	receive(t, s, message("c1", "m1"))
	if w := s.Warnings(t.Context()); strings.Contains(strings.Join(w, " "), "replica") {
		t.Errorf("%q", w)
	}
	replica.Hang()
	if _, err := s.Receive(t.Context(), message("c1", "m2")); err == nil || !strings.Contains(err.Error(), "0 of 1 replicas") {
		t.Errorf("a message that no replica has was acknowledged: %v", err)
	}
	// The platform says it again. The first one is stored, but is still on one
	// machine only, so the repeat must not be acknowledged either.
	if _, err := s.Receive(t.Context(), message("c1", "m2")); err == nil {
		t.Error("the repeat of a message that no replica has was acknowledged")
	}
	c := bot.Change{Op: "op", Now: start, Say: []bot.Outgoing{{ID: "o", To: "user:u"}}}
	for range 2 {
		if err := s.Commit(t.Context(), c); err == nil {
			t.Error("a change that no replica has was acknowledged")
		}
	}
	replica.Resume()
	if fresh, err := s.Receive(t.Context(), message("c1", "m2")); fresh || err != nil {
		t.Errorf("once the replica is back: %v %v", fresh, err)
	}
	if err := s.Commit(t.Context(), c); err != nil {
		t.Error(err)
	}
	replica.Kill()
	for w := s.Warnings(t.Context()); !strings.Contains(strings.Join(w, " "), "0 replicas are connected"); w = s.Warnings(t.Context()) {
		if t.Context().Err() != nil {
			t.Fatal("a missing replica is not warned of")
		}
	}
}

func TestAcknowledgedWorkSurvivesAFailover(t *testing.T) {
	srv := storetest.Start(t)
	srv.StartReplica()
	url := srv.StartSentinel()
	s := open(t, store.Config{URL: url, WaitReplicas: 1})
	for i := range 50 {
		receive(t, s, message(fmt.Sprint("c", i), fmt.Sprint("m", i)))
	}
	srv.Kill()
	after := open(t, store.Config{URL: url}) // nobody is left to wait for
	began := time.Now()
	for after.Ping(t.Context()) != nil {
		if time.Since(began) > 30*time.Second {
			t.Fatal("no failover")
		}
	}
	if got := heads(t, after, start); len(got) != 50 {
		t.Errorf("%d of 50 acknowledged messages survived", len(got))
	}
	t.Logf("back after %v", time.Since(began))
}

func TestSettingsThatCanLoseDataAreNamed(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"as advised", []string{"--appendfsync", "always"}, nil},
		{"no file", []string{"--appendonly", "no", "--appendfsync", "always"}, []string{"set appendonly yes"}},
		{"late file", []string{"--appendfsync", "everysec"}, []string{"set appendfsync always"}},
		{"eviction", []string{"--appendfsync", "always", "--maxmemory-policy", "allkeys-lru"}, []string{"set maxmemory-policy noeviction"}},
		{"managed", []string{"--rename-command", "CONFIG", ""}, []string{"appendonly yes, appendfsync always, maxmemory-policy noeviction"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, store.Config{URL: storetest.Start(t, c.args...).URL})
			got := s.Warnings(t.Context())
			if len(got) != len(c.want) {
				t.Fatalf("%q", got)
			}
			for i, w := range c.want {
				if !strings.Contains(got[i], w) {
					t.Errorf("%q does not say %q", got[i], w)
				}
			}
		})
	}
}

func TestClockOfRedisIsCompared(t *testing.T) {
	s := open(t, store.Config{URL: storetest.Start(t).URL})
	skew, err := s.ClockSkew(t.Context())
	if err != nil || skew.Abs() > time.Second {
		t.Errorf("%v %v", skew, err)
	}
}
