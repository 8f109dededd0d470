package auth

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle slows down guessing. Three limits apply to a log-in: on the address
// (many users from one place), on the address and the user together (strict),
// and on the user (one user from many places; generous, lest a stranger locks
// somebody out, and not at all from where the user has signed in before). A
// log-in that succeeds costs nothing.
type throttle struct {
	mu struct {
		sync.Mutex
		byKey map[string]*list.Element
		order *list.List // of *limit, most recently used first
	}
	max int // limits remembered
}

type limit struct {
	key  string
	lim  *rate.Limiter
	good bool // guarded by throttle.mu: of an address and user, that he has signed in from there
}

func newThrottle(max int) *throttle {
	t := &throttle{max: max}
	t.mu.byKey, t.mu.order = map[string]*list.Element{}, list.New()
	return t
}

// mostNameBytes is how much of a name is looked at: names are shorter.
const mostNameBytes = 128

// attempt books one log-in. If wait is 0 it may go ahead, and done is told
// whether it was no guess (it succeeded, or was not looked at): then the booking
// is given back. Else it has to wait that long.
//
// The address comes first: what it is refused makes no room for limits of its
// own, so that nobody pushes out those of others by making up names.
func (t *throttle) attempt(now time.Time, user, addr string) (done func(success bool), wait time.Duration) {
	user, addr = user[:min(mostNameBytes, len(user))], place(addr)
	var booked []*rate.Reservation
	refund := func() {
		for _, r := range booked {
			r.CancelAt(now) // at the very time it was made for, so that it counts as unused
		}
	}
	book := func(l *limit) bool {
		r := l.lim.ReserveN(now, 1)
		booked = append(booked, r)
		wait = max(wait, r.DelayFrom(now))
		return wait == 0
	}
	if !book(t.limit("addr\x00"+addr, rate.Every(2*time.Second), 30)) {
		refund()
		return nil, wait
	}
	both := t.limit("both\x00"+user+"\x00"+addr, rate.Every(10*time.Second), 5)
	book(both)
	if !t.isGood(both) {
		book(t.limit("user\x00"+user, rate.Every(2*time.Second), 50))
	}
	if wait > 0 {
		refund()
		return nil, wait
	}
	return func(success bool) {
		refund()
		if success {
			t.setGood(both)
		}
	}, 0
}

// place is what counts as one address: of IPv6 a whole /64, which is what one
// customer has at least.
func place(addr string) string {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return addr
	}
	return p.String()
}

func (t *throttle) isGood(l *limit) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return l.good
}

func (t *throttle) setGood(l *limit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l.good = true
}

// limit finds the limit of a key or makes it, and forgets the one unused for
// longest when there are too many.
func (t *throttle) limit(key string, every rate.Limit, burst int) *limit {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.mu.byKey[key]; ok {
		t.mu.order.MoveToFront(e)
		return e.Value.(*limit)
	}
	l := &limit{key: key, lim: rate.NewLimiter(every, burst)}
	t.mu.byKey[key] = t.mu.order.PushFront(l)
	if t.mu.order.Len() > t.max {
		last := t.mu.order.Back()
		delete(t.mu.byKey, last.Value.(*limit).key)
		t.mu.order.Remove(last)
	}
	return l
}
