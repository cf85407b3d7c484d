package dingtalk

import (
	"fmt"
	"strings"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/logger"
	"github.com/rs/zerolog"
)

// RouteSDKLog sends what the stream SDK prints to log. The SDK has one logger for
// the whole process, so the program calls this once, before it connects.
func RouteSDKLog(log zerolog.Logger) { logger.SetLogger(sdkLog{log}) }

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
