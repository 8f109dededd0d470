package schedule

import "time"

// Recurrence is how often a scan is made, by the calendar of its time zone.
type Recurrence string

// The recurrences of collection scheduled_scans.
const (
	Once    Recurrence = "ONCE"
	Hourly  Recurrence = "HOURLY"
	Daily   Recurrence = "DAILY"
	Weekly  Recurrence = "WEEKLY"
	Monthly Recurrence = "MONTHLY"
	Yearly  Recurrence = "YEARLY"
)

// Recurrences lists all, the rarest last.
func Recurrences() []Recurrence { return []Recurrence{Once, Hourly, Daily, Weekly, Monthly, Yearly} }

// next is the first run later than a time, counted from the first one: that of
// the 31st is on the last day of shorter months, and on the 31st again after.
// Zero: there is none. Hours are 60 minutes; longer steps keep the wall clock.
func (r Recurrence) next(first, after time.Time, zone *time.Location) time.Time {
	if first.After(after) {
		return first
	}
	wall, now := wallOf(first.In(zone)), wallOf(after.In(zone))
	days := int(now.Sub(wall) / (24 * time.Hour))
	months := 12*(now.Year()-wall.Year()) + int(now.Month()) - int(wall.Month())
	switch r {
	case Hourly:
		return first.Add((after.Sub(first)/time.Hour + 1) * time.Hour)
	case Daily:
		return firstLater(after, days-1, func(n int) time.Time { return instant(wall.AddDate(0, 0, n), zone) })
	case Weekly:
		return firstLater(after, days/7-1, func(n int) time.Time { return instant(wall.AddDate(0, 0, 7*n), zone) })
	case Monthly:
		return firstLater(after, months-1, func(n int) time.Time { return instant(addMonths(wall, n), zone) })
	case Yearly:
		return firstLater(after, months/12-1, func(n int) time.Time { return instant(addMonths(wall, 12*n), zone) })
	}
	return time.Time{}
}

func firstLater(after time.Time, n int, run func(int) time.Time) time.Time {
	for n = max(n, 1); ; n++ {
		if t := run(n); t.After(after) {
			return t
		}
	}
}

// addMonths keeps the day, or takes the last of a month too short for it.
func addMonths(t time.Time, n int) time.Time {
	begin := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	last := begin.AddDate(0, 1, -1).Day()
	return begin.AddDate(0, 0, min(t.Day(), last)-1)
}
