package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"guanjia/bot"
)

// lane is a sorted set of ids by the time at which they can be claimed, and a
// hash of how often each was.
type lane struct{ due, tries string }

// claimed is one id of a lane, leased.
type claimed struct {
	lane     int // position among the lanes that were asked for
	id, body string
	fence    int64
	tries    int
	due      time.Time // when it could be claimed before anybody did
}

// claimedWidth is how many values claimScript returns for each.
const claimedWidth = 6

// claim leases up to n ids of the lanes, the first lane's before the second's,
// and tells when the next can be claimed. bodies, if not empty, is how the hashes
// are called that hold what the ids stand for.
func (s *Store) claim(ctx context.Context, now time.Time, n int, bodies string, lanes ...lane) (cs []claimed, next time.Time, err error) {
	ks := make([]string, 0, 2*len(lanes))
	for _, l := range lanes {
		ks = append(ks, l.due, l.tries)
	}
	args := []any{micros(now), micros(now.Add(s.cfg.Lease)), n, len(lanes)}
	if bodies != "" {
		args = append(args, bodies)
	}
	// A claim does not wait for replicas: one that a failover loses is only made
	// again, and the fence keeps its work from being done twice.
	res, err := s.evaluate(ctx, false, claimScript, ks, args).StringSlice()
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("claim work: %w", err)
	}
	if res[0] != "" {
		next = readMicros(res[0])
	}
	for r := res[1:]; len(r) >= claimedWidth; r = r[claimedWidth:] {
		c := claimed{id: r[1], due: readMicros(r[4]), body: r[5]}
		// The script's own numbers.
		c.lane, _ = strconv.Atoi(r[0])
		c.lane--
		c.fence, _ = strconv.ParseInt(r[2], 10, 64)
		c.tries, _ = strconv.Atoi(r[3])
		cs = append(cs, c)
	}
	return cs, next, nil
}

// heads reads the first items of the claimed ids' lists in one round trip. They
// are leased, so nobody else takes from them.
func (s *Store) heads(ctx context.Context, cs []claimed, n int, list func(c claimed) string) ([][]string, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	cmds := make([]redis.Cmder, len(cs))
	for i, c := range cs {
		cmds[i] = redis.NewStringSliceCmd(ctx, "lrange", list(c), 0, n-1)
	}
	if err := s.batch.do(ctx, false, cmds...); err != nil {
		return nil, fmt.Errorf("read claimed work: %w", err)
	}
	out := make([][]string, len(cs))
	for i, c := range cmds {
		if items, ok := c.(*redis.StringSliceCmd); ok {
			out[i] = items.Val()
		}
	}
	return out, nil
}

// work is one claimed thing, as the steps that end or return it see it.
type work struct {
	lane  lane
	id    string
	fence int64
	what  string // names the thing itself; the id may stand for several, one after the other
}

// settle begins the steps that end a piece of work in some way, once.
func (s *Store) settle(verb string, w work) *steps {
	st := newSteps(s.keys.op(verb + "|" + w.lane.due + "|" + w.what + "|" + strconv.FormatInt(w.fence, 10)))
	st.fence(w)
	return st
}

func (s *Store) release(ctx context.Context, w work, at time.Time) error {
	st := s.settle("back", w)
	st.write("S", st.key(w.lane.due), w.id, micros(at))
	return s.run(ctx, st)
}

func micros(t time.Time) int64 { return t.UnixMicro() }

// readMicros reads a time as Redis gives a score: it may say 1.7e+15.
func readMicros(score string) time.Time {
	us, _ := strconv.ParseFloat(score, 64) // the scripts' own numbers
	return time.UnixMicro(int64(us))
}

// priorities are the outbox's lanes, most important first.
func priorities() [2]bot.Priority { return [...]bot.Priority{bot.PriorityPage, bot.PriorityNormal} }
