// Package port finds ports for the programs that tests start, kill and start
// again.
package port

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
)

// Free is a loopback port that nobody listens on. It is below those that the
// system gives to outgoing connections: a process that is away for a second
// must find its port again.
func Free() (int, error) {
	for range 100 {
		n := 15_000 + rand.IntN(15_000)                                             //nolint:gosec // a port is no secret
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(n))) //nolint:noctx // it never blocks
		if err == nil {
			return n, l.Close()
		}
	}
	return 0, errors.New("no port between 15000 and 30000 is free")
}
