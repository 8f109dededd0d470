package auth

import (
	"fmt"
	"slices"

	"calipso/graph"
)

// Scope narrows what a token may do: never more than its user may. The zero
// value narrows nothing.
type Scope struct {
	Rights   []Right       // only these; none given: all
	Envs     []graph.EnvID // only in these, and nothing that concerns all; none given: everywhere
	ReadOnly bool          // nothing that changes anything
}

// right tells whether the scope lets a right through, somewhere.
func (s *Scope) right(r Right) bool {
	return len(s.Rights) == 0 || slices.Contains(s.Rights, r) || r == ViewEnv && slices.Contains(s.Rights, EditEnv)
}

// env tells whether the scope reaches an environment.
func (s *Scope) env(env graph.EnvID) bool { return len(s.Envs) == 0 || slices.Contains(s.Envs, env) }

// within is the scope as part of one that it cannot leave.
//
// Errors: *graph.InvalidError if it asks for more.
func (s Scope) within(outer *Scope) (Scope, error) {
	var wrong []graph.FieldError
	for i, r := range s.Rights {
		switch {
		case !slices.Contains(Rights(), r):
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("scope.rights[%d]", i), Reason: fmt.Sprintf("%q is none of %s", r, listed(Rights()))})
		case !outer.right(r):
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("scope.rights[%d]", i), Reason: fmt.Sprintf("%s is more than the token that asks has", r)})
		}
	}
	for i, env := range s.Envs {
		if !outer.env(env) {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("scope.environments[%d]", i), Reason: fmt.Sprintf("there is no environment %q", env)})
		}
	}
	if len(wrong) > 0 {
		return Scope{}, &graph.InvalidError{What: "token", Fields: wrong}
	}
	if len(s.Rights) == 0 {
		s.Rights = outer.Rights
	}
	if len(s.Envs) == 0 {
		s.Envs = outer.Envs
	}
	s.ReadOnly = s.ReadOnly || outer.ReadOnly
	return s, nil
}

// isZero tells whether the scope narrows nothing.
func (s *Scope) isZero() bool { return len(s.Rights) == 0 && len(s.Envs) == 0 && !s.ReadOnly }

// scopeOf reads the member "scope" of a token's document.
func scopeOf(d *graph.Document) (s Scope) {
	body := d.Body.Map("scope")
	for _, r := range body.Strings("rights") {
		s.Rights = append(s.Rights, Right(r))
	}
	for _, env := range body.Strings("environments") {
		s.Envs = append(s.Envs, graph.EnvID(env))
	}
	s.ReadOnly = body.Bool("read_only")
	return s
}

func (s *Scope) body() map[string]any {
	return map[string]any{"rights": anys(s.Rights), "environments": anys(s.Envs), "read_only": s.ReadOnly}
}
