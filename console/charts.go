package console

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// The bars are drawn here: they stretch with the page, so they hold no words;
// those stand beside them as text.

// drawing is an SVG that is being drawn. Everything in it is numbers and our own
// words.
type drawing struct{ strings.Builder }

func (d *drawing) rect(class string, x, y, w, h float64, title string) {
	fmt.Fprintf(d, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f">`, class, x, y, max(0, w), max(0, h))
	if title != "" {
		fmt.Fprintf(d, `<title>%s</title>`, template.HTMLEscapeString(title))
	}
	d.WriteString(`</rect>`)
}

func (d *drawing) line(class string, x, y1, y2 float64) {
	fmt.Fprintf(d, `<path class="%s" vector-effect="non-scaling-stroke" d="M%.1f %.1fV%.1f"/>`, class, x, y1, y2)
}

// done is the drawing, as a picture of the given words.
func (d *drawing) done(class, label string, width, height int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="%s">%s</svg>`, //nolint:gosec // words are escaped, the rest is numbers
		class, width, height, template.HTMLEscapeString(label), d.String()))
}

// axis places moments on a line of 1000.
type axis struct{ from, to time.Time }

func (a axis) x(t time.Time) float64 {
	if !a.to.After(a.from) {
		return 0
	}
	return max(0, min(1000, 1000*float64(t.Sub(a.from))/float64(a.to.Sub(a.from))))
}

func (d *drawing) bar(a axis, class string, from, to time.Time, y, h float64) {
	if from.IsZero() || to.IsZero() {
		return
	}
	x := a.x(from)
	d.rect(class, x, y, max(4, a.x(to)-x), h, "")
}

// listAxis is what the bars of all rows of a list are drawn on: now in the middle
// of a bit more than the usual validity.
const listAxis = 20 * 24 * time.Hour

// caseBars are the validity of a case and the response periods in it, on an axis
// that is the same for every row of a list.
func (s *speech) caseBars(c Case) template.HTML {
	now := time.Now()
	if c.ValidUntil.IsZero() {
		return nothing
	}
	a := axis{now.Add(-listAxis), now.Add(listAxis)}
	var d drawing
	d.rect("track", 0, 4, 1000, 7, "")
	d.bar(a, "validity", c.Purchased, c.ValidUntil, 4, 7)
	label := []string{fmt.Sprintf(s.pick("服务有效期 %s 至 %s", "Valid from %s to %s"), s.moment(c.Purchased, now), s.moment(c.ValidUntil, now))}
	for _, i := range c.Incidents {
		if i.Until.IsZero() {
			continue
		}
		d.bar(a, "response "+i.State, i.Accepted, i.Until, 14, 7)
		label = append(label, fmt.Sprintf(s.pick("%s 响应服务期至 %s", "%s response period until %s"), i.ID, s.moment(i.Until, now)))
	}
	d.line("now", a.x(now), 0, 25)
	return d.done("casebars", strings.Join(label, s.pick("；", "; ")), 1000, 25)
}

// period is one bar of a case's time line.
type period struct {
	Name, State string
	From, To    time.Time
	Bar         template.HTML
}

// timeline is the validity of a case and each response period as bars on one
// axis, which runs from the first moment to the last.
func (s *speech) timeline(c Case) []period {
	now := time.Now()
	ps := []period{{Name: s.pick("服务有效期", "Validity"), State: c.State, From: c.Purchased, To: c.ValidUntil}}
	for _, i := range c.Incidents {
		if !i.Accepted.IsZero() && !i.Until.IsZero() {
			ps = append(ps, period{Name: i.ID + " " + s.pick("响应服务期", "response period"), State: i.State, From: i.Accepted, To: i.Until})
		}
	}
	if c.ValidUntil.IsZero() {
		return nil
	}
	a := axis{ps[0].From, ps[0].To}
	for _, p := range ps {
		if p.To.After(a.to) {
			a.to = p.To
		}
	}
	for n, p := range ps {
		var d drawing
		d.rect("track", 0, 0, 1000, 10, "")
		class := "response " + p.State
		if n == 0 {
			class = "validity"
		}
		d.bar(a, class, p.From, p.To, 0, 10)
		if !now.Before(a.from) && !now.After(a.to) {
			d.line("now", a.x(now), 0, 10)
		}
		ps[n].Bar = d.done("period", p.Name, 1000, 10)
	}
	return ps
}

// loadChart is a bar of how often somebody was called, by the time of day.
func (s *speech) loadChart(l Load, all []Load) template.HTML {
	top := 1
	for _, x := range all {
		top = max(top, x.Work+x.Rest+x.Sleep)
	}
	var d drawing
	d.rect("track", 0, 0, 1000, 10, "")
	x := 0.0
	for i, n := range [...]int{l.Work, l.Rest, l.Sleep} {
		w := 1000 * float64(n) / float64(top)
		d.rect("band "+[...]string{"work", "rest", "night"}[i], x, 0, w, 10, "")
		x += w
	}
	return d.done("period", fmt.Sprintf(s.pick("工作时间 %d，休息时间 %d，夜间 %d", "Work %d, free time %d, night %d"), l.Work, l.Rest, l.Sleep), 1000, 10)
}

// meter is how much of something is used.
func meter(used, limit int64, label string) template.HTML {
	var d drawing
	d.rect("track", 0, 0, 1000, 10, "")
	class := "fill good"
	switch p := share(used, limit); {
	case p >= 95:
		class = "fill bad"
	case p >= 80:
		class = "fill warn"
	}
	d.rect(class, 0, 0, float64(10*share(used, limit)), 10, "")
	return d.done("period", label, 1000, 10)
}
