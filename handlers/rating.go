package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guanjia/bot"
)

// ratingFor is how long a digit counts as a rating after the question for one.
const ratingFor = 24 * time.Hour

// takeRating takes 1 to 5 as the rating that was asked for, unless something
// else was offered by number since.
func (t *turn) takeRating(ctx context.Context, _ Command, _ bool) (handled bool, err error) {
	id := t.chat.Rating
	stars, err := strconv.Atoi(strings.TrimRight(fold(strings.TrimSpace(t.msg.Text)), "分星。.! "))
	if err != nil || stars < 1 || stars > 5 || id == "" || t.now.Sub(t.chat.RatingAt) > ratingFor || t.chat.OfferedAt.After(t.chat.RatingAt) {
		return false, nil //nolint:nilerr // the words are no number
	}
	t.chat.Rating = ""
	c, err := loadClimb(ctx, t.tx, t.Settings, id)
	if err != nil || c == nil {
		return false, err
	}
	c.Rating = stars
	t.log(escalationRef(id), bot.Entry{Kind: "rated", By: t.person.Name, Text: strconv.Itoa(stars), Person: t.msg.Sender.Identity()})
	t.reply(textRatingThanks(t.lang, stars))
	return true, t.set(escalationRef(id), c.Escalation)
}
