package index

import (
	"context"
	"fmt"
	"time"

	"calipso/graph"
)

// Status tells how far the index follows the store.
type Status struct {
	// Objects written since the index was opened, and how many a second in
	// the pass that is under way or was the last one.
	Objects int64
	Rate    float64
	// Behind are the environments with commits that the index does not hold
	// yet, and Lag the time since it last held them all; both 0 if it does.
	Behind int
	Lag    time.Duration
	// Err is why the last attempt went wrong; nil if it did not.
	Err error
}

// progress is what Run counts for Status.
type progress struct {
	objects  int64
	from     int64     // objects when the pass began
	began    time.Time // the pass
	took     time.Duration
	complete time.Time // when nothing was left the last time
	err      error
}

func (x *Index) count(n int64) {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.objects += n
}

func (x *Index) passBegins() {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.from, x.at.began, x.at.took = x.at.objects, time.Now(), 0
}

func (x *Index) passEnds(err error) {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.took, x.at.err = time.Since(x.at.began), err
	if err == nil {
		x.at.complete = x.at.began
	}
}

// Status reads how far Run has come.
//
// Errors: those of the source.
func (x *Index) Status(ctx context.Context) (Status, error) {
	envs, err := x.src.EnvIDs(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("index: status: %w", err)
	}
	x.at.Lock()
	p := x.at.progress
	x.at.Unlock()
	s := Status{Objects: p.objects, Err: p.err}
	took := p.took
	if took == 0 && !p.began.IsZero() {
		took = time.Since(p.began)
	}
	if took > 0 {
		s.Rate = float64(p.objects-p.from) / took.Seconds()
	}
	for _, env := range envs {
		var position graph.Time
		err := x.use(func(e *engine) (err error) {
			position, err = e.position(env)
			return err
		})
		if err != nil || position != x.src.Last(env) {
			s.Behind++
		}
	}
	if s.Behind > 0 && !p.complete.IsZero() {
		s.Lag = time.Since(p.complete)
	}
	return s, nil
}
