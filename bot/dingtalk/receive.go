package dingtalk

import (
	"context"
	"errors"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/rs/zerolog"

	"guanjia/bot"
)

// storeWithin bounds how long a frame may wait for the store: the platform gives
// up on an ack after 3 s.
const storeWithin = 2700 * time.Millisecond

// onMessage stores a robot message, and only then acks it. An ack's text is a
// constant: the platform shows it to strangers.
func (s *Stream) onMessage(ctx context.Context, log *zerolog.Logger, df *payload.DataFrame) *payload.DataFrameResponse {
	if !s.enter() {
		return notStored() // shutting down: another replica gets it, or the platform repeats it
	}
	defer s.inFlight.Done()
	s.learnCorpFrom(df.Data)
	now := time.Now()
	m, err := decode(df.Data, df.GetMessageId(), now)
	switch {
	case errors.Is(err, errQuota):
		log.Error().Str("msg_id", m.ID).Msg("stream quota is used up: messages arrive without words, buy more or wait for next month")
		if s.hooks.Quota != nil {
			s.hooks.Quota()
		}
		s.received(bot.KindUnknown, "quota")
		return stored()
	case err != nil:
		// It will not get better by being repeated.
		log.Warn().Err(err).Int("bytes", len(df.Data)).Msg("robot message cannot be read, dropped")
		s.received(bot.KindUnknown, "unreadable")
		return stored()
	case !m.Direct() && !m.Mentioned:
		s.received(m.Kind, "ignored")
		return stored()
	}
	if !s.store(ctx, log, m, storeWithin) {
		return notStored()
	}
	return stored()
}

// store puts a message into the inbox and reports whether it is there now.
func (s *Stream) store(ctx context.Context, log *zerolog.Logger, m bot.Message, within time.Duration) bool {
	// The SDK ends its context when the connection drops; the message must be kept
	// all the same.
	ctx, cancel := context.WithTimeout(log.WithContext(context.WithoutCancel(ctx)), within)
	defer cancel()
	fresh, err := s.inbox.Receive(ctx, m)
	switch {
	case err != nil:
		log.Warn().Err(err).Str("msg_id", m.ID).Msg("message not stored, not acked")
		s.received(m.Kind, "failed")
	case !fresh:
		s.received(m.Kind, "repeated")
	default:
		s.received(m.Kind, "stored")
	}
	return err == nil
}

func stored() *payload.DataFrameResponse {
	r := payload.NewSuccessDataFrameResponse()
	r.Message = "ok"
	r.SetData(`{"response":null}`)
	return r
}

func notStored() *payload.DataFrameResponse {
	r := payload.NewDataFrameResponse(500)
	r.Message = "temporarily unavailable"
	return r
}
