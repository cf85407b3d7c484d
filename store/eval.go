package store

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// eval runs a script that writes.
func (s *Store) eval(ctx context.Context, sc script, ks []string, args ...any) *redis.Cmd {
	return s.evaluate(ctx, true, sc, ks, args)
}

// evaluate runs a script by its digest, and once by its text where Redis has
// forgotten it.
func (s *Store) evaluate(ctx context.Context, write bool, sc script, ks []string, args []any) *redis.Cmd {
	all := make([]any, 0, 3+len(ks)+len(args))
	all = append(all, "evalsha", sc.digest, len(ks))
	for _, k := range ks {
		all = append(all, k)
	}
	all = append(all, args...)
	cmd := redis.NewCmd(ctx, all...)
	err := s.batch.do(ctx, write, cmd)
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		again := append([]any{"eval", sc.source}, all[2:]...)
		cmd = redis.NewCmd(ctx, again...)
		err = s.batch.do(ctx, write, cmd)
	}
	if err != nil {
		cmd = redis.NewCmd(ctx) // the other may still be under way
		cmd.SetErr(err)
	}
	return cmd
}
