package storetest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// Proxy stands between a store and its Redis, and cuts connections after the
// write: the server has done what it was asked, and the answer is lost.
type Proxy struct {
	// URL is what redis.url takes.
	URL string

	target   string
	listener net.Listener
	every    int64
	answers  atomic.Int64
	cuts     atomic.Int64
	pumps    sync.WaitGroup
}

// StartProxy runs a proxy before s that loses every n-th answer.
func (s *Server) StartProxy(n int) *Proxy {
	s.tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.tb.Fatal(err)
	}
	p := &Proxy{URL: "redis://" + l.Addr().String() + "/0", target: s.Addr, listener: l, every: int64(n)}
	p.pumps.Go(p.accept)
	s.tb.Cleanup(p.close)
	return p
}

// Cuts is how many answers were lost.
func (p *Proxy) Cuts() int64 { return p.cuts.Load() }

func (p *Proxy) close() {
	_ = p.listener.Close()
	p.pumps.Wait() // the store was closed before, or the server will be
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		both := func() { _ = client.Close(); _ = server.Close() }
		p.pumps.Go(func() { defer both(); _, _ = io.Copy(server, client) })
		p.pumps.Go(func() { defer both(); p.answer(client, server) })
	}
}

// answer passes answers on until it is time to lose one.
func (p *Proxy) answer(client io.Writer, server io.Reader) {
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if p.answers.Add(1)%p.every == 0 {
			p.cuts.Add(1)
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}
