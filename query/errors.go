package query

import (
	"fmt"

	"calipso/graph"
)

// notFound says what is missing.
func notFound(what, id string) error {
	return fmt.Errorf("query: %s %q: %w", what, id, graph.ErrNotFound)
}

// invalid says which parameter of a question is wrong and what would be right.
func invalid(question, field, reason string, args ...any) error {
	return &graph.InvalidError{What: question, Fields: []graph.FieldError{{Field: field, Reason: fmt.Sprintf(reason, args...)}}}
}

// within checks a number that a caller chose, 0 standing for a default.
func within(question, field string, n, standard, most int) (int, error) {
	if n == 0 {
		return standard, nil
	}
	if n < 0 || n > most {
		return 0, invalid(question, field, "%d is not between 1 and %d", n, most)
	}
	return n, nil
}
