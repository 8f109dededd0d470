package snapshot

import (
	"time"

	"calipso/graph"
)

// lastWeek is how much older the partner of a comparison with last week must be
// (rule S-06): a run that was late, or a change of the clock, makes no week of
// eight days.
const lastWeek = 6 * 24 * time.Hour

// LastWeek is, of the snapshots of an environment, the partner for a comparison
// of a time with the week before: the latest complete scheduled one at least six
// days older; nil if there is none.
func LastWeek(all []*Snapshot, to graph.Time) *Snapshot {
	limit := to - graph.Time(lastWeek)
	return latest(all, func(s *Snapshot) bool { return s.Kind == Scheduled && s.Time <= limit })
}

// LastDesign is the latest complete snapshot of kind Design; nil if there is
// none.
func LastDesign(all []*Snapshot) *Snapshot {
	return latest(all, func(s *Snapshot) bool { return s.Kind == Design })
}

// latest is the complete one of the newest time; of several of one time, the
// one that was made last.
func latest(all []*Snapshot, accept func(*Snapshot) bool) *Snapshot {
	var best *Snapshot
	for _, s := range all {
		if s.Complete && accept(s) && (best == nil || s.Time > best.Time || s.Time == best.Time && s.Created.After(best.Created)) {
			best = s
		}
	}
	return best
}
