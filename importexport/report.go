package importexport

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
)

// What became of a document.
type Outcome string

// The outcomes of reading a document.
const (
	Taken   Outcome = "taken"   // it is in the store now
	Mapped  Outcome = "mapped"  // taken, after something was brought into today's form
	Skipped Outcome = "skipped" // not taken
)

// Tally counts the documents of one collection with one outcome for one
// reason.
type Tally struct {
	Collection string
	Outcome    Outcome
	Reason     string // empty for what was taken as it is
	Count      int64
	Example    string // the place of the first
}

func (t Tally) String() string {
	s := fmt.Sprintf("%s: %d %s", t.Collection, t.Count, t.Outcome)
	if t.Reason != "" {
		s += ", " + t.Reason + " (first: " + t.Example + ")"
	}
	return s
}

// Report is what an import did.
type Report struct {
	// Environments were imported, in order.
	Environments []graph.EnvID
	// Commits are those that changed something, in order.
	Commits []*graph.Commit
	// Added, Changed and Removed count objects, links and documents.
	Added, Changed, Removed int64
	// Warnings need a person: secrets to enter, documents that cannot be used.
	Warnings []string

	tallies map[Tally]*Tally
}

// ops notes what happened to some things.
func (r *Report) ops(op graph.Op, n int64) {
	switch op {
	case graph.Added:
		r.Added += n
	case graph.Changed:
		r.Changed += n
	case graph.Removed:
		r.Removed += n
	}
}

// count notes the outcome of one document.
func (r *Report) count(collection string, o Outcome, reason, at string) {
	key := Tally{Collection: collection, Outcome: o, Reason: reason}
	t := r.tallies[key]
	if t == nil {
		t = &Tally{Collection: collection, Outcome: o, Reason: reason, Example: at}
		if r.tallies == nil {
			r.tallies = map[Tally]*Tally{}
		}
		r.tallies[key] = t
	}
	t.Count++
}

// Tallies lists the counts by collection, outcome and reason.
func (r *Report) Tallies() []Tally {
	out := make([]Tally, 0, len(r.tallies))
	for _, t := range r.tallies {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(rank(a.Outcome), rank(b.Outcome)), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

func rank(o Outcome) int { return slices.Index([]Outcome{Taken, Mapped, Skipped}, o) }

// String is the report in lines, for people.
func (r *Report) String() string {
	var b strings.Builder
	for _, t := range r.Tallies() {
		fmt.Fprintln(&b, t)
	}
	for _, w := range r.Warnings {
		fmt.Fprintln(&b, "warning:", w)
	}
	return b.String()
}

// Records counts the documents with an outcome, by collection.
func (r *Report) Records(o Outcome) map[string]int64 {
	out := map[string]int64{}
	for _, t := range r.Tallies() {
		if t.Outcome == o {
			out[t.Collection] += t.Count
		}
	}
	return maps.Clone(out)
}
