package dingsim

import (
	"cmp"
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

// Config says whom the simulator accepts and how it is reached. The zero value
// works: client "sim" with secret "sim-secret".
type Config struct {
	// ClientID and ClientSecret are the only accepted credentials; the robot
	// code is the client id. Defaults: "sim" and "sim-secret".
	ClientID, ClientSecret string
	// BaseURL is how clients reach the simulator, for example
	// "http://127.0.0.1:8091". Empty: the Host of each request.
	BaseURL string
	// QPS is the number of calls per second allowed for each API. Default 20,
	// the platform's standard edition.
	QPS int
	// Crowd is how many further customers exist, guest001 and on, for load.
	Crowd int
	// Panel is mounted at /_sim/panel/; nil answers 404 there.
	Panel http.Handler
	// Tour is a guided tour that the page offers; nil: none.
	Tour *Tour
	// Logger receives what the simulator does; the zero logger is silent.
	Logger zerolog.Logger
	// PingEvery is the period of SYSTEM ping frames. Default 20 s.
	PingEvery time.Duration
	// DisconnectGrace is the silence between a disconnect frame and the end of
	// the TCP connection. Default 10 s, as the protocol document says.
	DisconnectGrace time.Duration
}

// The platform's own numbers.
const (
	defaultQPS      = 20
	ackWindow       = 3 * time.Second  // a push not acknowledged by then counts as unacked
	ticketLife      = 90 * time.Second // good for exactly one connection
	tokenLife       = 2 * time.Hour
	webhookLife     = 90 * time.Minute
	webhookPerGroup = 20 // messages a minute and group
	maxBody         = 1 << 20
	maxUpload       = 21 << 20
	keepRecords     = 100_000
)

func (c Config) withDefaults() Config {
	c.ClientID = cmp.Or(c.ClientID, "sim")
	c.ClientSecret = cmp.Or(c.ClientSecret, "sim-secret")
	c.QPS = cmp.Or(max(c.QPS, 0), defaultQPS)
	c.PingEvery = cmp.Or(max(c.PingEvery, 0), 20*time.Second)
	c.DisconnectGrace = cmp.Or(max(c.DisconnectGrace, 0), 10*time.Second)
	return c
}

// Remind types of a DING.
const (
	dingApp   = 1
	dingSMS   = 2
	dingPhone = 3
)
