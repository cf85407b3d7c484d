package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Warnings says under which conditions acknowledged data could be lost or
// deadlines fire late, each in one sentence with its remedy. Managed services
// hide their settings; then it says so.
func (s *Store) Warnings(ctx context.Context) []string {
	if !s.Durable() {
		return []string{"redis.url is memory: everything is lost when the program ends; set redis.url to a Redis, or leave it empty for a private one"}
	}
	out := s.settingWarnings(ctx)
	out = append(out, s.replicaWarnings(ctx)...)
	return append(out, s.clockWarnings(ctx)...)
}

type setting struct{ name, value, remedy string }

// advised are the settings under which nothing that was acknowledged is lost.
func advised() []setting {
	return []setting{
		{"appendonly", "yes", "without the append-only file a restart of Redis loses everything since the last snapshot: set appendonly yes"},
		{"appendfsync", "always", "a power cut loses up to a second of acknowledged messages: set appendfsync always (everysec survives a crash of Redis alone)"},
		{"maxmemory-policy", "noeviction", "under memory pressure Redis would drop deadlines and messages: set maxmemory-policy noeviction"},
	}
}

func (s *Store) settingWarnings(ctx context.Context) []string {
	var out, unknown []string
	for _, w := range advised() {
		got, err := s.client.ConfigGet(ctx, w.name).Result()
		value, there := got[w.name]
		switch {
		case err != nil || !there:
			unknown = append(unknown, w.name+" "+w.value)
		case value != w.value:
			out = append(out, fmt.Sprintf("redis has %s %s: %s", w.name, value, w.remedy))
		}
	}
	if len(unknown) > 0 {
		out = append(out, "redis does not tell its settings, so it is not known whether it keeps what it acknowledges: see to it that it has "+strings.Join(unknown, ", "))
	}
	return out
}

// replicaWarnings says what is wrong with the replicas that writes wait for.
func (s *Store) replicaWarnings(ctx context.Context) []string {
	info, err := s.client.Info(ctx, "replication").Result()
	if err != nil {
		return nil // said by the settings
	}
	there, _ := strconv.Atoi(infoField(info, "connected_slaves"))
	switch {
	case s.cfg.WaitReplicas > there:
		return []string{fmt.Sprintf("redis.wait_replicas is %d, but %d replicas are connected, so nothing can be stored: connect more, or lower it", s.cfg.WaitReplicas, there)}
	case s.cfg.WaitReplicas == 0 && there > 0:
		return []string{"redis has replicas, and a failover loses what they do not have yet: set redis.wait_replicas to 1, and keep two replicas"}
	}
	return nil
}

func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// maxSkew is how far the clocks of the replicas may be apart.
const maxSkew = 2 * time.Second

func (s *Store) clockWarnings(ctx context.Context) []string {
	skew, err := s.ClockSkew(ctx)
	if err != nil || skew.Abs() <= maxSkew {
		return nil
	}
	return []string{fmt.Sprintf("this machine's clock is %v off the one of Redis, and deadlines are as wrong as the clock: synchronise both with NTP", skew.Round(time.Second))}
}

// ClockSkew is how far this machine's clock is ahead of the one of Redis. It is
// for a person to see; no rule ever asks Redis for the time.
func (s *Store) ClockSkew(ctx context.Context) (time.Duration, error) {
	before := time.Now()
	theirs, err := s.client.Time(ctx).Result()
	if err != nil {
		return 0, fmt.Errorf("ask redis for its clock: %w", err)
	}
	took := time.Since(before)
	return before.Add(took / 2).Sub(theirs), nil
}
