package legacy

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// needWords are the needs in words.
var needWords = map[Need]string{
	Closed: "closed", Anyone: "anyone", SignedIn: "any account", View: "view the environment", Edit: "edit the environment",
	CreateEnv: "edit-env everywhere", ManageCliqueTypes: "manage-clique-types",
}

// Describe prints what is supported, from the table itself: each resource with
// who may use it, and its parameters in the order in which they are checked.
func (a *API) Describe(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range a.table {
		fmt.Fprintf(t, "%s %s\t%s\n", r.Method, r.Path, needWords[r.Needs])
		for _, p := range r.Params {
			fmt.Fprintf(t, "  %s\t%s\t%s\n", p.names(a.opt.Compat), p.Type, strings.Join(p.rules(a.opt.Compat), "; "))
		}
		if r.Pattern != nil {
			fmt.Fprintf(t, "  %s\n", r.Pattern)
		}
	}
	return t.Flush()
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
