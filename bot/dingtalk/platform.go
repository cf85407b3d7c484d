package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
)

// Platform sends messages. It implements bot.Platform.
type Platform struct {
	api       *API
	fallbacks fallbacks
	gather    gatherer
	budget    budget

	serviceGroups bool // the driver makes service groups
}

// NewPlatform makes a Platform.
func NewPlatform(api *API) *Platform { return &Platform{api: api} }

// Send hands a message over by its route: an answer goes to the webhook while
// that is valid, else through the OpenAPI; a DING goes through the robot's DING.
func (p *Platform) Send(ctx context.Context, o bot.Outgoing) (receipt string, err error) {
	kind, id := o.To.Split()
	if o.Priority == bot.PriorityPage {
		ctx = urgent(ctx)
	}
	switch {
	case o.Via != "" && o.Via != bot.ViaChat:
		receipt, err = p.ding(ctx, id, o)
	case o.Attachment != nil:
		receipt, err = p.relay(ctx, kind, id, o)
	default:
		receipt, err = p.chat(ctx, kind, id, o)
	}
	return receipt, asSendError(err)
}

func (p *Platform) chat(ctx context.Context, kind, id string, o bot.Outgoing) (receipt string, err error) {
	for _, part := range render(o) {
		if receipt, err = p.sendPart(ctx, kind, id, o, part); err != nil {
			return "", err
		}
	}
	return receipt, nil
}

func (p *Platform) sendPart(ctx context.Context, kind, id string, o bot.Outgoing, part content) (string, error) {
	if o.Reply.ValidAt(time.Now()) {
		err := p.reply(ctx, kind, id, o, part)
		if err == nil {
			return "", nil
		}
		f, ok := errors.AsType[*failure](err)
		if !ok || kind == "reply" || f.verdict == verdictThrottled && errors.As(f.err, new(errOwnLimit)) {
			return "", err
		}
		// An errcode means that nothing was said; only a lost answer leaves doubt.
		zerolog.Ctx(ctx).Warn().Err(err).Bool("may_repeat", f.verdict == verdictAmbiguous).
			Msg("reply address did not take the message, using the api")
	}
	if err := p.spend(ctx, o); err != nil {
		return "", err
	}
	switch kind {
	case "user":
		return p.toUser(ctx, id, part)
	case "group":
		return p.toGroup(ctx, id, part)
	default:
		return "", &bot.SendError{Reason: "对方在组织外，回复地址已过期，机器人无法主动联系"}
	}
}

func (p *Platform) reply(ctx context.Context, kind, id string, o bot.Outgoing, part content) error {
	if err := allowedWebhook(o.Reply.URL, p.api.cfg.WebhookHosts); err != nil {
		return &failure{verdict: verdictFinal, err: err}
	}
	if kind == "group" {
		if err := p.api.admitGroup(ctx, id); err != nil {
			return err
		}
	}
	return p.api.call(ctx, request{method: "POST", url: o.Reply.URL, in: webhookBody(part, o.Mention), metered: "stream"})
}

// webhookBody is a message in the webhook's format. Whoever is mentioned must
// stand in the text as well.
func webhookBody(part content, mention []string) webhookMessage {
	text := part.text
	if len(mention) > 0 {
		text = "@" + strings.Join(mention, " @") + " " + text
	}
	var body webhookMessage
	switch {
	case len(part.buttons) > 0:
		card := &actionCard{Title: part.title, Text: text, Orientation: orientation(part.buttons), Buttons: make([]cardButton, len(part.buttons))}
		for i, b := range part.buttons {
			card.Buttons[i] = cardButton{b.Label, dtmd(b.Say)}
		}
		body.Type, body.Card = "actionCard", card
	case part.plain:
		body.Type, body.Text = "text", &plainText{text}
	default:
		body.Type, body.Markdown = "markdown", &markdownText{part.title, text}
	}
	if len(mention) > 0 {
		body.At = &mentioned{UserIDs: mention}
	}
	return body
}

// webhookMessage is a message as a reply address takes it.
type webhookMessage struct {
	Type     string        `json:"msgtype"`
	Text     *plainText    `json:"text,omitempty"`
	Markdown *markdownText `json:"markdown,omitempty"`
	Card     *actionCard   `json:"actionCard,omitempty"`
	At       *mentioned    `json:"at,omitempty"`
}

type plainText struct {
	Content string `json:"content"`
}

type markdownText struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type actionCard struct {
	Title       string       `json:"title"`
	Text        string       `json:"text"`
	Orientation string       `json:"btnOrientation"`
	Buttons     []cardButton `json:"btns"`
}

type cardButton struct {
	Title string `json:"title"`
	URL   string `json:"actionURL"`
}

type mentioned struct {
	UserIDs []string `json:"atUserIds"`
	All     bool     `json:"isAtAll"`
}

// orientation puts a few short buttons side by side.
func orientation(bs []bot.Button) string {
	for _, b := range bs {
		if len([]rune(b.Label)) > 6 {
			return "0"
		}
	}
	if len(bs) > 3 {
		return "0"
	}
	return "1"
}

// toUser sends into a member's one-to-one chat. The platform answers 200 even
// when nobody was reached; both lists must be read.
func (p *Platform) toUser(ctx context.Context, id string, part content) (string, error) {
	key, param, err := template(part)
	if err != nil {
		return "", err
	}
	var answer struct {
		ProcessQueryKey string   `json:"processQueryKey"`
		Invalid         []string `json:"invalidStaffIdList"`
		Throttled       []string `json:"flowControlledStaffIdList"`
	}
	err = p.api.post(ctx, pathUser, map[string]any{
		"robotCode": p.api.cfg.RobotCode, "userIds": []string{id}, "msgKey": key, "msgParam": param,
	}, &answer)
	switch {
	case err != nil:
		return "", err
	case len(answer.Invalid) > 0:
		return "", &failure{verdict: verdictFinal, status: 200, code: "staffId.notExisted", err: fmt.Errorf("user %s is not a member or never met the robot", id)}
	case len(answer.Throttled) > 0:
		return "", &failure{verdict: verdictThrottled, status: 200, err: fmt.Errorf("user %s is under flow control", id)}
	}
	return answer.ProcessQueryKey, nil
}

func (p *Platform) toGroup(ctx context.Context, id string, part content) (string, error) {
	key, param, err := template(part)
	if err != nil {
		return "", err
	}
	var answer struct {
		ProcessQueryKey string `json:"processQueryKey"`
	}
	err = p.api.post(ctx, pathGroup, map[string]any{
		"robotCode": p.api.cfg.RobotCode, "openConversationId": id, "msgKey": key, "msgParam": param,
	}, &answer)
	if p.serviceGroups && robotNotThere(err) {
		return p.toServiceGroup(ctx, id, part)
	}
	return answer.ProcessQueryKey, err
}

// plainWords is a message for a route that draws no markdown and no buttons.
func plainWords(o bot.Outgoing) string {
	t := o.Text
	if !o.Plain {
		t = strings.NewReplacer("**", "", "> ", "", "&lt;", "<", "\u200b", "").Replace(t)
	}
	return t + strings.ReplaceAll(spoken(o), "  \n", "\n")
}
