package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guanjia/configs"
)

// purchaseCommands talk to the running bot as a shop does.
type purchaseCommands struct {
	Send purchaseSendCommand `cmd:"" help:"${purchasesend}"`
}

type purchaseSendCommand struct {
	configFlag
	JSON    string `name:"json" placeholder:"FILE" help:"${purchasejson}"`
	URL     string `name:"url" help:"${purchaseurl}"`
	Type    string `default:"purchase.created" help:"${purchasetype}"`
	Order   string `help:"${purchaseorder}"`
	Product string `default:"emergency" help:"${purchaseproduct}"`
	Company string `default:"示例公司" help:"${purchasecompany}"`
	Contact string `default:"陈晓" help:"${purchasecontact}"`
	Mobile  string `default:"+8613900000001" help:"${purchasemobile}"`
	UserID  string `name:"user-id" help:"${purchaseuser}"`
}

// sendWithin bounds the request.
const sendWithin = 15 * time.Second

// Run signs a purchase event and posts it to the running bot.
func (c *purchaseSendCommand) Run(env *environment) error {
	cfg, err := env.load(c.Config, false)
	if err != nil {
		return err
	}
	if len(cfg.HTTP.PurchaseSecrets) == 0 {
		return usageError{errors.New(text(env.lang, "http.purchase_secrets 是空的，无法签名：请先配置一个 whsec_… 密钥", "http.purchase_secrets is empty, nothing can be signed: configure a whsec_… secret first"))}
	}
	body, err := c.content(env)
	if err != nil {
		return err
	}
	target, err := c.target(cfg)
	if err != nil {
		return usageError{err}
	}
	return c.post(env, target, cfg.HTTP.PurchaseSecrets[0], body)
}

// content is what --json names, or what the other flags make.
func (c *purchaseSendCommand) content(env *environment) ([]byte, error) {
	switch c.JSON {
	case "":
		return c.body()
	case "-":
		return io.ReadAll(io.LimitReader(env.in, 1<<20))
	}
	b, err := os.ReadFile(c.JSON)
	if err != nil {
		return nil, usageError{fmt.Errorf("--json: %w; name the file with the event's body, or - for standard input", err)}
	}
	return b, nil
}

// body is an event made of the flags.
func (c *purchaseSendCommand) body() ([]byte, error) {
	if c.Order == "" {
		c.Order = "manual-" + rand.Text()[:10]
	}
	now := time.Now().Format(time.RFC3339)
	data := map[string]any{"order_id": c.Order}
	if c.Type == "purchase.created" {
		data["product"], data["purchased_at"] = c.Product, now
		data["customer"] = map[string]any{"company": c.Company, "contacts": []any{
			map[string]string{"name": c.Contact, "mobile": c.Mobile, "user_id": c.UserID, "union_id": ""},
		}}
	}
	return json.Marshal(map[string]any{"type": c.Type, "timestamp": now, "data": data})
}

// target is where the bot of the configuration listens, or --url.
func (c *purchaseSendCommand) target(cfg *configs.Loaded) (string, error) {
	if c.URL == "" {
		return "http://" + reachable(cfg.HTTP.Listen) + "/hooks/purchases", nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("--url %q is no address", c.URL)
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return "", errors.New("--url must be https, or http to this machine (127.0.0.1, localhost)")
	}
	return u.String(), nil
}

func (c *purchaseSendCommand) post(env *environment, target, secret string, body []byte) error {
	status, reply, err := postPurchase(env.ctx, target, secret, body)
	if errors.Is(err, errBadSecret) {
		return usageError{err}
	}
	if err != nil {
		return fmt.Errorf("%w; %s", err, text(env.lang, "机器人在运行吗？（http.listen）", "is the bot running? (http.listen)"))
	}
	fmt.Fprintf(env.out, "%s\n", reply)
	if status >= http.StatusMultipleChoices {
		return fmt.Errorf("%s: HTTP %d: %s", target, status, remedy(env.lang, status, reply))
	}
	return nil
}

var errBadSecret = errors.New("http.purchase_secrets[0] is not base64 behind whsec_")

// postPurchase signs an event and posts it.
func postPurchase(ctx context.Context, target, secret string, body []byte) (status int, reply []byte, err error) {
	signer, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return 0, nil, errBadSecret // the cause quotes the secret
	}
	id, now := "msg_"+rand.Text(), time.Now()
	signature, err := signer.Sign(id, now, body)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	client := &http.Client{Timeout: sendWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	reply, err = io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return resp.StatusCode, bytes.TrimSpace(reply), err
}
