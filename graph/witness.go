package graph

import "context"

type witnessKey struct{}

// WithWitness has f told of every commit that is made with the context, or one
// made from it, once it is on disk: by Commit, Load and RemoveEnv, before they
// return. It says who brought about what, where the cause says on whose behalf.
//
// f is called in the goroutine that commits; it must not write.
func WithWitness(ctx context.Context, f func(*Commit)) context.Context {
	return context.WithValue(ctx, witnessKey{}, f)
}

// witness tells of a commit who wants to know.
func witness(ctx context.Context, c *Commit) {
	if f, ok := ctx.Value(witnessKey{}).(func(*Commit)); ok && !c.Empty() {
		f(c)
	}
}
