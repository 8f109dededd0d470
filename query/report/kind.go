package report

// Kind says what a report tells.
type Kind string

// The kinds of reports.
const (
	Diff       Kind = "diff"        // what differs between two times
	CliqueDiff Kind = "clique-diff" // how a clique differs between two times
	Health     Kind = "health"      // how things stand at a time
	Weekly     Kind = "weekly"      // both, and what scans could not read
)

// Kinds are all kinds, in the order in which they are explained.
func Kinds() []Kind { return []Kind{Diff, CliqueDiff, Health, Weekly} }
