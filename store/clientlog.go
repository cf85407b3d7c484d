package store

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"
)

// RouteClientLog sends what the Redis client says about its connections to log,
// at debug: what matters of it comes back as an error from a call. It is for the
// whole process; call it once, before Open.
func RouteClientLog(log zerolog.Logger) { redis.SetLogger(clientLog{log}) }

type clientLog struct{ log zerolog.Logger }

// Printf is what the client calls.
func (l clientLog) Printf(_ context.Context, format string, v ...any) {
	l.log.Debug().Str("detail", fmt.Sprintf(format, v...)).Msg("redis client")
}
