package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"guanjia/configs"
)

// Run is guanjia health.
func (c *healthCommand) Run(env *environment) error {
	url, err := c.url(env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(env.ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return usageError{fmt.Errorf("--url: %w", err)}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the bot does not answer: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing was written
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the bot answers %s", resp.Status)
	}
	fmt.Fprintln(env.out, "ok")
	return nil
}

// url is the address to ask: where the configuration lets the bot listen.
func (c *healthCommand) url(env *environment) (string, error) {
	if c.URL != "" {
		return c.URL, nil
	}
	file := c.Config
	if file == "" {
		file = configs.Find()
	}
	listen, err := configs.Listen(file, env.lookup)
	if err != nil {
		return "", err
	}
	return "http://" + reachable(listen) + "/healthz", nil
}

// reachable is how this machine reaches what listens on an address: one that
// means all interfaces is no address to call.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	switch ip, _ := netip.ParseAddr(host); {
	case host == "" || ip == netip.IPv4Unspecified():
		host = "127.0.0.1"
	case ip == netip.IPv6Unspecified():
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
