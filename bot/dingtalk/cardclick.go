package dingtalk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/rs/zerolog"

	"guanjia/bot"
)

// clickWithin bounds how long a click may wait for the store: the card shows an
// error after 2 s.
const clickWithin = 1700 * time.Millisecond

// cardSay is the parameter of a card's button that holds the words the button
// stands for. Without it the button's action id is taken.
const cardSay = "say"

// cardClick is a press on a card's button, as the platform sends it.
type cardClick struct {
	OutTrackID loose `json:"outTrackId"`
	CorpID     loose `json:"corpId"`
	UserID     loose `json:"userId"`
	UserIDType loose `json:"userIdType"` // "2": UserID is a union id
	SpaceID    loose `json:"spaceId"`
	SpaceType  loose `json:"spaceType"`
	Content    loose `json:"content"` // JSON in a string
}

// clickContent is what was pressed.
type clickContent struct {
	Private struct {
		ActionIDs many             `json:"actionIds"`
		Params    map[string]loose `json:"params"`
	} `json:"cardPrivateData"`
}

// onCard stores a press on a card's button as the words that the button stands
// for, and only then acks it.
func (s *Stream) onCard(ctx context.Context, log *zerolog.Logger, df *payload.DataFrame) *payload.DataFrameResponse {
	if !s.enter() {
		return notStored()
	}
	defer s.inFlight.Done()
	m, err := decodeClick(df.Data, s.corp(), time.Now())
	if err != nil {
		log.Warn().Err(err).Int("bytes", len(df.Data)).Msg("card click cannot be read, dropped")
		s.received(bot.KindCard, "unreadable")
		return unchanged()
	}
	if !s.store(ctx, log, m, clickWithin) {
		return notStored()
	}
	return unchanged()
}

// unchanged is the ack that leaves the card as it is.
func unchanged() *payload.DataFrameResponse {
	r := payload.NewSuccessDataFrameResponse()
	r.Message = "ok"
	r.SetData(`{"response":{}}`)
	return r
}

// decodeClick reads a press. An error means that it can never be understood. The
// platform does not check who presses, and a card can be forwarded out of the
// organisation: a user id counts only with the organisation's own corpID.
func decodeClick(data, corpID string, now time.Time) (bot.Message, error) {
	var c cardClick
	if err := unmarshal(strings.ToValidUTF8(data, "\uFFFD"), &c); err != nil {
		return bot.Message{}, err
	}
	var content clickContent
	_ = json.Unmarshal([]byte(c.Content), &content) // absent or odd content is no content
	words, cut := clean(cmp.Or(content.Private.Params[cardSay].String(), content.Private.ActionIDs.at(0)))
	m := bot.Message{
		Kind: bot.KindCard, Text: words, Truncated: cut, Mentioned: true, Sender: c.presser(corpID), SentAt: now, ReceivedAt: now,
	}
	switch {
	case c.UserID == "":
		return m, errors.New("card click without a user")
	case words == "":
		return m, errors.New("card click without an action")
	}
	// No click has an id of its own: the same button of the same card pressed by
	// the same person is the same click.
	sum := sha256.Sum256([]byte(strings.Join([]string{c.OutTrackID.String(), m.Sender.Identity(), words}, "\x00")))
	m.ID = "card:" + hex.EncodeToString(sum[:16])
	if m.Conversation = "with|" + m.Sender.Identity(); c.SpaceType == "IM_GROUP" {
		m.Group = bounded(strings.TrimPrefix(c.SpaceID.String(), "dtv1.card//IM_GROUP."), 256)
		m.Conversation = m.Group
	}
	if m.Conversation == "" {
		return m, errors.New("card click in a group without the group")
	}
	return m, nil
}

func (c cardClick) presser(corpID string) bot.Person {
	id := bounded(c.UserID.String(), 128)
	switch {
	case c.UserIDType == "2":
		return bot.Person{UnionID: id}
	case corpID != "" && c.CorpID.String() == corpID:
		return bot.Person{StaffID: id}
	default:
		return bot.Person{SenderID: bounded(c.CorpID.String(), 128) + "/" + id}
	}
}
