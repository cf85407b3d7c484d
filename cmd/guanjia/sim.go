package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"guanjia/configs"
	"guanjia/dingsim"
)

// Run is guanjia dingsim.
func (c *dingsimCommand) Run(env *environment) error {
	l, err := listen(env.ctx, c.Listen)
	if err != nil {
		return listenError(err)
	}
	here := "http://" + reachable(l.Addr().String())
	base := here
	if a, ok := l.Addr().(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		base = "" // each client is told the address that it came by
	}
	sim := dingsim.New(dingsim.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, BaseURL: base,
		Logger: newLogger(configs.Log{Level: "warn", Format: "console"}, env.errOut),
	})
	fmt.Fprintf(env.out, "%s %s/\n", text(env.lang, "钉钉模拟器已启动：", "The DingTalk simulator runs at"), here)
	return serveSim(env.ctx, sim, l)
}

// serveSim runs a simulator on a listener until ctx ends.
func serveSim(ctx context.Context, sim *dingsim.Server, l net.Listener) error {
	srv := &http.Server{Handler: sim, ReadHeaderTimeout: 5 * time.Second}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return sim.Run(ctx) })
	g.Go(func() error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the simulator: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		return srv.Close() // streams of events would never end by themselves
	})
	return g.Wait()
}

// listenError says what is wrong with --listen: an address that is none is wrong
// usage, one that is taken is not.
func listenError(err error) error {
	said := fmt.Errorf("--listen: %w; choose another address, such as --listen 127.0.0.1:0", err)
	if _, none := errors.AsType[*net.AddrError](err); none {
		return usageError{said}
	}
	return said
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}
