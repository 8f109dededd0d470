package webapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"calipso/graph"
)

// event is one thing that happened, as streams tell it.
type event struct {
	seq  uint64 // from 1, without gaps
	kind string // change, scan, message
	env  graph.EnvID
	data []byte // JSON
}

// ring remembers the last events. Streams read it at their own pace, each from
// where it is; nothing is queued per stream, so a slow one costs nothing, and
// one that fell out of the ring is told so.
type ring struct {
	boot string // tells the events of this process from those of another
	mu   struct {
		sync.Mutex
		events  []event // a circle: event seq is at seq % len
		last    uint64
		changed chan struct{} // closed at the next event
	}
}

func newRing(boot string, size int) *ring {
	r := &ring{boot: boot}
	r.mu.events = make([]event, size)
	r.mu.changed = make(chan struct{})
	return r
}

// publish adds an event and wakes the streams.
func (r *ring) publish(kind string, env graph.EnvID, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("webapi: event %s of %q: %w", kind, env, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.last++
	r.mu.events[r.mu.last%uint64(len(r.mu.events))] = event{r.mu.last, kind, env, b}
	close(r.mu.changed)
	r.mu.changed = make(chan struct{})
	return nil
}

// after lists the events that follow seq, oldest first; lost tells that some of
// them are gone already. The channel is closed when there are more.
func (r *ring) after(seq uint64) (events []event, lost bool, more <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	oldest := uint64(1)
	if n := uint64(len(r.mu.events)); r.mu.last > n {
		oldest = r.mu.last - n + 1
	}
	if seq+1 < oldest {
		lost, seq = true, oldest-1
	}
	for s := seq + 1; s <= r.mu.last; s++ {
		events = append(events, r.mu.events[s%uint64(len(r.mu.events))])
	}
	return events, lost, r.mu.changed
}

// last is the number of the newest event.
func (r *ring) last() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mu.last
}

// id is what a client gives back to resume after event seq.
func (r *ring) id(seq uint64) string { return r.boot + "-" + strconv.FormatUint(seq, 10) }

// parseID reads an id; ok is false if it is none of this process's.
func (r *ring) parseID(id string) (seq uint64, ok bool) {
	boot, num, found := strings.Cut(id, "-")
	if !found || boot != r.boot {
		return 0, false
	}
	seq, err := strconv.ParseUint(num, 10, 64)
	return seq, err == nil && seq <= r.last()
}
