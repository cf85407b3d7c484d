package console

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-analyze/charts"
)

// graph is a bar chart: one column a label, of as many stacked or neighbouring
// series as there are.
type graph struct {
	Labels []string
	Series [][]float64
	// Shown is about how many labels there is room for, Stacked puts the series on
	// top of each other.
	Shown   int
	Stacked bool
	// Inks are the colours of the series.
	Inks []int
}

// The library writes colours into style attributes, which the policy of the page
// forbids, and which would not follow the theme. So it is given a number for each
// colour, and the numbers become classes of the style sheet.
const (
	inkAxis = iota + 1
	inkGrid
	inkText
	inkFirst
	inkSecond
	inkNight
)

func ink(n int) charts.Color { return charts.Color{R: uint8(n), B: 255, A: 255} } //nolint:gosec // a handful of constants

var (
	styleOf = regexp.MustCompile(`style="[^"]*"`)
	inkOf   = regexp.MustCompile(`rgb\((\d+),0,255\)`)
	rootOf  = regexp.MustCompile(`^<svg [^>]*viewBox`)
)

// draw draws a chart at a size in pixels, as a picture of the given words. What
// cannot be drawn is left out: the words beside it tell the same.
func (g graph) draw(class, label string, width, height int) template.HTML {
	theme := charts.ThemeOption{AxisStrokeColor: ink(inkAxis), AxisSplitLineColor: ink(inkGrid), TextColor: ink(inkText), TextColorXAxis: ink(inkText), TextColorYAxis: ink(inkText)}
	for _, n := range g.Inks {
		theme.SeriesColors = append(theme.SeriesColors, ink(n))
	}
	opt := charts.NewBarChartOptionWithData(g.Series)
	opt.Theme = charts.MakeTheme(theme)
	opt.Padding = charts.Box{Top: 8, Right: 6, Bottom: 2, Left: 2, IsSet: true}
	opt.CategoryAxis.Labels, opt.CategoryAxis.LabelCount = g.Labels, g.Shown
	opt.CategoryAxis.LabelFontStyle.FontSize = 12
	opt.StackSeries = &g.Stacked
	opt.ValueFormatter = func(f float64) string { return strconv.Itoa(int(f)) }
	for i := range opt.ValueAxis {
		opt.ValueAxis[i].LabelFontStyle.FontSize = 12
		opt.ValueAxis[i].Min = new(float64)
		if g.top() <= 5 {
			opt.ValueAxis[i].Unit = 1
		}
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: width, Height: height})
	if err := p.BarChart(opt); err != nil {
		return ""
	}
	svg, err := p.Bytes()
	if err != nil {
		return ""
	}
	return inked(svg, class, label)
}

// top is the highest column.
func (g graph) top() float64 {
	top := 0.0
	for i := range g.Labels {
		sum := 0.0
		for _, s := range g.Series {
			if !g.Stacked {
				sum = 0
			}
			sum += s[i]
			top = max(top, sum)
		}
	}
	return top
}

// inked puts classes in the place of styles.
func inked(svg []byte, class, label string) template.HTML {
	svg = styleOf.ReplaceAllFunc(svg, func(style []byte) []byte {
		n := inkOf.FindSubmatch(style)
		if n == nil {
			return []byte(`class="ink0"`)
		}
		return fmt.Appendf(nil, `class="ink%s"`, n[1])
	})
	root := fmt.Sprintf(`<svg class="graph %s" role="img" aria-label="%s" viewBox`, class, template.HTMLEscapeString(label))
	svg = rootOf.ReplaceAllLiteral(svg, []byte(root))
	return template.HTML(bytes.TrimSpace(svg)) //nolint:gosec // numbers and dates of ours, the words are escaped
}

// both draws a chart for wide pages and for narrow ones; one of them is shown.
func (g graph) both(label string) template.HTML {
	narrow := g
	narrow.Shown = max(2, g.Shown/2)
	return g.draw("roomy", label, 470, 215) + narrow.draw("tight", label, 330, 200)
}

// hoursChart are 24 columns, one for each hour of the day.
func (s *speech) hoursChart(hours [24]int) template.HTML {
	g := graph{Series: [][]float64{make([]float64, 24), make([]float64, 24)}, Shown: 12, Stacked: true, Inks: []int{inkFirst, inkNight}}
	most := 0
	for h, n := range hours {
		g.Labels = append(g.Labels, strconv.Itoa(h))
		night := 0
		if h >= 22 || h < 8 {
			night = 1
		}
		g.Series[night][h] = float64(n)
		if n > hours[most] {
			most = h
		}
	}
	return g.both(fmt.Sprintf(s.pick("每小时的求助数，最多的是 %d 点，%d 次", "Escalations by hour of the day, most of them at %d:00, %d"), most, hours[most]))
}

// daysChart are two columns a day: escalations and purchases.
func (s *speech) daysChart(days []DayCount) template.HTML {
	if len(days) == 0 {
		return ""
	}
	g := graph{Series: [][]float64{nil, nil}, Shown: 6, Inks: []int{inkFirst, inkSecond}}
	var words []string
	for _, x := range days {
		day := x.Day.In(s.zone)
		g.Labels = append(g.Labels, day.Format(s.pick("1-2", "2 Jan")))
		g.Series[0], g.Series[1] = append(g.Series[0], float64(x.Calls)), append(g.Series[1], float64(x.Cases))
		if x.Calls+x.Cases > 0 {
			words = append(words, fmt.Sprintf(s.pick("%s求助 %d、新服务单 %d", "%s: %d and %d"), s.day(day), x.Calls, x.Cases))
		}
	}
	return g.both(s.pick("每天的求助数和新服务单数：", "Escalations and new cases by day: ") + strings.Join(words, s.pick("；", "; ")))
}
