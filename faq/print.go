package faq

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String prints a report for people.
func (r *Report) String() string {
	var b strings.Builder
	line := func(name string, v any) { fmt.Fprintf(&b, "%-34s %v\n", name, v) }
	line("all judged keys right", r.Questions)
	line("entry first (top-1)", r.Top1)
	line("entry among three (top-3)", r.Top3)
	line("sure answers out of scope", r.FalseAnswers)
	line("incident precision", r.IncidentPrecision)
	line("incident recall", r.IncidentRecall)
	line("incident class", r.IncidentClass)
	line("faults taken for incidents", r.FaultsAsIncidents)
	line("urgency precision", r.UrgencyPrecision)
	line("urgency recall", r.UrgencyRecall)
	line("latency p50 / p95 / max", fmt.Sprintf("%v / %v / %v", r.P50, r.P95, r.Max))
	table(&b, "by key", r.Fields)
	table(&b, "by language", r.Languages)
	table(&b, "by label", r.Labels)
	if len(r.Confusions) > 0 {
		b.WriteString("\nconfusions\n")
	}
	for _, c := range r.Confusions {
		fmt.Fprintf(&b, "  %3d  %s → %s\n", c.Count, c.Want, c.Got)
	}
	return b.String()
}

func table(b *strings.Builder, title string, rows map[string]Tally) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(b, "  %-32s %v\n", k, rows[k])
	}
}
