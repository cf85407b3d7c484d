package main

import (
	"cmp"
	"path/filepath"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// curve is a picture of how figures grow with a size.
type curve struct {
	file, title, x, y string
	bench             string
	lines             [][2]string // what, unit
}

func curves() []curve {
	return []curve{
		{"perf-lag.svg", "Due to state changed, p99 at 500/s", "open cases", "ms", "Cases", [][2]string{{"ours", "ms-p99-lag"}, {"bare claim loop", "ms-p99-lag-bare"}}},
		{"perf-drain.svg", "All due in one instant, drained", "open cases", "s", "Cases", [][2]string{{"ours", "s/drain"}, {"bare claim loop", "s/drain-bare"}}},
		{"perf-resident.svg", "Memory of the program", "open cases", "MB", "Cases", [][2]string{{"resident", "MB-resident"}}},
		{"perf-entries.svg", "A question decided", "FAQ entries", "µs", "Entries", [][2]string{{"ours", "us/question"}, {"BM25", "us/BM25"}}},
		{"perf-people.svg", "Replies", "people who talk at the same time", "replies/s", "People", [][2]string{{"ours", "bot-msg/s"}, {"bare echo bot", "echo-msg/s"}}},
		{"perf-replicas.svg", "Deadlines fired with a state change", "replicas", "fired/s", "Replicas", [][2]string{{"ours", "fired/s"}}},
	}
}

// draw draws a curve, if anything of it was measured.
func draw(c curve, r results, folder string) error {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.title, c.x, c.y
	p.Y.Min, p.Legend.Top, p.Legend.Left = 0, true, true
	var drawn []any
	for _, l := range c.lines {
		if ps := points(c, l[1], r); len(ps) > 0 {
			drawn = append(drawn, l[0], ps)
		}
	}
	if len(drawn) == 0 {
		return nil
	}
	ps := drawn[1].(plotter.XYs)
	if ps[len(ps)-1].X >= 100*ps[0].X {
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	if err := plotutil.AddLinePoints(p, drawn...); err != nil {
		return err
	}
	p.Y.Min = 0
	return p.Save(6*vg.Inch, 3.5*vg.Inch, filepath.Join(folder, c.file))
}

func points(c curve, unit string, r results) plotter.XYs {
	var ps plotter.XYs
	for name := range r {
		x, ok := size(name, c.bench)
		y, there := r.value(name, unit)
		if ok && there {
			ps = append(ps, plotter.XY{X: x, Y: y})
		}
	}
	slices.SortFunc(ps, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	return ps
}
