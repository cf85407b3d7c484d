package handlers

import (
	"context"
	"fmt"
	"time"

	"github.com/go-analyze/charts"
	"github.com/rs/zerolog"

	"guanjia/faq"
)

// Reporting is what the weekly report asks beside documents. Any of it may be nil.
type Reporting struct {
	// Upload gives a PNG to the platform, for use as a picture's address.
	Upload func(ctx context.Context, name string, png []byte) (mediaID string, err error)
	// Quota is what the month has used so far.
	Quota func(ctx context.Context, now time.Time) ([]QuotaUse, error)
	// Gaps gathers questions without an answer, most frequent first.
	Gaps func(ctx context.Context, asked []faq.Asked, now time.Time) []faq.Gap
}

// The size of the picture, in pixels: what a telephone shows without scaling up.
const (
	pictureWide = 600
	pictureHigh = 300
)

// drawWeek draws the escalations and incidents of each day. Its words are Latin:
// the library's fonts have no Chinese.
func drawWeek(w Week, loc *time.Location) ([]byte, error) {
	calls, incidents, days := make([]float64, len(w.Days)), make([]float64, len(w.Days)), make([]string, len(w.Days))
	for i, d := range w.Days {
		calls[i], incidents[i] = float64(d.Escalations), float64(d.Incidents)
		days[i] = w.From.In(loc).AddDate(0, 0, i).Format("Mon 2")
	}
	opt := charts.NewBarChartOptionWithData([][]float64{calls, incidents})
	opt.CategoryAxis.Labels, opt.CategoryAxis.LabelCount = days, len(days)
	for i := range opt.ValueAxis {
		opt.ValueAxis[i].Unit = 1
	}
	opt.Legend = charts.LegendOption{SeriesNames: []string{"E", "I"}}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: pictureWide, Height: pictureHigh})
	if err := p.BarChart(opt); err != nil {
		return nil, fmt.Errorf("draw the week: %w", err)
	}
	png, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw the week: %w", err)
	}
	return png, nil
}

// picture draws a week and gives it to the platform. Without it the report is
// still a report.
func (s Settings) picture(ctx context.Context, w Week) (mediaID string) {
	if s.Reporting.Upload == nil || w.Escalations+w.Incidents == 0 {
		return ""
	}
	png, err := drawWeek(w, s.Calendar.Location())
	if err == nil {
		mediaID, err = s.Reporting.Upload(ctx, "week.png", png)
	}
	if err != nil {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("the weekly report goes without its picture")
		return ""
	}
	return mediaID
}
