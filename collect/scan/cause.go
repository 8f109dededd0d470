package scan

import (
	"fmt"
	"slices"
	"strings"
)

// Cause is one reason for which parts failed: a password that is refused fails
// every part of its source in the same words.
type Cause struct {
	Error  string   `json:"error"`
	Source string   `json:"source"`          // the provider
	Hosts  []string `json:"hosts,omitempty"` // whose parts failed, if it is about hosts
	Parts  []string `json:"parts"`
	Kept   int      `json:"kept,omitempty"` // stale objects kept because of it
}

// Causes groups the parts that failed by source and reason, in the order of
// their first part.
func (r *Report) Causes() []Cause {
	var out []Cause
	for _, p := range r.Errors() {
		source := providerOf(p.Name)
		i := slices.IndexFunc(out, func(c Cause) bool { return c.Source == source && c.Error == p.Error })
		if i < 0 {
			i = len(out)
			out = append(out, Cause{Error: p.Error, Source: source})
		}
		c := &out[i]
		c.Parts = append(c.Parts, p.Name)
		c.Kept += p.Kept
		if p.Host != "" && !slices.Contains(c.Hosts, p.Host) {
			c.Hosts = append(c.Hosts, p.Host)
		}
	}
	return out
}

// String is the cause in one line.
func (c Cause) String() string {
	what := c.Parts[0]
	if len(c.Parts) > 1 {
		what = fmt.Sprintf("%s (%d parts)", c.Source, len(c.Parts))
	}
	// A reason that several hosts give alike is not about hosts.
	if len(c.Hosts) == 1 {
		what += " of host " + c.Hosts[0]
	}
	text := what + ": " + strings.Join(strings.Fields(c.Error), " ")
	if c.Kept > 0 {
		text += fmt.Sprintf("; %d objects kept as they were, marked stale", c.Kept)
	}
	return text
}
