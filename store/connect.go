package store

import (
	"crypto/tls"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// How the client behaves: a message must be refused within 3 s of an outage, and
// the store must be found again within 5 s of its return. Repeating is safe:
// every write carries an operation id.
const (
	dialTimeout = time.Second
	callTimeout = 1500 * time.Millisecond
	retries     = 2
	minBackoff  = 20 * time.Millisecond
	maxBackoff  = 200 * time.Millisecond
	// poolSize is above the workers of all loops together.
	poolSize = 192
)

// connect makes a client for an address of redis.url. It does not dial.
func connect(raw string) (redis.UniversalClient, error) {
	a, err := parseAddress(raw)
	if err != nil {
		return nil, err
	}
	switch a.kind {
	case sentinel:
		return redis.NewFailoverClient(&redis.FailoverOptions{
			MasterName: a.master, SentinelAddrs: a.hosts, DB: a.db, TLSConfig: a.tls(),
			Username: a.user, Password: a.password, SentinelUsername: a.sentinelUser, SentinelPassword: a.sentinelPassword,
			DialTimeout: dialTimeout, DialerRetries: 1, ReadTimeout: callTimeout, WriteTimeout: callTimeout,
			MaxRetries: retries, MinRetryBackoff: minBackoff, MaxRetryBackoff: maxBackoff,
			PoolSize: poolSize, ContextTimeoutEnabled: true,
		}), nil
	case cluster:
		return redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: a.hosts, Username: a.user, Password: a.password, TLSConfig: a.tls(),
			DialTimeout: dialTimeout, DialerRetries: 1, ReadTimeout: callTimeout, WriteTimeout: callTimeout,
			MaxRetries: retries, MinRetryBackoff: minBackoff, MaxRetryBackoff: maxBackoff,
			PoolSize: poolSize, ContextTimeoutEnabled: true,
			MaintNotificationsConfig: quiet(),
		}), nil
	default:
		tune(a.options)
		return redis.NewClient(a.options), nil
	}
}

func tune(o *redis.Options) {
	o.DialTimeout, o.DialerRetries, o.ReadTimeout, o.WriteTimeout = dialTimeout, 1, callTimeout, callTimeout
	o.MaxRetries, o.MinRetryBackoff, o.MaxRetryBackoff = retries, minBackoff, maxBackoff
	o.PoolSize, o.ContextTimeoutEnabled = poolSize, true
	o.MaintNotificationsConfig = quiet()
}

// quiet keeps the client from asking for notifications that only one vendor's
// cloud sends; every other server would refuse the question on each connection.
func quiet() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

func (a address) tls() *tls.Config {
	if !a.secure {
		return nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12}
}
