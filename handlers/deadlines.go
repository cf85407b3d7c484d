package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/scheduler"
)

// Deadlines fires deadlines: it asks the handler what follows and commits that
// together with the deadline's end. It implements scheduler.Handler.
type Deadlines struct {
	handler *Handler
	commit  bot.Committer
}

// NewDeadlines makes a Deadlines.
func NewDeadlines(h *Handler, commit bot.Committer) *Deadlines {
	return &Deadlines{handler: h, commit: commit}
}

// Fire does what a deadline is for, and decides again when the world moved on
// meanwhile.
func (d *Deadlines) Fire(ctx context.Context, c scheduler.Claimed, now time.Time) error {
	for {
		change, err := d.decide(ctx, c, now)
		if err != nil {
			return err
		}
		change.Done = bot.Claim{Deadline: &c}
		switch err := d.commit.Commit(ctx, change); {
		case errors.Is(err, bot.ErrConflict) && ctx.Err() == nil:
		case errors.Is(err, bot.ErrFenced):
			zerolog.Ctx(ctx).Warn().Msg("lost the lease on a deadline, another replica has it")
			return nil
		default:
			return err
		}
	}
}

func (d *Deadlines) decide(ctx context.Context, c scheduler.Claimed, now time.Time) (bot.Change, error) {
	switch c.Kind {
	case KindDeskNote:
		return d.handler.fireDeskNote(ctx, c, now)
	default:
		return bot.Change{}, fmt.Errorf("no handler for deadlines of kind %q; a newer version may have set it", c.Kind)
	}
}
