package graph

import (
	"fmt"
	"time"
)

// Time is a moment in UTC nanoseconds since 1970. Commit times increase
// strictly inside a store, also when the clock steps back.
type Time int64

// Now asks for the last commit, whichever it is.
const Now Time = 0

// TimeOf converts a time.Time.
func TimeOf(t time.Time) Time { return Time(t.UnixNano()) }

// Std converts to time.Time in UTC; Now gives the zero time.
func (t Time) Std() time.Time {
	if t == Now {
		return time.Time{}
	}
	return time.Unix(0, int64(t)).UTC()
}

// String is RFC 3339 with nanoseconds, or "now".
func (t Time) String() string {
	if t == Now {
		return "now"
	}
	return t.Std().Format(time.RFC3339Nano)
}

// MarshalText gives RFC 3339.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads RFC 3339 or "now".
func (t *Time) UnmarshalText(b []byte) error {
	v, err := ParseTime(string(b))
	*t = v
	return err
}

// ParseTime reads RFC 3339 ("2026-03-01T12:00:00Z", fraction optional), a bare
// date ("2026-03-01", its start in UTC), "now" or nothing (both Now). Times
// that a Time cannot hold become the first or last one that is not Now.
func ParseTime(text string) (Time, error) {
	if text == "" || text == "now" {
		return Now, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			switch {
			case t.Before(time.Unix(0, 1)):
				return 1, nil
			case t.After(maxTime.Std()):
				return maxTime, nil
			}
			return TimeOf(t), nil
		}
	}
	return Now, fmt.Errorf("graph: time %q is neither RFC 3339 (2026-03-01T12:00:00Z) nor a date (2026-03-01)", text)
}
