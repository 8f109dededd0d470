package schedule

import "time"

// wallOf is what the clock on the wall shows, as a time in UTC: calendar
// arithmetic knows no daylight saving.
func wallOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instant is when the clock on the wall shows a time: the first moment of two
// if it is set back, and as much later as it is set forward if it skips the
// time (02:30 becomes 03:30).
func instant(wall time.Time, zone *time.Location) time.Time {
	at := func(near time.Duration) time.Time {
		_, offset := wall.Add(near).In(zone).Zone()
		return wall.Add(-time.Duration(offset) * time.Second)
	}
	before, later := at(-24*time.Hour), at(24*time.Hour)
	if !wallOf(before.In(zone)).Equal(wall) && wallOf(later.In(zone)).Equal(wall) {
		return later.UTC()
	}
	return before.UTC()
}
