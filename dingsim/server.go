package dingsim

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"
)

// Server is one simulated DingTalk with one app and its robot. It is an
// http.Handler for both hosts of the vendor, the stream gateway, the control
// of contract §6 and the web page.
type Server struct {
	cfg      Config
	log      zerolog.Logger
	mux      *http.ServeMux
	agenda   *agenda
	faults   *faultBox
	dir      *directory
	journal  *journal
	hub      *hub
	gate     *gate
	sessions *sessionBook
	files    *fileShelf
	cards    *cardRack
	over     chan struct{}
	end      sync.Once
}

// New makes a simulator. It answers at once; what happens later by itself
// (redeliveries, scheduled disconnects) needs Run.
func New(cfg Config) *Server {
	s := &Server{
		cfg: cfg.withDefaults(), log: cfg.Logger, mux: http.NewServeMux(), agenda: newAgenda(), faults: &faultBox{},
		dir: newDirectory(cfg.Crowd), journal: newJournal(), gate: newGate(), sessions: newSessionBook(), files: newFileShelf(),
		cards: newCardRack(), over: make(chan struct{}),
	}
	s.hub = newHub(s.agenda, s.faults, s.journal.touch)
	s.routes()
	return s
}

// Run does what happens later by itself until ctx ends, then closes every
// connection and event stream. It returns nil.
func (s *Server) Run(ctx context.Context) error {
	s.agenda.run(ctx)
	s.Close()
	return nil
}

// Close ends all stream connections and event streams, so that an HTTP server
// can shut down. It may be called more than once.
func (s *Server) Close() {
	s.end.Do(func() { close(s.over) })
	s.hub.closeAll()
}

// ServeHTTP answers as DingTalk would, and on /_sim/ and / as the simulator.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Server) routes() {
	for _, ep := range s.endpoints() {
		s.mux.HandleFunc(ep.pattern, s.serve(ep))
	}
	s.mux.HandleFunc("GET /connect", s.serveConnect)
	s.mux.HandleFunc("GET /down/{name}", s.serveFile)
	s.controlRoutes()
	s.mux.Handle("GET /{$}", pageHandler())
	s.mux.Handle("GET /_sim/assets/", pageHandler())
	s.mux.HandleFunc("/", unknownPath)
}

// endpoints lists the whole API of the vendor that is simulated.
func (s *Server) endpoints() []endpoint {
	return slices.Concat(
		s.gatewayEndpoints(), s.tokenEndpoints(), s.webhookEndpoints(), s.robotEndpoints(), s.robotReadEndpoints(),
		s.robotGroupEndpoints(), s.dingEndpoints(), s.emotionEndpoints(), s.fileEndpoints(), s.cardEndpoints(),
		s.sceneGroupEndpoints(), s.imGroupEndpoints(), s.serviceGroupEndpoints(), s.contactEndpoints(),
	)
}

// unknownPath answers as the vendor's gateways do for calls they do not know.
func unknownPath(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1.0/"), strings.HasPrefix(r.URL.Path, "/v2.0/"):
		newHost.write(w, nil, refuse(http.StatusNotFound, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."))
	case strings.HasPrefix(r.URL.Path, "/topapi/"):
		name := "dingtalk.oapi" + strings.ReplaceAll(strings.TrimPrefix(r.URL.Path, "/topapi"), "/", ".")
		no := errcode(22, "Invalid method[submsg=不合法ApiName，ApiName = "+name+"]")
		no.extra = map[string]any{"sub_msg": "不合法ApiName，ApiName = " + name}
		oldHost.write(w, nil, no)
	default:
		no := errcode(404, "请求的URI地址不存在")
		no.status = http.StatusNotFound
		oldHost.write(w, nil, no)
	}
}

func (ep endpoint) topAPI() bool { return strings.Contains(ep.pattern, " /topapi/") }
