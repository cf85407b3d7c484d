package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// How the client behaves: a message must be refused within 3 s of an outage, and
// the store must be found again within 5 s of its return.
const (
	dialTimeout = time.Second
	callTimeout = 1500 * time.Millisecond
	retries     = 2
	poolSize    = 128
)

// connect makes a client for an address of redis.url.
func connect(raw string) (redis.UniversalClient, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return nil, errors.New("redis.url is not an address; write it like redis://127.0.0.1:6379/0")
	}
	switch scheme {
	case "redis", "rediss":
		return connectOne(raw)
	case "redis+sentinel", "rediss+sentinel":
		return connectSentinel(rest, scheme == "rediss+sentinel")
	case "redis+cluster", "rediss+cluster":
		return connectCluster(rest, scheme == "rediss+cluster")
	}
	return nil, fmt.Errorf("redis.url: %q is not known; use redis, rediss, redis+sentinel or redis+cluster", scheme)
}

func connectOne(raw string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(raw)
	if err != nil {
		return nil, fmt.Errorf("redis.url: %w; write it like redis://127.0.0.1:6379/0", hideURL(err))
	}
	tune(o)
	return redis.NewClient(o), nil
}

// hideURL drops an address, with its password, from a parse error.
func hideURL(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}

func tune(o *redis.Options) {
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout = dialTimeout, callTimeout, callTimeout
	o.MaxRetries, o.MinRetryBackoff, o.MaxRetryBackoff = retries, 20*time.Millisecond, 200*time.Millisecond
	o.PoolSize, o.ContextTimeoutEnabled = poolSize, true
	o.DialerRetries, o.DialerRetryTimeout = 1, 20*time.Millisecond
}

// hostList reads "user:password@h1:1,h2:2/rest" the way redis URLs are written.
type hostList struct {
	user, password string
	addrs          []string
	path           []string
}

func parseHosts(rest, defaultPort string) (hostList, error) {
	var h hostList
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		h.user, h.password, _ = strings.Cut(rest[:i], ":")
		rest = rest[i+1:]
		var err error
		if h.password, err = url.PathUnescape(h.password); err != nil {
			return h, errors.New("redis.url: the password is not percent-encoded correctly")
		}
	}
	rest, _, _ = strings.Cut(rest, "?")
	hosts, path, _ := strings.Cut(rest, "/")
	for a := range strings.SplitSeq(hosts, ",") {
		if a = strings.TrimSpace(a); a == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(a); err != nil {
			a = net.JoinHostPort(strings.Trim(a, "[]"), defaultPort)
		}
		h.addrs = append(h.addrs, a)
	}
	if len(h.addrs) == 0 {
		return h, errors.New("redis.url: names no host")
	}
	if path != "" {
		h.path = strings.Split(strings.Trim(path, "/"), "/")
	}
	return h, nil
}

func connectSentinel(rest string, secure bool) (redis.UniversalClient, error) {
	h, err := parseHosts(rest, "26379")
	if err != nil {
		return nil, err
	}
	if len(h.path) == 0 || h.path[0] == "" {
		return nil, errors.New("redis.url: name the master after the hosts: redis+sentinel://h1,h2/MASTER/0")
	}
	o := &redis.FailoverOptions{
		MasterName: h.path[0], SentinelAddrs: h.addrs, Username: h.user, Password: h.password,
		DialTimeout: dialTimeout, ReadTimeout: callTimeout, WriteTimeout: callTimeout,
		MaxRetries: retries, MinRetryBackoff: 20 * time.Millisecond, MaxRetryBackoff: 200 * time.Millisecond,
		PoolSize: poolSize, ContextTimeoutEnabled: true,
	}
	if len(h.path) > 1 {
		if o.DB, err = strconv.Atoi(h.path[1]); err != nil {
			return nil, fmt.Errorf("redis.url: %q is not a database number", h.path[1])
		}
	}
	if secure {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return redis.NewFailoverClient(o), nil
}

func connectCluster(rest string, secure bool) (redis.UniversalClient, error) {
	h, err := parseHosts(rest, "6379")
	if err != nil {
		return nil, err
	}
	o := &redis.ClusterOptions{
		Addrs: h.addrs, Username: h.user, Password: h.password,
		DialTimeout: dialTimeout, ReadTimeout: callTimeout, WriteTimeout: callTimeout,
		MaxRetries: retries, MinRetryBackoff: 20 * time.Millisecond, MaxRetryBackoff: 200 * time.Millisecond,
		PoolSize: poolSize, ContextTimeoutEnabled: true,
	}
	if secure {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return redis.NewClusterClient(o), nil
}

// primary is the client of the node that holds a key.
func (s *Store) primary(ctx context.Context, key string) (redis.Cmdable, error) {
	if c, ok := s.client.(*redis.ClusterClient); ok {
		return c.MasterForKey(ctx, key)
	}
	return s.client, nil
}

// Warnings names the settings of Redis under which acknowledged data could be
// lost, each with its remedy. Managed services hide their settings; then it says
// so.
func (s *Store) Warnings(ctx context.Context) []string {
	if !s.Durable() {
		return []string{"redis.url is memory: everything is lost when the program ends"}
	}
	var out []string
	want := []struct{ name, value, remedy string }{
		{"appendonly", "yes", "without the append-only file a restart of Redis loses everything since the last snapshot: set appendonly yes"},
		{"maxmemory-policy", "noeviction", "under memory pressure Redis would drop deadlines: set maxmemory-policy noeviction"},
		{"appendfsync", "always", "a power cut loses up to a second of acknowledged messages: set appendfsync always (everysec survives a crash of Redis alone)"},
	}
	for _, w := range want {
		got, err := s.client.ConfigGet(ctx, w.name).Result()
		switch {
		case err != nil:
			return append(out, "the settings of Redis cannot be read, so it is not known whether it keeps what it acknowledges: "+w.name)
		case got[w.name] != "" && got[w.name] != w.value:
			out = append(out, fmt.Sprintf("redis has %s %s: %s", w.name, got[w.name], w.remedy))
		}
	}
	return out
}
