package store

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// kind is how many Redis stand behind an address.
type kind int

const (
	single kind = iota
	sentinel
	cluster
)

// address is what redis.url says. Its errors never repeat the address, which may
// hold a password.
type address struct {
	kind                           kind
	secure                         bool
	user, password                 string
	sentinelUser, sentinelPassword string
	hosts                          []string
	master                         string
	db                             int
	options                        *redis.Options // of a single one
}

// CheckURL says what is wrong with a redis.url, without calling anything and
// without repeating it.
func CheckURL(raw string) error {
	if raw == "" || raw == "memory" {
		return nil
	}
	_, err := parseAddress(raw)
	return err
}

func parseAddress(raw string) (address, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return address{}, errors.New("redis.url is not an address of Redis; write it like redis://127.0.0.1:6379/0, or memory, or leave it empty")
	}
	secure := strings.HasPrefix(scheme, "rediss")
	switch scheme {
	case "redis", "rediss", "unix":
		return parseSingle(raw)
	case "redis+sentinel", "rediss+sentinel":
		return parseSentinel(rest, secure)
	case "redis+cluster", "rediss+cluster":
		return parseCluster(rest, secure)
	}
	return address{}, fmt.Errorf("redis.url is not an address of Redis: the scheme %q is not known; use redis, rediss, redis+sentinel, redis+cluster, rediss+sentinel or rediss+cluster", scheme)
}

func parseSingle(raw string) (address, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return address{}, errors.New("redis.url cannot be read; write it like redis://user:password@127.0.0.1:6379/0, with special characters of the password percent-encoded")
	}
	if strings.Contains(u.Host, ",") {
		return address{}, errors.New("redis.url names several hosts; write redis+sentinel://h1,h2/MASTER/0 or redis+cluster://h1,h2")
	}
	o, err := redis.ParseURL(raw)
	if err != nil {
		return address{}, fmt.Errorf("redis.url: %s; write it like redis://127.0.0.1:6379/0", strings.TrimPrefix(err.Error(), "redis: "))
	}
	return address{kind: single, options: o}, nil
}

func parseSentinel(rest string, secure bool) (address, error) {
	a, path, err := parseHosts(rest, secure, "26379")
	if err != nil {
		return a, err
	}
	a.kind = sentinel
	master, db, _ := strings.Cut(path, "/")
	if master == "" {
		return a, errors.New("redis.url: name the master after the hosts: redis+sentinel://h1,h2/MASTER/0")
	}
	a.master = master
	if db != "" {
		if a.db, err = strconv.Atoi(db); err != nil || a.db < 0 {
			return a, fmt.Errorf("redis.url: %q is not a database number; write redis+sentinel://h1,h2/MASTER/0", db)
		}
	}
	return a, nil
}

func parseCluster(rest string, secure bool) (address, error) {
	a, path, err := parseHosts(rest, secure, "6379")
	a.kind = cluster
	if err == nil && path != "" && path != "0" {
		err = fmt.Errorf("redis.url: a cluster has only database 0, not %q; write redis+cluster://h1,h2", path)
	}
	return a, err
}

// parseHosts reads "user:password@h1:1,h2:2/path?options".
func parseHosts(rest string, secure bool, defaultPort string) (a address, path string, err error) {
	a.secure = secure
	rest, query, _ := strings.Cut(rest, "?")
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		if a.user, a.password, err = credentials(rest[:i]); err != nil {
			return a, "", err
		}
		rest = rest[i+1:]
	}
	hosts, path, _ := strings.Cut(rest, "/")
	for h := range strings.SplitSeq(hosts, ",") {
		host, err := hostPort(strings.TrimSpace(h), defaultPort)
		if err != nil {
			return a, "", err
		}
		a.hosts = append(a.hosts, host)
	}
	return a, strings.Trim(path, "/"), a.readOptions(query)
}

func credentials(s string) (user, password string, err error) {
	user, password, _ = strings.Cut(s, ":")
	u, err1 := url.PathUnescape(user)
	p, err2 := url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		return "", "", errors.New("redis.url: percent-encode the special characters of user and password")
	}
	return u, p, nil
}

func hostPort(s, defaultPort string) (string, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = strings.Trim(s, "[]"), defaultPort
	}
	if n, err := strconv.Atoi(port); host == "" || err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("redis.url: %q is not a host or host:port", s)
	}
	return net.JoinHostPort(host, port), nil
}

func (a *address) readOptions(query string) error {
	options, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("redis.url: what follows the ? cannot be read")
	}
	for name := range options {
		switch name {
		case "sentinel_username":
			a.sentinelUser = options.Get(name)
		case "sentinel_password":
			a.sentinelPassword = options.Get(name)
		default:
			return fmt.Errorf("redis.url: the option %q is not known; sentinel_username and sentinel_password are", name)
		}
	}
	return nil
}
