package store_test

import (
	"strings"
	"testing"

	"guanjia/store"
)

func TestAddressesAreRead(t *testing.T) {
	for _, url := range []string{
		"redis://127.0.0.1:6379/0", "redis://h", "redis://:p%40ss@h:1/2", "rediss://u:p%40@h:1/2", "unix:///run/redis.sock",
		"redis+sentinel://h1,h2:26380/mymaster/0", "redis+sentinel://h1/mymaster", "rediss+sentinel://u:p@h1,h2/m/3",
		"redis+sentinel://h1/m/0?sentinel_username=u&sentinel_password=p", "redis+sentinel://[::1]:26379,[::2]/m",
		"redis+cluster://h1,h2", "redis+cluster://h1:7000/0", "rediss+cluster://u:p@h1", "memory",
	} {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		s.Close()
	}
}

func TestBadAddressesAreExplained(t *testing.T) {
	for url, want := range map[string]string{
		"localhost":                          "write it like redis://",
		"http://x":                           `"http" is not known`,
		"redis://h/x":                        `invalid database number: "x"`,
		"redis://h:0x1/0":                    "write it like redis://",
		"redis://h1,h2/0":                    "redis+sentinel://h1,h2/MASTER/0",
		"redis://:geheim#1@h:6379/0":         "percent-encoded",
		"redis+sentinel://h1,h2":             "name the master",
		"redis+sentinel://h1/m/x":            `"x" is not a database number`,
		"redis+sentinel://h1:geheim/m":       "not a host",
		"redis+sentinel://u:geheim%zz@h1/m":  "percent-encode",
		"redis+sentinel://h1,,h2/m":          "not a host",
		"redis+sentinel://h1/m?foo=geheim":   `the option "foo" is not known`,
		"redis+cluster://":                   "not a host",
		"redis+cluster://h1/3":               "only database 0",
		"redis+cluster://h1:99999":           "not a host",
		"rediss+cluster://u:geheim@h1:x,h2/": "not a host",
	} {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil {
			s.Close()
			t.Errorf("%s: taken", url)
			continue
		}
		if !strings.HasPrefix(err.Error(), "redis.url") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", url, err)
		}
		if strings.Contains(err.Error(), "geheim") && !strings.Contains(url, "h1:geheim") {
			t.Errorf("%s: the error repeats a secret: %v", url, err)
		}
	}
	if _, err := store.Open(t.Context(), store.Config{URL: "memory", Tag: "a}b"}); err == nil {
		t.Error("a tag with a brace was taken")
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"redis://h/0", "redis+sentinel://u:p@h1,h2:1/m/0?sentinel_password=x", "redis+cluster://[::1]:7000", "rediss://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, url string) {
		if url == "" || url == "memory" {
			return
		}
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil {
			s.Close()
			return
		}
		if !strings.HasPrefix(err.Error(), "redis.url") {
			t.Errorf("%q: the error does not name the key: %v", url, err)
		}
	})
}
