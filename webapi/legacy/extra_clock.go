package legacy

import "time"

// clockOf tells a time zone as old clients know it: its name now, and how far it
// is from UTC. West of it both numbers are negative.
func clockOf(zone *time.Location, now time.Time) map[string]any {
	name, offset := now.In(zone).Zone()
	return map[string]any{"tz_name": name, "utc_offset": map[string]any{"hours": offset / 3600, "minutes": offset % 3600 / 60}}
}

// clockIn tells the time zone that an environment says it is in; that of this
// server's clock if it says none, or none that is known here.
func clockIn(name string, now time.Time) map[string]any {
	zone, err := time.LoadLocation(name)
	if name == "" || err != nil {
		zone = now.Location()
	}
	return clockOf(zone, now)
}
