package main

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guanjia/bot"
	"guanjia/handlers"
	"guanjia/store"
)

// metrics is what Prometheus reads (contract §3).
type metrics struct {
	registry       *prometheus.Registry
	inbound        *prometheus.CounterVec
	outbound       *prometheus.CounterVec
	firing         *prometheus.HistogramVec
	steps          *prometheus.CounterVec
	configValid    prometheus.Gauge
	reloadFailures prometheus.Counter
}

func newMetrics(st *store.Store, h *handlers.Handler) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		inbound: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guanjia_messages_received_total", Help: "Messages from people, by kind and what became of them.",
		}, []string{"kind", "result"}),
		outbound: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guanjia_messages_sent_total", Help: "Attempts to send, by route and result.",
		}, []string{"route", "result"}),
		firing: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "guanjia_deadline_fired_lag_seconds", Help: "How late deadlines were fired.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2, 5, 30},
		}, []string{"kind"}),
		steps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guanjia_clock_steps_total", Help: "Times that the wall clock of this machine was put forward or back by a second or more.",
		}, []string{"direction"}),
		configValid:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "guanjia_config_valid", Help: "1 unless the last reload failed."}),
		reloadFailures: prometheus.NewCounter(prometheus.CounterOpts{Name: "guanjia_config_reload_failures_total", Help: "Reloads that were refused."}),
	}
	m.configValid.Set(1)
	// There from the start: a rate needs the zero before the first message.
	m.inbound.WithLabelValues(string(bot.KindText), "stored")
	for _, result := range [...]string{"ok", "error"} {
		m.outbound.WithLabelValues("webhook", result)
	}
	for _, direction := range [...]string{forward, back} {
		m.steps.WithLabelValues(direction)
	}
	m.registry.MustRegister(m.inbound, m.outbound, m.firing, m.steps, m.configValid, m.reloadFailures, newStoreCollector(st, h),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watchStream shows how many connections stand; without any, nobody is heard.
func (m *metrics) watchStream(connections func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "guanjia_stream_connections", Help: "Connections to the DingTalk stream that stand.",
	}, func() float64 { return float64(connections()) }))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 5 * time.Second})
}

func (m *metrics) received(kind bot.Kind, result string) {
	m.inbound.WithLabelValues(string(kind), result).Inc()
}

func (m *metrics) sent(route string, err error) {
	result := "ok"
	if err != nil {
		result = "error"
	}
	m.outbound.WithLabelValues(route, result).Inc()
}

// The directions of a step of the clock.
const forward, back = "forward", "back"

func (m *metrics) stepped(by time.Duration) {
	direction := forward
	if by < 0 {
		direction = back
	}
	m.steps.WithLabelValues(direction).Inc()
}

func (m *metrics) fired(kind string, lag time.Duration, _ error) {
	m.firing.WithLabelValues(kind).Observe(lag.Seconds())
}

// storeCollector asks the store when it is scraped.
type storeCollector struct {
	store              *store.Store
	handler            *handlers.Handler
	lag, waiting, used *prometheus.Desc
	calls              *prometheus.Desc
	cases, skew        *prometheus.Desc
	clean, lost        *prometheus.Desc
	probeOK, probeTook *prometheus.Desc
}

func newStoreCollector(st *store.Store, h *handlers.Handler) *storeCollector {
	return &storeCollector{
		store: st, handler: h,
		clean:     prometheus.NewDesc("guanjia_checkup_clean_timestamp_seconds", "When the last checkup ended that found nothing amiss; stale when it fails or nobody makes it.", nil, nil),
		lost:      prometheus.NewDesc("guanjia_checkup_lost_deadlines", "Deadlines that the last checkup had to put back.", nil, nil),
		probeOK:   prometheus.NewDesc("guanjia_probe_answered", "1 when the last probe was answered, 0 when it was not.", nil, nil),
		probeTook: prometheus.NewDesc("guanjia_probe_round_trip_seconds", "From the last probe's question until its answer was handed to DingTalk.", nil, nil),
		lag:       prometheus.NewDesc("guanjia_deadline_lag_seconds", "How late the most overdue deadline is.", nil, nil),
		waiting:   prometheus.NewDesc("guanjia_waiting", "Work that waits, by lane.", []string{"lane"}, nil),
		used:      prometheus.NewDesc("guanjia_quota_used", "Metered calls of this month.", []string{"kind"}, nil),
		cases:     prometheus.NewDesc("guanjia_open_cases", "Cases that are open.", nil, nil),
		skew:      prometheus.NewDesc("guanjia_clock_skew_seconds", "How far this machine's clock is ahead of the one of Redis.", nil, nil),
		calls:     prometheus.NewDesc("guanjia_open_escalations", "Escalations that are open.", nil, nil),
	}
}

// Describe names the metrics.
func (c *storeCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range [...]*prometheus.Desc{c.lag, c.waiting, c.used, c.cases, c.calls, c.skew, c.clean, c.lost, c.probeOK, c.probeTook} {
		ch <- d
	}
}

// Collect asks the store; while that is away the metrics are absent.
func (c *storeCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	st, err := c.store.Stats(ctx, time.Now())
	if err != nil {
		return
	}
	gauge(c.lag, st.Lag.Seconds())
	if skew, err := c.store.ClockSkew(ctx); err == nil {
		gauge(c.skew, skew.Seconds())
	}
	for lane, n := range map[string]int64{"mail": st.Mail, "deadlines": st.Deadlines, "pages": st.Pages, "messages": st.Messages, "dead": st.Dead} {
		gauge(c.waiting, float64(n), lane)
	}
	month := time.Now().Format("2006-01")
	for _, kind := range [...]string{"api", "stream"} {
		if n, err := c.store.Usage(ctx, kind, month); err == nil {
			gauge(c.used, float64(n), kind)
		}
	}
	c.collectWatch(ctx, gauge)
	for d, index := range map[*prometheus.Desc]string{c.cases: handlers.IndexCasesOpen, c.calls: handlers.IndexEscalations} {
		if n, err := c.store.Count(ctx, index, 0, math.MaxInt64); err == nil {
			gauge(d, float64(n))
		}
	}
}

// collectWatch is what the bot knows of itself.
func (c *storeCollector) collectWatch(ctx context.Context, gauge func(*prometheus.Desc, float64, ...string)) {
	if a, err := c.handler.LastCheckup(ctx); err == nil && !a.At.IsZero() {
		gauge(c.lost, float64(a.Lost))
		if !a.CleanAt.IsZero() {
			gauge(c.clean, float64(a.CleanAt.Unix()))
		}
	}
	p, err := c.handler.LastProbe(ctx)
	switch {
	case err != nil || p.ID == "":
	case !p.Answered.IsZero():
		gauge(c.probeOK, 1)
		gauge(c.probeTook, p.Answered.Sub(p.AskedAt).Seconds())
	case p.Reported:
		gauge(c.probeOK, 0)
	}
}
