package store

import (
	"sync/atomic"

	"guanjia/bot"
)

// wakers tell the loops of this process at once of work that it added, instead
// of leaving it to their next look.
type wakers struct {
	funcs   atomic.Pointer[[3]func()]
	reserve atomic.Pointer[func() (give func(*bot.Parcel), ok bool)]
}

// OnWork sets who is told at once of mail, of deadlines and of outgoing messages
// that this process added. The functions must not block; nil is allowed.
func (s *Store) OnWork(mail, deadline, outgoing func()) {
	s.wakers.funcs.Store(&[3]func(){mail, deadline, outgoing})
}

// OnReply sets who sends the answer to a message as soon as it is committed,
// where none waits for the same recipient: then it is leased in the commit and
// needs no claim. reserve must not block; give is called once for each success of
// it, with nil when there is nothing to send after all.
func (s *Store) OnReply(reserve func() (give func(p *bot.Parcel), ok bool)) {
	s.wakers.reserve.Store(&reserve)
}

func (w *wakers) mail()     { w.call(0) }
func (w *wakers) deadline() { w.call(1) }
func (w *wakers) outgoing() { w.call(2) }

func (w *wakers) call(i int) {
	if fs := w.funcs.Load(); fs != nil && fs[i] != nil {
		fs[i]()
	}
}

// sender reserves somebody for an answer.
func (w *wakers) sender() (give func(p *bot.Parcel), ok bool) {
	reserve := w.reserve.Load()
	if reserve == nil {
		return nil, false
	}
	return (*reserve)()
}
