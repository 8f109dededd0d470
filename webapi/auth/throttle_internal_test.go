package auth

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// guess makes attempts that fail until one has to wait, and counts them.
func guess(t *throttle, now time.Time, user, addr string, most int) (n int) {
	for ; n < most; n++ {
		if _, wait := t.attempt(now, user, addr); wait > 0 {
			return n
		}
	}
	return n
}

func TestThrottleLimits(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	many := func(f func(i int) (user, addr string)) int {
		th := newThrottle(1000)
		for i := range 200 {
			if user, addr := f(i); guess(th, now, user, addr, 1) == 0 {
				return i
			}
		}
		return 200
	}
	for _, c := range []struct {
		name string
		of   func(i int) (user, addr string)
		want int
	}{
		{"one user, one address", func(int) (string, string) { return "olga", "192.0.2.1" }, 5},
		{"many users, one address", func(i int) (string, string) { return fmt.Sprint("u", i), "192.0.2.1" }, 30},
		{"one user, many addresses", func(i int) (string, string) { return "olga", fmt.Sprint("192.0.2.", i) }, 50},
		{"many users, one IPv6 network", func(i int) (string, string) { return fmt.Sprint("u", i), fmt.Sprintf("2001:db8::%x", i+1) }, 30},
		{"many users, many IPv6 networks", func(i int) (string, string) { return fmt.Sprint("u", i), fmt.Sprintf("2001:db8:0:%x::1", i+1) }, 200},
		{"one address in two spellings", func(i int) (string, string) {
			return "olga", []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2]
		}, 5},
		{"names too long to be any", func(i int) (string, string) { return strings.Repeat("x", 1000+i), "192.0.2.1" }, 5},
	} {
		if got := many(c.of); got != c.want {
			t.Errorf("%s: %d attempts, want %d", c.name, got, c.want)
		}
	}
}

// Strangers who guess a user's password everywhere do not keep him out from
// where he has signed in before.
func TestThrottleLeavesGoodPlaces(t *testing.T) {
	th := newThrottle(1000)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	done, wait := th.attempt(now, "olga", "home")
	if wait > 0 {
		t.Fatal(wait)
	}
	done(true)
	for i := range 100 {
		guess(th, now, "olga", fmt.Sprint("evil", i), 1)
	}
	if n := guess(th, now, "olga", "elsewhere", 1); n != 0 {
		t.Error("the limit on the user does not hold")
	}
	if n := guess(th, now, "olga", "home", 10); n != 5 {
		t.Errorf("%d attempts from home", n)
	}
}

// An address that is refused cannot push out what is remembered of others.
func TestThrottleKeepsWhatItKnows(t *testing.T) {
	th := newThrottle(100)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	guess(th, now, "olga", "evil", 10)
	for i := range 1000 {
		guess(th, now, fmt.Sprint("made up ", i), "flood", 1)
	}
	if n := guess(th, now, "olga", "evil", 10); n != 0 {
		t.Errorf("%d more attempts", n)
	}
}
