package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"

	"guanjia/configs"
)

// newLogger makes the program's one logger; everybody gets it from the context.
func newLogger(cfg configs.Log, out io.Writer) zerolog.Logger {
	if cfg.Format == "console" {
		out = zerolog.ConsoleWriter{Out: out, TimeFormat: time.TimeOnly, NoColor: os.Getenv("NO_COLOR") != ""}
	}
	level, err := zerolog.ParseLevel(cfg.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	log := zerolog.New(out).Level(level).With().Timestamp().Logger()
	redis.SetLogger(redisLog{log.With().Str("component", "redis").Logger()})
	return log
}

// redisLog takes what the Redis client prints. It repeats what callers are told
// anyway, for every try, so it is for debugging.
type redisLog struct{ log zerolog.Logger }

// Printf logs a line of the client.
func (l redisLog) Printf(_ context.Context, format string, v ...any) {
	l.log.Debug().Str("detail", fmt.Sprintf(format, v...)).Msg("redis client")
}
