package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/calendar"
	"guanjia/configs"
	"guanjia/handlers"
	"guanjia/hooks"
	"guanjia/scheduler"
	"guanjia/store"
)

// service is the bot, put together: what Run needs, and what pages ask.
type service struct {
	cfg      *configs.Loaded
	store    *store.Store
	stream   *dingtalk.Stream
	handler  *handlers.Handler
	settings atomic.Pointer[handlers.Settings]
	metrics  *metrics
	ready    *readiness
	listener net.Listener
	// inside is where metrics and console are served, nil for where all is.
	inside  net.Listener
	groups  handlers.Rooms
	upload  func(ctx context.Context, name string, png []byte) (mediaID string, err error)
	hooks   *hooks.Handler
	console http.Handler
	brains  brains
	retain  atomic.Int64 // nanoseconds
	// retainCases is how long cases are kept, in nanoseconds.
	retainCases atomic.Int64
	setJobs     chan struct{} // the periodic jobs must be set again
	hup         chan os.Signal
	loops       []func(context.Context) error
}

// newService puts the bot together. The caller closes the store.
func newService(ctx context.Context, cfg *configs.Loaded) (*service, error) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP) // from the start on: unheard, it would end the program
	st, err := store.Open(ctx, store.Config{URL: cfg.Redis.URL, Data: cfg.Redis.Data, WaitReplicas: cfg.Redis.WaitReplicas})
	if err != nil {
		return nil, err
	}
	s := &service{cfg: cfg, store: st, setJobs: make(chan struct{}, 1), hup: hup}
	s.handler = handlers.New(st, func() handlers.Settings { return *s.settings.Load() })
	s.metrics = newMetrics(st, s.handler)
	if err := s.wire(ctx); err != nil {
		st.Close()
		return nil, err
	}
	if err := s.bind(ctx, cfg.HTTP); err != nil {
		st.Close()
		return nil, err
	}
	return s, nil
}

// wire connects the rooms: one way down for a message, one way back.
func (s *service) wire(ctx context.Context) error {
	log := zerolog.Ctx(ctx)
	dingtalk.RouteSDKLog(log.With().Str("component", "stream-sdk").Logger())
	dingtalk.GuardSDK()
	api := dingtalk.NewAPI(s.cfg.DingTalk, s.store, s.store)
	api.OnSent(s.metrics.sent)
	s.stream = dingtalk.NewStream(api, s.store, dingtalk.Hooks{Received: s.metrics.received, OnGroup: s.onGroup, OnRead: s.onRead})
	s.ready = newReadiness(s.store, s.stream)
	s.metrics.watchStream(s.stream.Connections)
	dispatcher := bot.NewDispatcher(s.store, s.store, s.handler, bot.DispatcherConfig{Apologize: s.handler.Apologize})
	platform := dingtalk.NewPlatform(api)
	platform.OnFallback(s.fellBack(ctx))
	s.upload = platform.UploadImage
	if err := s.makeRooms(api, platform); err != nil {
		return err
	}
	var err error
	if s.hooks, err = hooks.New(purchaseDesk{handlers.NewPurchases(s.handler, s.store)}, hooks.Config{
		Secrets: s.cfg.HTTP.PurchaseSecrets, MarketplaceKey: s.cfg.HTTP.MarketplaceKey,
	}); err != nil {
		return usageError{err}
	}
	if err := s.adopt(s.cfg); err != nil {
		return err
	}
	if s.console, err = newConsole(s); err != nil {
		return err
	}
	sender := bot.NewSender(s.store, platform, bot.SenderConfig{})
	deadlines := scheduler.New(s.store, handlers.NewDeadlines(s.handler, s.store), scheduler.Config{
		CallsOut: handlers.CallsOut, Turned: s.ready.turned, Fired: s.metrics.fired,
	})
	s.store.OnWork(dispatcher.Wake, deadlines.Wake, sender.Wake)
	s.store.OnReply(sender.Reserve)
	s.loops = []func(context.Context) error{dispatcher.Run, sender.Run, deadlines.Run, s.prepareBrain, s.keepHouse, s.attend, s.watch, s.judgeStore, s.keepTime, boundMemory}
	return nil
}

// run works until ctx ends. Frames stop first, then what is in flight ends.
func (s *service) run(ctx context.Context) error {
	s.announce(ctx)
	collectSeldom()
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var loops errgroup.Group
	for _, l := range s.loops {
		loops.Go(func() error { return l(work) })
	}
	front, frontCtx := errgroup.WithContext(ctx)
	front.Go(func() error { return s.stream.Run(frontCtx) })
	front.Go(func() error { return s.serveHTTP(frontCtx) })
	front.Go(func() error { return s.watchConfig(frontCtx) })
	err := front.Wait()
	stopWork()
	return errors.Join(err, loops.Wait())
}

// announce says at the start what an engineer should know.
func (s *service) announce(ctx context.Context) {
	log := zerolog.Ctx(ctx)
	log.Info().Str("listen", s.listener.Addr().String()).Int("connections", s.cfg.DingTalk.Connections).Msg("guanjia starts")
	if !s.store.Durable() {
		// Whatever the log's level is, nobody may overlook it.
		log.Log().Str(zerolog.LevelFieldName, "warn").Msg("redis.url is memory: nothing is kept, everything is lost when the program ends")
	}
}

// judgeStore warns where acknowledged data could be lost, as soon as the store
// tells how it is set.
func (s *service) judgeStore(ctx context.Context) error {
	if !s.store.Durable() {
		return nil // announced
	}
	log := zerolog.Ctx(ctx)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for said := false; ; said = true {
		warnings, err := s.storeWarnings(ctx)
		if err == nil {
			for _, w := range warnings {
				log.Warn().Str("warning", w).Msg("redis could lose acknowledged data")
			}
			return nil
		}
		if !said && ctx.Err() == nil {
			log.Warn().Err(err).Msg("redis is not reachable yet, messages are not acknowledged until it is")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *service) storeWarnings(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		return nil, err
	}
	return s.store.Warnings(ctx), nil
}

// settingsWith makes what the handlers work with from a configuration.
func settingsWith(cfg *configs.Loaded, brain handlers.Brain, groups handlers.Rooms) (*handlers.Settings, error) {
	cal, err := calendar.New(cfg.Hours)
	if err != nil {
		return nil, err
	}
	rota, err := calendar.NewRota(cfg.OnCall, cal.Location())
	if err != nil {
		return nil, err
	}
	return &handlers.Settings{
		Brand:    handlers.Brand{Product: cfg.Brand.Product, Provider: cfg.Brand.Provider, TicketURL: cfg.Brand.TicketURL, Lang: cfg.Brand.Lang},
		Team:     cfg.Team,
		Calendar: cal, Rota: rota, Plan: cfg.Escalation, Brain: brain,
		Suggested: []string{"presales-scope", "emergency-how", "incident-classes"},
		Cases:     handlers.Cases{Service: cfg.Service, Reminders: cfg.Reminders, Channel: cfg.Channel, Rooms: groups},
	}, nil
}
