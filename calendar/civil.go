package calendar

import "time"

// CivilEnd is the end of a period of whole days as the Civil Code counts it
// (arts. 201 and 203): the starting day does not count, the last day ends at
// 24:00. It returns the midnight after the last day: from 1 July 10:30, 15 days
// end at 17 July 00:00.
func CivilEnd(start time.Time, wholeDays int, loc *time.Location) time.Time {
	return dateOf(start.In(loc)).add(wholeDays).at(endOfDay, loc)
}

// CivilEnd is [CivilEnd] in the calendar's zone.
func (c *Calendar) CivilEnd(start time.Time, wholeDays int) time.Time {
	return CivilEnd(start, wholeDays, c.loc)
}

// End is the end of a period: counted in civil days if civil is set and it is
// whole days, else exactly start + d (service.count).
func (c *Calendar) End(start time.Time, d time.Duration, civil bool) time.Time {
	const day = 24 * time.Hour
	if civil && d%day == 0 {
		return c.CivilEnd(start, int(d/day))
	}
	return start.Add(d).In(c.loc)
}
