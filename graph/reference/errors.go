package reference

import (
	"fmt"
	"strings"

	"calipso/graph"
)

// Fault is the rule that a field breaks.
type Fault string

// The faults.
const (
	Missing            Fault = "missing"
	Unknown            Fault = "unknown"             // none of the values there are
	Twice              Fault = "twice"               // a list names a thing a second time
	Malformed          Fault = "malformed"           // not of the form it must have
	UnknownEnvironment Fault = "unknown environment" // there is none of that name
	VersionAlone       Fault = "version alone"       // a version without a distribution
	Both               Fault = "both"                // environment and conditions
	Neither            Fault = "neither"             // neither environment nor conditions
	Chain              Fault = "chain"               // a link type that nothing leads to
	Fixed              Fault = "fixed"               // what may not be changed
)

// Complaint is one thing that is wrong with a document.
type Complaint struct {
	Fault  Fault
	Field  string // path of the field: "link_types[3]"
	Value  string // what stands there
	Reason string // what is wrong and what would be right
}

// InvalidError lists everything that is wrong with a document. It is a
// *graph.InvalidError as well.
type InvalidError struct {
	What       string // the document: "clique type \"core\""
	Complaints []Complaint
}

func (e *InvalidError) Error() string { return e.plain().Error() }

// Unwrap gives the complaints as *graph.InvalidError.
func (e *InvalidError) Unwrap() error { return e.plain() }

func (e *InvalidError) plain() *graph.InvalidError {
	out := &graph.InvalidError{What: e.What}
	for _, c := range e.Complaints {
		out.Fields = append(out.Fields, graph.FieldError{Field: c.Field, Reason: c.Reason})
	}
	return out
}

// TakenError says that a document for the same thing exists. It is a
// graph.ErrConflict.
type TakenError struct {
	What   string // what was to be stored
	ID     string // of the document there is
	Name   string // of that
	Reason string // which conditions are the same
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("reference: %s: %q (%s) is there already, %s", e.What, e.Name, e.ID, e.Reason)
}

// Unwrap makes it a conflict.
func (e *TakenError) Unwrap() error { return graph.ErrConflict }

// ShippedError says that a document comes with Calipso and stays as it is. It
// is a graph.ErrConflict.
type ShippedError struct {
	What   string
	Reason string // what to do instead
}

func (e *ShippedError) Error() string {
	return fmt.Sprintf("reference: %s comes with Calipso and stays as it is; %s", e.What, e.Reason)
}

// Unwrap makes it a conflict.
func (e *ShippedError) Unwrap() error { return graph.ErrConflict }

// Use is one thing that needs a document.
type Use struct {
	Kind  string      // "clique type", "links", "environment"
	Name  string      // of the clique type; empty where Env says it all
	Env   graph.EnvID // what it belongs to; Shared: none, or any
	Count int         // of links
}

func (u Use) String() string {
	switch {
	case u.Count > 0:
		return fmt.Sprintf("%d links of environment %q", u.Count, u.Env)
	case u.Name == "":
		return fmt.Sprintf("%s %q", u.Kind, u.Env)
	}
	return fmt.Sprintf("%s %q", u.Kind, u.Name)
}

// UsedError says that a document cannot go, or lose a value, while others need
// it. It is a graph.ErrConflict.
type UsedError struct {
	What string
	By   []Use
}

func (e *UsedError) Error() string {
	uses := make([]string, len(e.By))
	for i, u := range e.By {
		uses[i] = u.String()
	}
	return fmt.Sprintf("reference: %s is used by %s", e.What, strings.Join(uses, ", "))
}

// Unwrap makes it a conflict.
func (e *UsedError) Unwrap() error { return graph.ErrConflict }
