package graph

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
)

// horizon says what an environment still knows of its past. It never changes;
// the next one takes its place, on disk before anything is forgotten.
type horizon struct {
	_ struct{} `cbor:",toarray"`
	// Since is the time of a commit: from it on everything is there.
	Since Time
	// Kept are the times before that can be read, ascending and apart. The first
	// one begins at 0 and ends with the first commit of all.
	Kept []span
	// Todo are the stretches between kept times of which it is not certain that
	// they are thinned: (From, Until].
	Todo []span
}

// span is a stretch of time: [From, Until), during which the commit at From was
// shown, unless said otherwise.
type span struct {
	_           struct{} `cbor:",toarray"`
	From, Until Time
}

func (h *horizon) encode() ([]byte, error) {
	b, err := encodeBody.Marshal(h)
	return append([]byte{formatVersion}, b...), err
}

func decodeHorizon(b []byte) (*horizon, error) {
	if len(b) == 0 || b[0] != formatVersion {
		return nil, corrupt(fmt.Errorf("horizon has an unknown format"))
	}
	h := new(horizon)
	if err := decodeBody.Unmarshal(b[1:], h); err != nil {
		return nil, corrupt(err)
	}
	if len(h.Kept) == 0 {
		return nil, corrupt(fmt.Errorf("horizon without a beginning"))
	}
	return h, nil
}

// readHorizon is an environment's; nil if nothing was ever retired.
func (r records) readHorizon(ctx context.Context) (*horizon, error) {
	found, err := r.GetMany(ctx, [][]byte{r.room.kind(kindHorizon)})
	if err != nil || found[0] == nil {
		return nil, err
	}
	return decodeHorizon(found[0])
}

// at is the kept stretch that a time before Since lies in.
func (h *horizon) at(t Time) (span, bool) {
	i, found := slices.BinarySearchFunc(h.Kept, t, func(s span, t Time) int { return cmp.Compare(s.From, t) })
	if !found {
		i--
	}
	if i < 0 || t >= h.Kept[i].Until {
		return span{}, false
	}
	return h.Kept[i], true
}

// check tells whether a time can be read.
func (h *horizon) check(env EnvID, t Time) error {
	if h == nil || t >= h.Since {
		return nil
	}
	if _, ok := h.at(t); ok {
		return nil
	}
	return h.retired(env, t)
}

// checkLog tells whether the log after a time is whole.
func (h *horizon) checkLog(env EnvID, after Time) error {
	if h == nil || after >= h.Since-1 {
		return nil
	}
	return h.retired(env, after)
}

// retired describes what is known around a time.
func (h *horizon) retired(env EnvID, t Time) *RetiredError {
	e := &RetiredError{Env: env, At: t, Since: h.Since, Oldest: h.Since}
	for _, s := range h.Kept[1:] {
		e.Oldest = min(e.Oldest, s.From)
		if s.From <= t {
			e.Before = s.From
		} else if e.After == 0 {
			e.After = s.From
		}
	}
	return e
}

// first is the time of the environment's first commit.
func (h *horizon) first() Time { return h.Kept[0].Until }

// points are the commits that stay readable, 0 first.
func (h *horizon) points() []Time {
	out := make([]Time, 0, len(h.Kept)+1)
	for _, s := range h.Kept {
		out = append(out, s.From)
	}
	return append(out, h.Since)
}

func (h *horizon) equal(o *horizon) bool {
	a, errA := (&horizon{Since: h.Since, Kept: h.Kept}).encode()
	b, errB := (&horizon{Since: o.Since, Kept: o.Kept}).encode()
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// stretches lists what has to be thinned so that h holds where old, nil if
// there is none, held before: the gaps between kept times into which something
// falls that was kept so far.
func (h *horizon) stretches(old *horizon) []span {
	var out []span
	points := h.points()
	for i, to := range points[1:] {
		s := span{From: points[i], Until: to}
		if old == nil || to >= old.Since && h.Since > old.Since || old.within(s) {
			out = append(out, s)
		}
	}
	return out
}

// within tells whether a kept time, or something to be thinned, lies inside.
func (h *horizon) within(s span) bool {
	return slices.ContainsFunc(h.points(), func(p Time) bool { return s.From < p && p < s.Until }) ||
		slices.ContainsFunc(h.Todo, func(t span) bool { return t.From < s.Until && t.Until > s.From })
}

// RetiredError is an ErrRetired that tells what can be read instead.
type RetiredError struct {
	Env EnvID
	At  Time // that was asked for
	// Since is from when on everything is kept, Oldest the oldest time that can
	// be read.
	Since, Oldest Time
	// Before and After are the nearest kept times earlier than Since; Now if
	// there is none.
	Before, After Time
}

func (e *RetiredError) Error() string {
	text := fmt.Sprintf("%s: everything is kept since %s", ErrRetired, e.Since)
	if e.Oldest == e.Since {
		return text + ", which is the oldest time that can be read"
	}
	text += fmt.Sprintf("; the oldest time that can be read is %s", e.Oldest)
	switch {
	case e.Before != Now && e.After != Now:
		return text + fmt.Sprintf(", the nearest ones are %s and %s", e.Before, e.After)
	case e.Before != Now:
		return text + fmt.Sprintf(", the nearest one before is %s", e.Before)
	case e.After != Now:
		return text + fmt.Sprintf(", the nearest one is %s", e.After)
	}
	return text
}

// Unwrap makes it an ErrRetired.
func (e *RetiredError) Unwrap() error { return ErrRetired }
