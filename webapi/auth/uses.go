package auth

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"calipso/graph"
)

// uses remembers when tokens were last used. It is written down by Sweep, not
// with each request: a commit for each would cost more than the answer.
type uses struct {
	mu struct {
		sync.Mutex
		at map[string]*atomic.Int64 // Unix seconds, by id of the token
	}
}

func newUses() *uses {
	u := &uses{}
	u.mu.at = map[string]*atomic.Int64{}
	return u
}

// of is where the last use of a token is kept.
func (u *uses) of(t *Token) *atomic.Int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	at, ok := u.mu.at[t.ID]
	if !ok {
		at = new(atomic.Int64)
		if !t.Used.IsZero() {
			at.Store(t.Used.Unix())
		}
		u.mu.at[t.ID] = at
	}
	return at
}

// last is when a token was last used, as far as is known.
func (u *uses) last(t *Token) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	if at, ok := u.mu.at[t.ID]; ok && at.Load() > t.Used.Unix() {
		return time.Unix(at.Load(), 0).UTC()
	}
	return t.Used
}

// forget drops what is known of tokens that are not there any more.
func (u *uses) forget(there map[string]bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id := range u.mu.at {
		if !there[id] {
			delete(u.mu.at, id)
		}
	}
}

// worthNoting is how much later than written down a use must be.
const worthNoting = 5 * time.Minute

// mostTokens is how many sessions and tokens a user may have; Sweep ends the
// ones made first.
const mostTokens = 1000

// Sweep deletes what has expired, says how many there were, and writes down when
// the others were last used.
func (a *Accounts) Sweep(ctx context.Context) (int, error) {
	a.writing.Lock() // so that no token comes back that is revoked meanwhile
	defer a.writing.Unlock()
	var old []graph.DocKey
	var used []*graph.Document
	there, mine := map[string]bool{}, map[string][]*Token{}
	for d, err := range a.store.Documents(ctx, graph.Tokens) {
		if err != nil {
			return 0, fmt.Errorf("auth: tokens: %w", err)
		}
		t := tokenOf(d)
		if !a.opt.Clock().Before(t.Expires) {
			old = append(old, d.DocKey)
			continue
		}
		there[t.ID], mine[t.User] = true, append(mine[t.User], t)
		if last := a.uses.last(t); last.Sub(t.Used) >= worthNoting {
			t.Used = last
			used = append(used, t.document())
		}
	}
	for _, tokens := range mine {
		if len(tokens) <= mostTokens {
			continue
		}
		slices.SortFunc(tokens, func(a, b *Token) int { return b.Issued.Compare(a.Issued) })
		for _, t := range tokens[mostTokens:] {
			there[t.ID] = false
			old = append(old, t.document().DocKey)
		}
	}
	used = slices.DeleteFunc(used, func(d *graph.Document) bool { return !there[d.ID] })
	a.uses.forget(there)
	if len(old)+len(used) == 0 {
		return 0, nil
	}
	if err := a.store.Write(ctx, "", used, old); err != nil {
		return 0, fmt.Errorf("auth: expired tokens: %w", err)
	}
	return len(old), nil
}
