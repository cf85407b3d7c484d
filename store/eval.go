package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// waitFor bounds how long a write waits for its replicas.
const waitFor = time.Second

// eval runs a script that writes. With replicas to wait for, the wait goes over
// the same connection, because WAIT counts only the writes of its own.
func (s *Store) eval(ctx context.Context, script *redis.Script, ks []string, args ...any) *redis.Cmd {
	if s.cfg.WaitReplicas <= 0 {
		return script.Run(ctx, s.client, ks, args...)
	}
	result, acked, err := s.evalAndWait(ctx, script.EvalSha, ks, args)
	if redis.HasErrorPrefix(result.Err(), "NOSCRIPT") {
		result, acked, err = s.evalAndWait(ctx, script.Eval, ks, args)
	}
	switch {
	case result.Err() != nil:
	case err != nil:
		result.SetErr(fmt.Errorf("wait for replicas: %w", err))
	case acked < s.cfg.WaitReplicas:
		result.SetErr(fmt.Errorf("only %d of %d replicas have the write (redis.wait_replicas)", acked, s.cfg.WaitReplicas))
	}
	return result
}

type evaluate func(ctx context.Context, c redis.Scripter, ks []string, args ...any) *redis.Cmd

func (s *Store) evalAndWait(ctx context.Context, eval evaluate, ks []string, args []any) (result *redis.Cmd, acked int, err error) {
	client, err := s.primary(ctx, ks[0])
	if err != nil {
		result = redis.NewCmd(ctx)
		result.SetErr(err)
		return result, 0, nil
	}
	pipe := client.Pipeline()
	result = eval(ctx, pipe, ks, args...)
	wait := pipe.Do(ctx, "WAIT", s.cfg.WaitReplicas, waitFor.Milliseconds())
	if _, err := pipe.Exec(ctx); err != nil {
		return result, 0, err
	}
	acked, err = wait.Int()
	return result, acked, err
}

// primary is the client of the node that holds a key.
func (s *Store) primary(ctx context.Context, key string) (redis.Cmdable, error) {
	if c, ok := s.client.(*redis.ClusterClient); ok {
		return c.MasterForKey(ctx, key)
	}
	return s.client, nil
}
