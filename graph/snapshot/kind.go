package snapshot

// Kind says what a snapshot is for.
type Kind string

// The kinds of snapshots.
const (
	Scheduled Kind = "scheduled" // made by a schedule
	Manual    Kind = "manual"    // made by somebody
	Design    Kind = "design"    // as the cloud is meant to be
	Pre       Kind = "pre"       // before a planned change
	During    Kind = "during"    // in the middle of one
	Post      Kind = "post"      // after one
)

// Kinds are all kinds, in the order in which they are explained.
func Kinds() []Kind { return []Kind{Scheduled, Manual, Design, Pre, During, Post} }
