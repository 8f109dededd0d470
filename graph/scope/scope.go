package scope

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// Scope is a named selection of objects.
type Scope struct {
	Name    string `json:"name"`
	Comment string `json:"comment,omitempty"`
	// Select is what it selects, one entry for each environment.
	Select []Selection `json:"select"`
	// Baselines are those ever set, oldest first.
	Baselines []Baseline `json:"baselines,omitempty"`

	Creator   string    `json:"creator,omitempty"` // user name
	Created   time.Time `json:"created"`
	ChangedBy string    `json:"changed_by,omitempty"` // who changed the selection last
	Changed   time.Time `json:"changed"`
}

// Selection is what a scope selects of one environment.
type Selection struct {
	Env graph.EnvID `json:"environment"`
	// Projects are names or ids: everything that belongs to one is selected.
	Projects []string `json:"projects,omitempty"`
	// Tags select objects that carry one: "gold" in a list of tags, or
	// "tier=gold" among metadata.
	Tags []string `json:"tags,omitempty"`
	// Objects are ids.
	Objects []graph.ID `json:"objects,omitempty"`
	// Everything selects the whole environment.
	Everything bool `json:"everything,omitempty"`
}

// Baseline is a snapshot that shows an environment as designed.
type Baseline struct {
	Env      graph.EnvID `json:"environment"`
	Snapshot string      `json:"snapshot"`
	// Time is what the snapshot shows.
	Time    graph.Time `json:"time"`
	Comment string     `json:"comment,omitempty"`
	Who     string     `json:"who,omitempty"` // who set it
	Set     time.Time  `json:"set"`           // when
}

// Envs are the environments selected, sorted.
func (s *Scope) Envs() []graph.EnvID {
	out := make([]graph.EnvID, len(s.Select))
	for i, sel := range s.Select {
		out[i] = sel.Env
	}
	slices.Sort(out)
	return out
}

// Of is what a scope selects of one environment; ok is false if nothing.
func (s *Scope) Of(env graph.EnvID) (sel Selection, ok bool) {
	i := slices.IndexFunc(s.Select, func(sel Selection) bool { return sel.Env == env })
	if i < 0 {
		return Selection{}, false
	}
	return s.Select[i], true
}

// Baseline is the current baseline of an environment: the last one set; ok is
// false if there is none.
func (s *Scope) Baseline(env graph.EnvID) (b Baseline, ok bool) {
	for _, b := range slices.Backward(s.Baselines) {
		if b.Env == env {
			return b, true
		}
	}
	return Baseline{}, false
}

// Visible is the scope as far as it is about some environments; nil if it is
// about none of them.
func (s *Scope) Visible(see func(graph.EnvID) bool) *Scope {
	out := *s
	out.Select = slices.DeleteFunc(slices.Clone(s.Select), func(sel Selection) bool { return !see(sel.Env) })
	out.Baselines = slices.DeleteFunc(slices.Clone(s.Baselines), func(b Baseline) bool { return !see(b.Env) })
	if len(out.Select) == 0 {
		return nil
	}
	return &out
}

// document is the form in which a scope is kept. Its times are text, so that
// they keep their nanoseconds wherever the document goes.
func (s *Scope) document() (*graph.Document, error) {
	body, err := graph.Normalize(*s)
	if err != nil {
		return nil, fmt.Errorf("scope: %q: %w", s.Name, err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Scopes, ID: s.Name}, Body: body.(map[string]any)}, nil
}

func parse(d *graph.Document) (*Scope, error) {
	b, err := json.Marshal(d.Body)
	if err != nil {
		return nil, fmt.Errorf("scope: %q: %w", d.ID, err)
	}
	s := new(Scope)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("scope: %q: %w: %w", d.ID, graph.ErrCorrupt, err)
	}
	s.Name = d.ID
	return s, nil
}
