package calendar

import (
	"fmt"
	"time"
)

// parseMoment reads a moment of the configuration: 2026-11-23T09:00 in the
// calendar's zone, with seconds if need be, or RFC 3339.
func parseMoment(s string, loc *time.Location) (time.Time, error) {
	for _, form := range [...]string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(form, s, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a moment; write it like 2026-11-23T09:00", s)
}

// NewOverride makes an override from moments, to be kept and given to
// [Rota.WithOverrides]. It says the same in every zone.
func NewOverride(rotation, member string, from, to time.Time) Override {
	return Override{Rotation: rotation, Member: member, From: from.Format(time.RFC3339), To: to.Format(time.RFC3339)}
}
