package storetest

import (
	"context"
	"time"

	"guanjia/bot"
	"guanjia/scheduler"
	"guanjia/store"
)

// Documents is how state is read.
type Documents interface {
	Load(ctx context.Context, refs ...bot.DocRef) ([]bot.Doc, error)
	Index(ctx context.Context, name string, lowest, highest float64, limit int) ([]string, error)
	Timeline(ctx context.Context, of bot.DocRef) ([]bot.Entry, error)
	NextID(ctx context.Context, kind, reason string) (int64, error)
}

// Upkeep is what operators and the law ask for.
type Upkeep interface {
	Stats(ctx context.Context, now time.Time) (store.Stats, error)
	DeadLetters(ctx context.Context, limit int) ([]store.DeadLetter, error)
	Erase(ctx context.Context, identities ...string) (store.Erased, error)
	PurgeTexts(ctx context.Context, before time.Time) (int, error)
}

// Budgets are shared by replicas.
type Budgets interface {
	Allow(ctx context.Context, bucket string, n int, per time.Duration, now time.Time) (time.Duration, error)
	Pace(ctx context.Context, bucket string, step time.Duration, burst int, now time.Time) (time.Duration, error)
	AddUsage(ctx context.Context, kind, month string, n int64) error
	Usage(ctx context.Context, kind, month string) (int64, error)
}

// Backend is what a store must do; Run tells whether one does.
type Backend interface {
	bot.Inbox
	bot.Mailbox
	bot.Committer
	bot.Outbox
	scheduler.Queue
	Documents
	Upkeep
	Budgets
	Count(ctx context.Context, name string, lowest, highest float64) (int64, error)
	Due(ctx context.Context, limit int) ([]scheduler.Deadline, error)
	Recall(ctx context.Context, now time.Time) (held []store.Held, moved int, err error)
	Release(ctx context.Context, held []store.Held, now time.Time) (released int, err error)
	OnWork(mail, deadline, outgoing func())
	OnReply(reserve func() (give func(*bot.Parcel), ok bool))
}

var _ Backend = (*store.Store)(nil)
