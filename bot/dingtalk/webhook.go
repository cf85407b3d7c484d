package dingtalk

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// allowedWebhook checks that a reply address points where the configuration
// allows: the address comes with a message, and must not make the bot call
// anything else. An entry is a host (any port) or host:port (that port only),
// compared exactly and without regard to case.
func allowedWebhook(raw string, hosts []string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("reply address is not a url")
	case u.User != nil:
		return errors.New("reply address carries user information")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }):
		return errors.New("reply address has a host that is not ASCII") // some letters fold into ASCII ones
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return fmt.Errorf("reply address has scheme %q, only https is allowed", u.Scheme)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	allowed := func(entry string) bool {
		return strings.EqualFold(strings.Trim(entry, "[]"), u.Hostname()) ||
			strings.EqualFold(entry, net.JoinHostPort(u.Hostname(), port))
	}
	if u.Hostname() == "" || !slices.ContainsFunc(hosts, allowed) {
		return fmt.Errorf("reply address has host %q, which dingtalk.webhook_hosts does not list", u.Host)
	}
	return nil
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
