package store_test

import (
	"strings"
	"testing"

	"guanjia/store"
	"guanjia/store/storetest"
)

// on opens stores at an address.
func on(url string) func(testing.TB, string) storetest.Backend {
	return func(tb testing.TB, tag string) storetest.Backend {
		tb.Helper()
		return open(tb, store.Config{URL: url, Tag: tag})
	}
}

func open(tb testing.TB, cfg store.Config) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

func TestStoreOnRedis(t *testing.T) {
	srv := storetest.Start(t)
	storetest.Run(t, on(srv.URL))
	found, err := srv.Client().Keys(t.Context(), "*").Result()
	if err != nil || len(found) == 0 {
		t.Fatal(err)
	}
	for _, key := range found {
		if !strings.HasPrefix(key, "{") || !strings.Contains(key, "}:") {
			t.Errorf("key %q does not carry the tag, so it is elsewhere in a cluster", key)
		}
	}
}

func TestStoreOnEmbeddedRedis(t *testing.T) {
	storetest.Run(t, on(storetest.StartMemory(t)))
}

func TestStoreOnCluster(t *testing.T) {
	storetest.Run(t, on(storetest.StartCluster(t)))
}

func TestStoreWaitsForReplicas(t *testing.T) {
	srv := storetest.Start(t)
	srv.StartReplica()
	storetest.Run(t, func(tb testing.TB, tag string) storetest.Backend {
		tb.Helper()
		return open(tb, store.Config{URL: srv.URL, Tag: tag, WaitReplicas: 1})
	})
}

func TestStoreThroughSentinel(t *testing.T) {
	srv := storetest.Start(t)
	storetest.Run(t, on(srv.StartSentinel()))
}

func TestStoreInMemory(t *testing.T) {
	s := open(t, store.Config{URL: "memory"})
	if s.Durable() {
		t.Error("it says that it keeps things")
	}
	if w := s.Warnings(t.Context()); len(w) != 1 || !strings.Contains(w[0], "memory") {
		t.Errorf("%q", w)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
