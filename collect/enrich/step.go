package enrich

import (
	"cmp"
	"context"
	"slices"

	"calipso/graph"
)

// Step is one join. Run changes vertices of the draft in place, may add or
// delete some, and says what it missed.
type Step struct {
	Name string
	Run  func(env *graph.Environment, g *graph.Draft) []Finding
}

// Level is the weight of a finding, in the words of the scan's messages.
type Level string

// The levels that steps and link finders use.
const (
	Info Level = "info"
	Warn Level = "warn"
)

// Finding is something worth telling the operator: a counterpart that is
// missing, a name that had to be guessed. The scan turns it into a message.
type Finding struct {
	Level  Level
	Object graph.ID // the vertex it is about; empty: the environment
	Text   string   // one sentence, lower case, without a full stop
}

// Run runs all steps over the draft and returns their findings in the order of
// steps, then of objects. It stops between two steps when ctx ends.
func Run(ctx context.Context, env *graph.Environment, g *graph.Draft) ([]Finding, error) {
	var all []Finding
	for _, s := range Steps {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		found := s.Run(env, g)
		slices.SortStableFunc(found, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Text, b.Text))
		})
		all = append(all, found...)
	}
	return all, nil
}
