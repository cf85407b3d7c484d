package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"guanjia/bot"
	"guanjia/bot/dingtalk"
	"guanjia/engagement"
	"guanjia/handlers"
	"guanjia/hooks"
)

// rooms makes the groups of cases as the handlers ask for them.
type rooms struct{ *dingtalk.Rooms }

// Create makes a group.
func (r rooms) Create(ctx context.Context, n handlers.NewRoom) (handlers.MadeRoom, error) {
	m, err := r.Rooms.Create(ctx, dingtalk.NewRoom{UUID: n.UUID, Title: n.Title, OwnerID: n.OwnerID, MemberIDs: n.MemberIDs})
	return handlers.MadeRoom{ID: m.OpenConversationID, ChatID: m.ChatID, OwnerID: m.OwnerID, Link: m.Link, Missing: m.Missing}, err
}

// AddMembers adds people, and tells whom the group does not take.
func (r rooms) AddMembers(ctx context.Context, group string, userIDs []string) (apart []string, err error) {
	err = r.Rooms.AddMembers(ctx, group, userIDs)
	if n, ok := errors.AsType[*dingtalk.NotTaken](err); ok {
		return n.UserIDs, nil
	}
	return nil, err
}

// JoinLink is an address by which people can join.
func (r rooms) JoinLink(ctx context.Context, m handlers.MadeRoom) (string, error) {
	return r.Rooms.JoinLink(ctx, dingtalk.Room{OpenConversationID: m.ID, ChatID: m.ChatID, OwnerID: m.OwnerID, Link: m.Link, Missing: m.Missing})
}

// FindUser finds a contact in the organisation.
func (r rooms) FindUser(ctx context.Context, c engagement.Contact) (userID string, found bool, err error) {
	if c.UnionID != "" {
		userID, found, err = r.UserByUnionID(ctx, c.UnionID)
	}
	if se, ok := errors.AsType[*bot.SendError](err); found || c.Mobile == "" || err != nil && (!ok || se.Retry) {
		return userID, found, err
	}
	return r.UserByMobile(ctx, c.Mobile)
}

// makeRooms chooses how channels are made.
func (s *service) makeRooms(api *dingtalk.API, platform *dingtalk.Platform) error {
	r, err := dingtalk.NewRooms(api, dingtalk.RoomsConfig{Driver: dingtalk.Driver(s.cfg.Channel.Driver), TemplateID: s.cfg.Channel.TemplateID})
	if err != nil {
		return usageError{fmt.Errorf("channel: %w", err)}
	}
	if dingtalk.Driver(s.cfg.Channel.Driver) == dingtalk.ServiceGroup {
		platform.ServiceGroups()
	}
	s.groups = rooms{r}
	return nil
}

// purchaseDesk takes in purchases for the webhooks.
type purchaseDesk struct{ *handlers.Purchases }

// Purchase takes in one.
func (d purchaseDesk) Purchase(ctx context.Context, p engagement.Purchase, now time.Time) (hooks.Receipt, error) {
	b, err := d.Purchases.Purchase(ctx, p, now)
	if errors.Is(err, handlers.ErrUnknownOrder) {
		err = hooks.ErrUnknownOrder
	}
	return hooks.Receipt{Case: b.Case, BindingCode: b.BindingCode, Fresh: b.Fresh}, err
}

// onGroup takes in what happened to a group.
func (s *service) onGroup(ctx context.Context, e dingtalk.GroupEvent) error {
	kind, ok := map[dingtalk.GroupEventKind]handlers.RoomEventKind{
		dingtalk.GroupDisbanded: handlers.RoomDisbanded, dingtalk.GroupRenamed: handlers.RoomRenamed, dingtalk.BotRemoved: handlers.RoomBotRemoved,
	}[e.Kind]
	if !ok {
		return nil
	}
	return retried(ctx, func() error {
		c, err := s.handler.RoomEvent(ctx, handlers.RoomEvent{ID: e.ID, Kind: kind, Group: e.Group, Title: e.Title}, time.Now())
		if err != nil {
			return err
		}
		c.Op = "room|" + e.ID
		return s.store.Commit(ctx, c)
	})
}

// onRead takes in that somebody read a message.
func (s *service) onRead(ctx context.Context, e dingtalk.ReadEvent) error {
	return retried(ctx, func() error {
		c, err := s.handler.PageRead(ctx, e.Receipt, time.Now())
		if err != nil || len(c.Put) == 0 {
			return err
		}
		return s.store.Commit(ctx, c)
	})
}

// retried decides again as long as the world moves on meanwhile.
func retried(ctx context.Context, step func() error) error {
	for {
		if err := step(); !errors.Is(err, bot.ErrConflict) || ctx.Err() != nil {
			return err
		}
	}
}

// fellBack tells the managers, once a day, that a loud route is not to be had.
func (s *service) fellBack(ctx context.Context) func(from, to bot.Via, reason string) {
	log := zerolog.Ctx(ctx)
	return func(from, to bot.Via, reason string) {
		log.Warn().Str("from", string(from)).Str("to", string(to)).Str("reason", reason).Msg("ding fell back to a milder route")
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		now := time.Now()
		day := now.Format(time.DateOnly)
		c := s.handler.FellBack(from, to, reason, now)
		c.Op = fmt.Sprintf("fallback|%s|%s", from, day)
		if err := s.store.Commit(ctx, c); err != nil {
			log.Warn().Err(err).Msg("cannot tell the managers about a fallback")
		}
	}
}
