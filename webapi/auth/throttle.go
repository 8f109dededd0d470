package auth

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle slows down guessing. Three limits apply to a log-in: on the address
// and the user together (strict), on the address (many users from one place),
// and on the user (one user from many places; generous, lest a stranger locks
// somebody out). A log-in that succeeds costs nothing.
type throttle struct {
	mu struct {
		sync.Mutex
		byKey map[string]*list.Element
		order *list.List // of *limit, most recently used first
	}
	max int // limits remembered
}

type limit struct {
	key string
	lim *rate.Limiter
}

func newThrottle(max int) *throttle {
	t := &throttle{max: max}
	t.mu.byKey, t.mu.order = map[string]*list.Element{}, list.New()
	return t
}

// attempt books one log-in. If wait is 0 it may go ahead, and refund gives the
// booking back once it has succeeded; else it has to wait that long.
func (t *throttle) attempt(now time.Time, user, addr string) (refund func(), wait time.Duration) {
	limits := []*rate.Limiter{
		t.limiter("both\x00"+user+"\x00"+addr, rate.Every(10*time.Second), 5),
		t.limiter("addr\x00"+addr, rate.Every(2*time.Second), 30),
		t.limiter("user\x00"+user, rate.Every(2*time.Second), 50),
	}
	var booked []*rate.Reservation
	refund = func() {
		for _, r := range booked {
			r.CancelAt(now) // at the very time it was made for, so that it counts as unused
		}
	}
	for _, l := range limits {
		r := l.ReserveN(now, 1)
		booked = append(booked, r)
		wait = max(wait, r.DelayFrom(now))
	}
	if wait > 0 {
		refund()
	}
	return refund, wait
}

// limiter finds the limiter of a key or makes it, and forgets the one unused
// for longest when there are too many.
func (t *throttle) limiter(key string, every rate.Limit, burst int) *rate.Limiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.mu.byKey[key]; ok {
		t.mu.order.MoveToFront(e)
		return e.Value.(*limit).lim
	}
	l := &limit{key: key, lim: rate.NewLimiter(every, burst)}
	t.mu.byKey[key] = t.mu.order.PushFront(l)
	if t.mu.order.Len() > t.max {
		last := t.mu.order.Back()
		delete(t.mu.byKey, last.Value.(*limit).key)
		t.mu.order.Remove(last)
	}
	return l.lim
}
