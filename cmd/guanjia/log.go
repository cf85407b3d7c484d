package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
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

// sdkLog takes what the stream SDK prints. Its debug and info lines hold secrets
// and tickets, so they go nowhere.
type sdkLog struct{ log zerolog.Logger }

// Debugf drops the line: it holds the client secret.
func (sdkLog) Debugf(string, ...any) {}

// Infof drops the line: it holds the ticket.
func (sdkLog) Infof(string, ...any) {}

// Warningf logs a warning.
func (l sdkLog) Warningf(format string, v ...any) { l.warn(format, v...) }

// Errorf logs an error of one connection, which another one makes good.
func (l sdkLog) Errorf(format string, v ...any) { l.warn(format, v...) }

// Fatalf logs; the SDK does not end the process.
func (l sdkLog) Fatalf(format string, v ...any) { l.warn(format, v...) }

func (l sdkLog) warn(format string, v ...any) {
	detail := fmt.Sprintf(format, v...)
	if i := strings.Index(detail, "ticket"); i >= 0 {
		detail = detail[:i]
	}
	if strings.Contains(detail, "read message error") || strings.Contains(detail, "process is closed") || strings.Contains(detail, "use of closed") {
		l.log.Debug().Str("detail", detail).Msg("stream connection ended") // the slot replaces it and says so
		return
	}
	l.log.Warn().Str("detail", detail).Msg("stream sdk")
}
