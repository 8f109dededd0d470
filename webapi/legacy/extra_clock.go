package legacy

import "time"

// clockOf tells a time zone as old clients know it: its name now, and how far it
// is from UTC. West of it both numbers are negative.
func clockOf(zone *time.Location, now time.Time) map[string]any {
	name, offset := now.In(zone).Zone()
	return map[string]any{"tz_name": name, "utc_offset": map[string]any{"hours": offset / 3600, "minutes": offset % 3600 / 60}}
}

// zoneNamed is the zone that an environment says it is in; the server's own if
// it says none, or none that is known here.
func zoneNamed(name string) *time.Location {
	if name == "" {
		return time.Local
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.Local
	}
	return zone
}
