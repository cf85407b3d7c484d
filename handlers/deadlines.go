package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/engagement"
	"guanjia/escalation"
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
	for try := 1; ; try++ {
		change, err := d.decide(ctx, c, now)
		if err != nil {
			return err
		}
		change.Done = bot.Claim{Deadline: &c}
		switch err := d.commit.Commit(ctx, change); {
		case errors.Is(err, bot.ErrConflict) && scheduler.Yield(ctx, try) == nil:
		case errors.Is(err, bot.ErrFenced):
			zerolog.Ctx(ctx).Warn().Msg("lost the lease on a deadline: another replica has it, or it was done")
			return nil
		default:
			return err
		}
	}
}

// CallsOut tells the kinds of deadlines that ask the platform for something, and must
// wait for its answer.
func CallsOut(kind string) bool {
	return kind == engagement.KindRoom || kind == engagement.KindMembers
}

// stepOf tells one firing of a deadline from every other.
func stepOf(c scheduler.Claimed) string { return fmt.Sprintf("%s|%d", c.ID, c.Fence) }

func (d *Deadlines) decide(ctx context.Context, c scheduler.Claimed, now time.Time) (bot.Change, error) {
	if strings.HasPrefix(c.Kind, "case.") {
		return d.handler.fireCase(ctx, c, now)
	}
	t := newTx(d.handler.store, fmt.Sprintf("%s|%d", c.ID, c.Due.UnixMicro()), now)
	t.step = stepOf(c)
	s, err := d.handler.situation(ctx, t)
	if err != nil {
		return bot.Change{}, err
	}
	switch c.Kind {
	case escalation.KindClimb, escalation.KindProgress, escalation.KindOffer, KindPaged, KindAnswerDue:
		err = d.handler.fireEscalation(ctx, t, s, c)
	case KindShift, KindMorning:
		err = d.handler.fireJob(ctx, t, s, c)
	case KindNewHours:
		err = d.handler.fireNewHours(ctx, t, s, c.Data)
	case KindAway:
		err = d.handler.fireAway(ctx, t, s, c)
	case KindProbed:
		err = d.handler.fireProbed(ctx, t, c)
	case KindWeekly:
		err = d.handler.fireWeekly(ctx, t, s, c)
	case KindDoubt:
		err = d.handler.fireDoubt(ctx, t, s, c)
	case KindRelay:
		err = d.handler.fireRelay(ctx, t, s, c.Subject, c.Data)
	default:
		err = fmt.Errorf("no handler for deadlines of kind %q: %w", c.Kind, scheduler.ErrNewer)
	}
	if err != nil {
		return bot.Change{}, err
	}
	return t.change(), nil
}

// KindPaged is the report on a page.
const KindPaged = "escalation.paged"

// fireEscalation does what a deadline of an escalation is for.
func (h *Handler) fireEscalation(ctx context.Context, t *tx, s Settings, c scheduler.Claimed) error {
	e, err := loadClimb(ctx, t, s, c.Subject)
	if err != nil || e == nil {
		return err
	}
	switch c.Kind {
	case KindPaged:
		return e.paged(ctx, c.Data, c.Run)
	case KindAnswerDue:
		return e.answerDue(ctx)
	}
	return e.take(ctx, e.Due(c.Kind, c.Run, s.onCall(), s.moment(t.now)))
}
