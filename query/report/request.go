package report

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/query/diff/render"
)

// Limits of what people write.
const (
	maxTitle  = 200    // bytes
	maxChange = 100    // bytes
	maxText   = 20_000 // bytes
)

// Request asks for a report.
type Request struct {
	Env    graph.EnvID
	Kind   Kind
	Title  string // empty: one that says what it is
	Change string
	Text   string
	Author string
	// To is the time that the report is about: a time, a date, or the name of a
	// snapshot; empty: now.
	To string
	// From is the earlier time: what differences are counted from, or whose
	// instances are expected. Empty is no time for differences; for health that
	// nothing is expected; for the weekly report that the week before is found.
	From    string
	Object  graph.ID // focal point of a clique's differences
	Scope   string
	Group   string
	Folders bool
	// Schedule and Scan have it made, if any do.
	Schedule, Scan string
}

// Validate tells every fault of a request.
func (r Request) Validate() error {
	var wrong []graph.FieldError
	fault := func(field, reason string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(reason, args...)})
	}
	if !slices.Contains(Kinds(), r.Kind) {
		fault("kind", "%q is none of %v", string(r.Kind), Kinds())
	}
	for _, l := range []struct {
		field, text string
		most        int
	}{{"title", r.Title, maxTitle}, {"change", r.Change, maxChange}, {"text", r.Text, maxText}} {
		if len(l.text) > l.most {
			fault(l.field, "is longer than %d bytes", l.most)
		}
	}
	if strings.ContainsAny(r.Title+r.Change, "\r\n") {
		fault("title", "title and change number are one line each")
	}
	if r.From == "" && (r.Kind == Diff || r.Kind == CliqueDiff) {
		fault("from", "is missing; name the time or snapshot to compare with")
	}
	switch {
	case r.Kind == CliqueDiff && r.Object == "":
		fault("object_id", "is missing; name the object whose clique is compared")
	case r.Kind != CliqueDiff && r.Object != "":
		fault("object_id", "goes with kind %s only", CliqueDiff)
	}
	if r.Group != "" && (r.Kind == CliqueDiff || r.Kind == Health || !slices.Contains(render.Groups(), render.Group(r.Group))) {
		fault("group", "is one of %v, and goes with kinds %s and %s", render.Groups(), Diff, Weekly)
	}
	if r.Scope != "" && r.Kind == CliqueDiff {
		fault("scope", "does not go with kind %s: a clique is what it is", CliqueDiff)
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "report", Fields: wrong}
	}
	return nil
}
