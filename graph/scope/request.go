package scope

import (
	"cmp"
	"fmt"
	"slices"

	"calipso/graph"
)

// Limits of what a scope may hold.
const (
	maxComment      = 4000 // bytes
	maxText         = 4096 // bytes of a project, a tag, an id
	maxEnvironments = 100
	maxEntries      = 10_000 // projects, tags and objects of one environment together
	maxBaselines    = 1000   // of all time; beyond, the oldest that is not current goes
)

// Request says how a scope is to be.
type Request struct {
	Name    string
	Comment string
	Select  []Selection
	Who     string // user name
}

// Validate tells every fault that can be seen without the store.
func (r Request) Validate() error {
	var wrong []graph.FieldError
	bad := func(field, reason string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(reason, args...)})
	}
	if reason := graph.CheckName(r.Name, "moz"); reason != "" {
		bad("name", "%s", reason)
	}
	if len(r.Comment) > maxComment {
		bad("comment", "is longer than %d bytes", maxComment)
	}
	switch {
	case len(r.Select) == 0:
		bad("select", `selects nothing; give entries such as {"environment": "prod", "projects": ["moz"]}`)
	case len(r.Select) > maxEnvironments:
		bad("select", "has more than %d entries", maxEnvironments)
	}
	seen := map[graph.EnvID]bool{}
	for i, sel := range r.Select {
		at := fmt.Sprintf("select[%d]", i)
		switch {
		case sel.Env == graph.Shared:
			bad(at+".environment", "is missing; give the name of an environment")
		case seen[sel.Env]:
			bad(at+".environment", "%q has an entry already; put both into one", sel.Env)
		}
		seen[sel.Env] = true
		n := len(sel.Projects) + len(sel.Tags) + len(sel.Objects)
		switch {
		case sel.Everything && n > 0:
			bad(at, "everything goes with neither projects, tags nor objects")
		case !sel.Everything && n == 0:
			bad(at, "selects nothing; give projects, tags, objects or everything: true")
		case n > maxEntries:
			bad(at, "has more than %d projects, tags and objects", maxEntries)
		}
		check(bad, at+".projects", sel.Projects, "the name or the id of a project")
		check(bad, at+".tags", sel.Tags, `a tag such as "gold" or "tier=gold"`)
		check(bad, at+".objects", sel.Objects, "the id of an object")
	}
	return invalid(wrong)
}

func check[T ~string](bad func(field, reason string, args ...any), at string, list []T, what string) {
	for i, s := range list {
		if s == "" || len(s) > maxText {
			bad(fmt.Sprintf("%s[%d]", at, i), "is empty or longer than %d bytes; give %s", maxText, what)
		}
	}
}

func invalid(wrong []graph.FieldError) error {
	if len(wrong) == 0 {
		return nil
	}
	return &graph.InvalidError{What: "scope", Fields: wrong}
}

// selection is what is kept of the request: sorted, each once.
func (r Request) selection() []Selection {
	out := make([]Selection, len(r.Select))
	for i, sel := range r.Select {
		out[i] = Selection{Env: sel.Env, Projects: sorted(sel.Projects), Tags: sorted(sel.Tags), Objects: sorted(sel.Objects), Everything: sel.Everything}
	}
	slices.SortFunc(out, func(a, b Selection) int { return cmp.Compare(a.Env, b.Env) })
	return out
}

func sorted[T ~string](list []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
