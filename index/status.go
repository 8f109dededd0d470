package index

import (
	"context"
	"errors"
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
	// Done and ToDo are the objects written of those that one environment, being
	// read whole, or its latest commits have; both 0 between passes. What was
	// deleted is not known before: Done may grow beyond ToDo.
	Done, ToDo int64
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
	piece    piece
}

// piece is what a pass is at: an environment, or some of its commits.
type piece struct {
	env     graph.EnvID // empty: nothing
	objects int64       // 0: all there are
	done    int64
}

// beginsPiece tells what the objects counted from now on belong to.
func (x *Index) beginsPiece(env graph.EnvID, objects int) {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.piece = piece{env: env, objects: int64(objects)}
}

func (x *Index) count(n int64) {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.objects += n
	x.at.piece.done += n
}

func (x *Index) passBegins() {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.from, x.at.began, x.at.took = x.at.objects, time.Now(), 0
}

func (x *Index) passEnds(err error) {
	x.at.Lock()
	defer x.at.Unlock()
	x.at.took, x.at.err, x.at.piece = time.Since(x.at.began), err, piece{}
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
	if p.piece.env != "" {
		s.Done, s.ToDo = p.piece.done, p.piece.objects
		if s.ToDo == 0 {
			n, err := x.src.Objects(ctx, p.piece.env)
			if err != nil && !errors.Is(err, graph.ErrNotFound) {
				return Status{}, fmt.Errorf("index: status: %w", err)
			}
			s.ToDo = int64(n)
		}
	}
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
