package main

import (
	"fmt"
	"strconv"
	"strings"
)

// row is a line of the table: which value of which benchmark, beside which other.
type row struct {
	what             string
	bench            string // the largest one, where there are several
	ours, base, rate string // units; rate is computed from both if empty
	baseline, goal   string
	unit             string
}

func rows() []row {
	return []row{
		{"frame stored, ready to be acked", "Ack", "us/ack", "us/multi", "ratio", "raw MULTI of the same bytes", "–", "µs"},
		{"change committed", "Commit", "commits/s", "", "of_raw_MULTI", "raw MULTI of the same bytes", "≥ 0.5", "/s"},
		{"message received, claimed and answered, in order", "Message", "messages/s", "", "of_raw_MULTI", "two raw MULTIs, inline", "≥ 0.35", "/s"},
		{"frame in → reply out", "Reply", "bot-msg/s", "echo-msg/s", "ratio", "bare echo bot on the same SDK", "≥ 0.5", "/s"},
		{"timer fired with a state change", "Fired", "fired/s", "asynq-fired/s", "of_asynq", "asynq + HSET", "≥ 3", "/s"},
		{"due → state changed, p99 at 500/s", "Cases", "ms-p99-lag", "ms-p99-lag-bare", "", "bare claim loop", "≤ 50 ms", "ms"},
		{"10 000 due in one instant, drained", "Cases", "s/drain", "s/drain-bare", "", "bare claim loop", "< 2 s", "s"},
		{"an open case in Redis (four deadlines, its channel, six lines of timeline)", "Cases", "B/case", "", "", "", "≤ 2.5 kB", "B"},
		{"resident, while firing 500 deadlines/s", "Cases", "MB-resident", "", "", "", "< 100 MB", "MB"},
		{"urgent message → first page, p99, 10 000 escalations open", "Page", "ms-p99", "", "", "", "≤ 200 ms", "ms"},
		{"an open escalation in Redis", "Page", "B/escalation", "", "", "", "≤ 3 kB", "B"},
		{"question decided, built-in FAQ", "Decide", "us/question", "", "of_BM25", "BM25 (time, times longer)", "–", "µs"},
		{"question decided, most entries", "Entries", "us/question", "", "of_BM25", "BM25 (time, times longer)", "–", "µs"},
		{"start to ready", "Start", "s/start-to-ready", "", "", "", "< 1 s", "s"},
		{"resident when idle", "Start", "MB-resident", "", "", "", "< 60 MB", "MB"},
	}
}

// table is what was measured, in Markdown. A figure that was not is left out.
func table(r results) string {
	var out strings.Builder
	out.WriteString("| figure | ours | baseline | ratio | goal | benchmark |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, w := range rows() {
		name := r.largest(w.bench)
		ours, ok := r.value(name, w.ours)
		if !ok {
			continue
		}
		baseline, ratio := "–", "–"
		if base, ok := r.value(name, w.base); ok {
			baseline = w.baseline + " " + number(base) + " " + w.unit
			ratio = number(ours / base)
		} else if w.baseline != "" {
			baseline = w.baseline
		}
		if rate, ok := r.value(name, w.rate); ok {
			ratio = number(rate)
		}
		fmt.Fprintf(&out, "| %s | %s %s | %s | %s | %s | `Benchmark%s` |\n", w.what, number(ours), w.unit, baseline, ratio, w.goal, name)
	}
	return out.String()
}

// number is a figure with three digits that count.
func number(v float64) string {
	if v >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
