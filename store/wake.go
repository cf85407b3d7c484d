package store

import "sync/atomic"

// wakers tell the loops of this process at once of work that it added, instead
// of leaving it to their next look.
type wakers struct {
	funcs atomic.Pointer[[3]func()]
}

// OnWork sets who is told at once of mail, of deadlines and of outgoing messages
// that this process added. The functions must not block; nil is allowed.
func (s *Store) OnWork(mail, deadline, outgoing func()) {
	s.wakers.funcs.Store(&[3]func(){mail, deadline, outgoing})
}

func (w *wakers) mail()     { w.call(0) }
func (w *wakers) deadline() { w.call(1) }
func (w *wakers) outgoing() { w.call(2) }

func (w *wakers) call(i int) {
	if fs := w.funcs.Load(); fs != nil && fs[i] != nil {
		fs[i]()
	}
}
