package main

import (
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
	"os/signal"
	"time"

	"github.com/rs/zerolog"

	"guanjia/configs"
)

// lookEvery is how often the configuration is compared with what runs; looking
// works where file events do not, such as mounted volumes.
const lookEvery = 2 * time.Second

// watchConfig takes over a changed configuration, at SIGHUP or when the file
// differs. An invalid one keeps the old one running.
func (s *service) watchConfig(ctx context.Context) error {
	defer signal.Stop(s.hup)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	seen := s.fingerprint()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.hup:
			seen = s.fingerprint()
		case <-tick.C:
			now := s.fingerprint()
			if now == seen {
				continue
			}
			seen = now
		}
		s.reload(ctx)
	}
}

func (s *service) reload(ctx context.Context) {
	log := zerolog.Ctx(ctx)
	cfg, err := configs.Load(s.cfg.File, os.LookupEnv)
	if err == nil {
		serr := s.adopt(cfg)
		if serr == nil {
			s.metrics.configValid.Set(1)
			log.Info().Str("file", s.cfg.File).Msg("configuration reloaded")
			return
		}
		err = serr
	}
	s.metrics.configValid.Set(0)
	s.metrics.reloadFailures.Inc()
	log.Error().Err(err).Str("file", s.cfg.File).Msg("the changed configuration is invalid, the old one goes on")
}

// fingerprint is what the configuration file and an own FAQ folder hold.
func (s *service) fingerprint() [32]byte {
	h := sha256.New()
	if s.cfg.File != "" {
		b, _ := os.ReadFile(s.cfg.File) // an absent file is a change as well
		h.Write(b)
	}
	if dir := s.cfg.FAQ.Dir; dir != "" {
		root := os.DirFS(dir)
		names, _ := fs.Glob(root, "*.y*ml")
		for _, n := range names {
			b, _ := fs.ReadFile(root, n)
			h.Write([]byte(n))
			h.Write(b)
		}
	}
	return [32]byte(h.Sum(nil))
}
