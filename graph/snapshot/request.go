package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
)

// maxComment is how long a comment may be, in bytes.
const maxComment = 4000

// Request asks for a snapshot.
type Request struct {
	Env     graph.EnvID
	Name    string
	Kind    Kind // empty: Manual
	Comment string
	Creator string
	// At is the time to name; graph.Now: that of the last commit.
	At graph.Time
	// Scan is the id of the scan at whose end the snapshot is made, if any.
	Scan string
}

// Validate tells every fault of a request.
func (r Request) Validate() error {
	var wrong []graph.FieldError
	if reason := CheckName(r.Name); reason != "" {
		wrong = append(wrong, graph.FieldError{Field: "name", Reason: reason})
	}
	if r.Kind != "" && !slices.Contains(Kinds(), r.Kind) {
		wrong = append(wrong, graph.FieldError{Field: "kind", Reason: fmt.Sprintf("%q is none of %v", string(r.Kind), Kinds())})
	}
	if len(r.Comment) > maxComment {
		wrong = append(wrong, graph.FieldError{Field: "comment", Reason: fmt.Sprintf("is longer than %d bytes", maxComment)})
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "snapshot", Fields: wrong}
	}
	return nil
}

// CheckName says what is wrong with a name for a snapshot; empty: nothing. A
// name must not be readable as a time, since it stands where times do.
func CheckName(name string) string {
	if reason := graph.CheckName(name, "before-upgrade"); reason != "" {
		return reason
	}
	if strings.EqualFold(name, "now") {
		return `"now" is a time; give a name such as "before-upgrade"`
	}
	if _, err := graph.ParseTime(name); err == nil {
		return fmt.Sprintf("%q is a time; give a name such as \"week of %s\"", name, name)
	}
	return ""
}
