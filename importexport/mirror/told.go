package mirror

import (
	"context"
	"errors"
	"sync"
	"time"

	"calipso/graph"
)

// Phase is what a mirror is at.
type Phase string

// The phases of a mirror.
const (
	Stopped     Phase = "stopped"     // no Run is running
	Connecting  Phase = "connecting"  // looking at what is there
	Copying     Phase = "copying"     // writing, or comparing, everything
	Following   Phase = "following"   // writing what changes
	InStep      Phase = "in step"     // every commit is there
	Unreachable Phase = "unreachable" // the last try failed; the next one is under way or to come
	Refused     Phase = "refused"     // the MongoDB holds what is not ours
)

// Phases are all there are.
func Phases() []Phase {
	return []Phase{Stopped, Connecting, Copying, Following, InStep, Unreachable, Refused}
}

// Status is how far a mirror is.
type Status struct {
	Sink  string // where it writes to, without passwords
	Phase Phase
	// Commits is how many commits are not there yet, of the environments that
	// are copied; at most maxCounted of each.
	Commits int
	// Lag is how old the oldest commit is that is not there yet.
	Lag          time.Duration
	Environments []Position
	// Written, Removed and Bytes count documents since the start.
	Written, Removed, Bytes int64
	// Synced is when everything was there last; zero: not since the start.
	Synced time.Time
	// Err is why the last try failed, and Failed when; nil: it did not.
	Err    error
	Failed time.Time
	// Failures counts tries that failed since the start.
	Failures int64
}

// Position is how far one environment is.
type Position struct {
	Env graph.EnvID // empty: documents of no environment
	// At is the commit that is there; Now: it is being copied.
	At graph.Time
	// Last is the store's last commit.
	Last graph.Time
	// Commits is how many are missing, of a copied one.
	Commits int
	// Lag is how old the oldest missing commit is.
	Lag time.Duration
}

// maxCounted bounds the commits that Status counts in one environment.
const maxCounted = 10_000

// told is what Status tells, written by Run.
type told struct {
	sync.Mutex
	sink     string
	phase    Phase
	rooms    []Room
	synced   time.Time
	err      error
	failed   time.Time
	failures int64
}

func (t *told) init(sink string) { t.sink, t.phase = sink, Stopped }

func (t *told) running(is bool) {
	t.Lock()
	defer t.Unlock()
	t.phase = Stopped
	if is {
		t.phase = Connecting
	}
}

func (t *told) doing(p Phase) {
	t.Lock()
	defer t.Unlock()
	t.phase = p
}

// at tells how far each environment is.
func (t *told) at(s *State) {
	t.Lock()
	defer t.Unlock()
	t.rooms = append(t.rooms[:0], s.Rooms...)
}

// passed tells how a pass ended.
func (t *told) passed(m *Mirror, err error) {
	if m.state != nil {
		t.at(m.state)
	}
	t.Lock()
	defer t.Unlock()
	t.err = err
	switch {
	case err == nil:
		t.phase, t.synced, t.failed = InStep, time.Now(), time.Time{}
		return
	case errors.Is(err, ErrForeign):
		t.phase = Refused
	default:
		t.phase = Unreachable
	}
	t.failed = time.Now()
	t.failures++
}

// Status tells how far the mirror is. It asks the store; the MongoDB only if no
// Run is running, which would know.
//
// Errors: those of the store.
func (m *Mirror) Status(ctx context.Context) (*Status, error) {
	m.told.Lock()
	s := &Status{
		Sink: m.told.sink, Phase: m.told.phase, Synced: m.told.synced, Err: m.told.err, Failed: m.told.failed, Failures: m.told.failures,
		Written: m.counts.written.Load(), Removed: m.counts.removed.Load(), Bytes: m.counts.bytes.Load(),
	}
	rooms := append([]Room{}, m.told.rooms...)
	m.told.Unlock()
	if s.Phase == Stopped {
		state, err := m.sink.State(ctx)
		if err != nil {
			s.Err, s.Failed = err, time.Now()
		}
		if state != nil {
			rooms = state.Rooms
		}
	}
	for _, r := range rooms {
		p := Position{Env: r.Env, At: r.At, Last: m.src.Last(r.Env)}
		if p.At != graph.Now && p.At < p.Last {
			if err := m.behind(ctx, &p); err != nil {
				return nil, err
			}
		}
		s.Commits += p.Commits
		s.Lag = max(s.Lag, p.Lag)
		s.Environments = append(s.Environments, p)
	}
	return s, nil
}

// behind counts the commits that are not there yet.
func (m *Mirror) behind(ctx context.Context, p *Position) error {
	for c, err := range m.src.CommitHeads(ctx, p.Env, p.At) {
		if errors.Is(err, graph.ErrRetired) || errors.Is(err, graph.ErrNotFound) {
			break // it will be compared, or removed
		}
		if err != nil {
			return err
		}
		if p.Commits == 0 {
			p.Lag = max(0, time.Since(c.Time.Std()))
		}
		if p.Commits++; p.Commits == maxCounted {
			break
		}
	}
	return nil
}

func notFound(err error) bool { return errors.Is(err, graph.ErrNotFound) }
