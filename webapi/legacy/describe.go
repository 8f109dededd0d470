package legacy

import (
	"fmt"
	"io"
	"strings"
)

// needWords are the needs in words.
var needWords = map[Need]string{
	Closed: "closed", Anyone: "anyone", SignedIn: "any account", View: "view the environment", Edit: "edit the environment",
	CreateEnv: "edit-env everywhere", ManageCliqueTypes: "manage-clique-types",
}

// Describe prints what is supported, from the table itself: each resource with
// who may use it, and its parameters in the order in which they are checked.
func (a *API) Describe(w io.Writer) error {
	for _, r := range a.table {
		fmt.Fprintf(w, "%s %s (%s)\n", r.Method, r.Path, needWords[r.Needs])
		for _, p := range r.Params {
			line := fmt.Sprintf("  %-24s %-18s %s", p.names(a.opt.Compat), p.Type, strings.Join(p.rules(a.opt.Compat), "; "))
			if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
				return err
			}
		}
		if r.Pattern != nil {
			fmt.Fprintf(w, "  and keys like %s\n", r.Pattern)
		}
	}
	return nil
}

func (p *Param) names(c Compat) string {
	if c == Current && p.Alias != "" {
		return p.Name + ", " + p.Alias
	}
	return p.Name
}

// rules are what a parameter must be, in words.
func (p *Param) rules(c Compat) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if p.mandatory(c) {
		say("mandatory")
	}
	if p.MayBeEmpty {
		say("may be empty")
	}
	if p.Default != nil {
		say("default %v", p.Default)
	}
	if p.Environment {
		say("an environment")
	}
	if p.Type&Date != 0 {
		say("a time")
	}
	if p.Constant != "" {
		say("one of constant %s", p.Constant)
	}
	if p.OneOf != nil {
		say("one of %s", strings.Join(p.OneOf, ", "))
	}
	for _, f := range p.Patterns {
		say("a %s", f.Name)
	}
	return out
}
