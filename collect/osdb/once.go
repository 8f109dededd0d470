package osdb

import "context"

// once computes a value for all who ask; after an error the next one tries
// again.
type once[T any] struct {
	turn  chan struct{} // whoever takes its one token owns done and value
	done  bool
	value T
}

func newOnce[T any]() *once[T] {
	o := &once[T]{turn: make(chan struct{}, 1)}
	o.turn <- struct{}{}
	return o
}

// get returns the value, made by load. What it returns is shared.
func (o *once[T]) get(ctx context.Context, load func(context.Context) (T, error)) (T, error) {
	var none T
	select {
	case <-o.turn:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	defer func() { o.turn <- struct{}{} }()
	if o.done {
		return o.value, nil
	}
	v, err := load(ctx)
	if err != nil {
		return none, err
	}
	o.done, o.value = true, v
	return v, nil
}
