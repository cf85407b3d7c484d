package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guanjia/store"
	"guanjia/store/storetest"
)

// TestCallersWhoGiveUpDoNotStopTheOthers: calls share round trips.
func TestCallersWhoGiveUpDoNotStopTheOthers(t *testing.T) {
	s := open(t, store.Config{URL: storetest.Start(t).URL})
	var callers sync.WaitGroup
	var patient, kept atomic.Int64
	for c := range 40 {
		callers.Go(func() {
			for i := range 50 {
				hasty, within := rand.IntN(2) == 0, time.Minute
				if hasty {
					within = time.Duration(rand.IntN(2000)) * time.Microsecond
				}
				ctx, cancel := context.WithTimeout(t.Context(), within)
				_, err := s.Receive(ctx, message(fmt.Sprint("c", c), fmt.Sprint("m", c, "-", i)))
				cancel()
				if !hasty {
					patient.Add(1)
				}
				if err == nil && !hasty {
					kept.Add(1)
				}
			}
		})
	}
	callers.Wait()
	if kept.Load() != patient.Load() {
		t.Errorf("only %d of %d patient calls were served", kept.Load(), patient.Load())
	}
	began := time.Now()
	if _, err := s.Receive(t.Context(), message("after", "all")); err != nil || time.Since(began) > time.Second {
		t.Errorf("the next call: %v after %v", err, time.Since(began))
	}
}
