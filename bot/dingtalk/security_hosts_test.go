package dingtalk

import (
	"net/http"
	"testing"
	"time"
)

// What a stranger could write into a reply address to make the bot call another
// host than the configured one.
func TestTricksWithReplyAddresses(t *testing.T) {
	hosts := []string{"oapi.dingtalk.com", "127.0.0.1:8091", "[::1]:8091"}
	for name, tc := range map[string]struct {
		url string
		ok  bool
	}{
		"as the platform writes it":      {"https://oapi.dingtalk.com/robot/sendBySession?session=x", true},
		"in capitals":                    {"HTTPS://OAPI.DINGTALK.COM/x", true},
		"IPv6 with its port":             {"http://[::1]:8091/x", true},
		"IPv6 with another port":         {"http://[::1]:8092/x", false},
		"IPv6 written out":               {"http://[0:0:0:0:0:0:0:1]:8091/x", false},
		"IPv4 inside IPv6":               {"http://[::ffff:127.0.0.1]:8091/x", false},
		"IPv4 as a number":               {"http://2130706433:8091/x", false},
		"IPv4 in short":                  {"http://127.1:8091/x", false},
		"IPv4 in octal":                  {"http://0177.0.0.1:8091/x", false},
		"a zone":                         {"http://[::1%25lo]:8091/x", false},
		"a trailing dot":                 {"https://oapi.dingtalk.com./x", false},
		"a user":                         {"https://oapi.dingtalk.com@evil.example/x", false},
		"a user of the right host":       {"https://x@oapi.dingtalk.com/x", false},
		"an empty user":                  {"https://@oapi.dingtalk.com/x", false},
		"a backslash":                    {`https://evil.example\@oapi.dingtalk.com/x`, false},
		"a backslash behind":             {`https://oapi.dingtalk.com\.evil.example/x`, false},
		"a tab":                          {"https://oapi.dingtalk.com\t.evil.example/x", false},
		"a line break":                   {"https://oapi.dingtalk.com\r\nHost: evil.example/x", false},
		"an encoded dot":                 {"https://oapi%2Edingtalk.com.evil.example/x", false},
		"a Cyrillic letter":              {"https://оapi.dingtalk.com/x", false},
		"the same in punycode":           {"https://xn--api-5cd.dingtalk.com/x", false},
		"a Kelvin sign, which folds":     {"https://oapi.dingtal\u212a.com/x", false},
		"a long s, which folds":          {"https://oapi.dingtalk.com\u017f/x", false},
		"wide letters":                   {"https://ｏapi.dingtalk.com/x", false},
		"an ideographic full stop":       {"https://oapi。dingtalk。com/x", false},
		"a subdomain":                    {"https://x.oapi.dingtalk.com/x", false},
		"a longer name":                  {"https://notoapi.dingtalk.com/x", false},
		"its name as a port":             {"https://evil.example:oapi.dingtalk.com/x", false},
		"its name as a fragment":         {"https://evil.example#oapi.dingtalk.com", false},
		"without TLS":                    {"http://oapi.dingtalk.com/x", false},
		"another scheme":                 {"gopher://oapi.dingtalk.com/x", false},
		"a port of this machine's":       {"http://127.0.0.1:6379/x", false},
		"a listed port without its port": {"http://127.0.0.1/x", false},
		"no scheme":                      {"//oapi.dingtalk.com/x", false},
		"opaque":                         {"https:oapi.dingtalk.com/x", false},
		"the metadata service":           {"http://169.254.169.254/latest/meta-data/", false},
	} {
		if err := allowedWebhook(tc.url, hosts); (err == nil) != tc.ok {
			t.Errorf("%s: %q: %v", name, tc.url, err)
		}
	}
}

func TestTricksWithDownloadAddresses(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://down-cdn.dingtalk.example/x":   true,
		"http://127.0.0.1:8091/x":               true, // a simulator
		"http://down-cdn.dingtalk.example/x":    false,
		"https://10.0.0.1/x":                    false,
		"https://[fd00::1]/x":                   false,
		"https://user@down-cdn.dingtalk.test/x": false,
		"https://localhost.localdomain@evil/x":  false,
		"file:///etc/passwd":                    false,
		"https:///x":                            false,
	} {
		if err := allowedDownload(url); (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestEveryCallHasItsTimeAndFollowsNothing(t *testing.T) {
	a := NewAPI(Config{}, nil, nil)
	for name, c := range map[string]*http.Client{"calls": a.http, "files": a.filesClient(), "patient": a.patientClient()} {
		if c.Timeout <= 0 || c.Timeout > time.Minute {
			t.Errorf("%s: timeout %s", name, c.Timeout)
		}
		if err := c.CheckRedirect(nil, nil); err != http.ErrUseLastResponse { //nolint:errorlint // the client compares it so
			t.Errorf("%s: redirects are followed: %v", name, err)
		}
	}
}
