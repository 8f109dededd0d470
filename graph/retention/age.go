package retention

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Age is how long something is kept; 0 is for ever.
type Age time.Duration

// Forever keeps.
const Forever Age = 0

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// Days makes an age.
func Days(n int) Age { return Age(time.Duration(n) * day) }

// Weeks makes an age.
func Weeks(n int) Age { return Age(time.Duration(n) * week) }

// maxAge is as far as times reach.
const maxAge = 100 * 365 * day

// ParseAge reads minutes ("10m"), hours ("36h"), days ("90d"), weeks ("26w"), or
// "forever".
func ParseAge(text string) (Age, error) {
	if text == "forever" || text == "0" {
		return Forever, nil
	}
	for unit, length := range map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": day, "w": week} {
		number, ok := strings.CutSuffix(text, unit)
		if !ok {
			continue
		}
		if n, err := strconv.ParseUint(number, 10, 32); err == nil && n > 0 && n <= uint64(maxAge/length) {
			return Age(time.Duration(n) * length), nil
		}
	}
	return 0, fmt.Errorf(`%q is no age; give minutes (10m), hours (36h), days (90d), weeks (26w), at least a minute and at most 100 years, or "forever"`, text)
}

// String is what ParseAge reads.
func (a Age) String() string {
	d := time.Duration(a)
	switch {
	case a == Forever:
		return "forever"
	case d%week == 0:
		return fmt.Sprintf("%dw", d/week)
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}

// MarshalText implements encoding.TextMarshaler.
func (a Age) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *Age) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAge(string(b))
	return err
}

// past tells whether a time is that long ago.
func (a Age) past(t, now time.Time) bool {
	return a != Forever && now.Sub(t) > time.Duration(a)
}
