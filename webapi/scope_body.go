package webapi

import (
	"time"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/query"
	"calipso/query/extent"
)

// ScopeSelection is what a scope selects of one environment.
type ScopeSelection struct {
	Env        graph.EnvID `json:"environment" minLength:"1" maxLength:"512" doc:"name of the environment" example:"prod"`
	Projects   []string    `json:"projects,omitempty" maxItems:"10000" doc:"names or ids: selects everything that belongs to one"`
	Tags       []string    `json:"tags,omitempty" maxItems:"10000" doc:"selects objects that carry one, in a list of tags, or as key or key=value among metadata" example:"[\"gold\"]"`
	Objects    []graph.ID  `json:"objects,omitempty" maxItems:"10000" doc:"ids; with an object, what hangs under it"`
	Everything bool        `json:"everything,omitempty" doc:"selects the whole environment"`
}

// ScopeBaseline is a snapshot that shows a scope as designed.
type ScopeBaseline struct {
	Env      graph.EnvID `json:"environment" doc:"what it is of"`
	Snapshot string      `json:"snapshot" doc:"its name"`
	Time     graph.Time  `json:"time" format:"date-time" doc:"what it shows"`
	Comment  string      `json:"comment" doc:"in somebody's words"`
	Who      string      `json:"who" doc:"who set it"`
	Set      time.Time   `json:"set" doc:"when"`
	Current  bool        `json:"current" doc:"the last one set of its environment"`
}

// ScopeCount says how much a scope holds of one environment.
type ScopeCount struct {
	Env     graph.EnvID `json:"environment"`
	Members int         `json:"members" doc:"objects that it selects"`
	Within  int         `json:"within" doc:"these, and what is in their cliques"`
}

// ScopeBody is a scope, as far as the caller may see it.
type ScopeBody struct {
	Name      string           `json:"name"`
	Comment   string           `json:"comment" doc:"in somebody's words"`
	Select    []ScopeSelection `json:"select" nullable:"false" doc:"what it selects, by environment"`
	Baselines []ScopeBaseline  `json:"baselines" nullable:"false" doc:"those ever set, the newest first"`
	Counts    []ScopeCount     `json:"counts,omitempty" doc:"how much that is now; not in lists"`
	Creator   string           `json:"creator" doc:"who made it"`
	Created   time.Time        `json:"created" doc:"when"`
	ChangedBy string           `json:"changed_by" doc:"who changed the selection last"`
	Changed   time.Time        `json:"changed" doc:"when"`
}

func newScopeBody(s *scope.Scope) ScopeBody {
	b := ScopeBody{
		Name: s.Name, Comment: s.Comment, Select: []ScopeSelection{}, Baselines: []ScopeBaseline{},
		Creator: s.Creator, Created: s.Created, ChangedBy: s.ChangedBy, Changed: s.Changed,
	}
	for _, sel := range s.Select {
		b.Select = append(b.Select, ScopeSelection(sel))
	}
	current := map[graph.EnvID]bool{}
	for i := range s.Baselines {
		l := s.Baselines[len(s.Baselines)-1-i]
		b.Baselines = append(b.Baselines, ScopeBaseline{l.Env, l.Snapshot, l.Time, l.Comment, l.Who, l.Set, !current[l.Env]})
		current[l.Env] = true
	}
	return b
}

// selections are those of a request.
func selections(list []ScopeSelection) []scope.Selection {
	out := make([]scope.Selection, len(list))
	for i, sel := range list {
		out[i] = scope.Selection(sel)
	}
	return out
}

// ScopeProof says why an object is part of a scope.
type ScopeProof struct {
	Kind extent.Kind `json:"kind" enum:"everything,object,project,tag,network,under,clique" doc:"the scope selects everything, or names its id; it belongs to a project, carries a tag, serves networks of the scope only, hangs under a member; or it is in the clique of one"`
	Text string      `json:"text,omitempty" doc:"the project, or the tag"`
	Of   *query.Ref  `json:"of,omitempty" doc:"the network, what it hangs under, the focal point"`
}

// ScopeObject is an object within a scope.
type ScopeObject struct {
	query.Ref
	Host   string     `json:"host,omitempty"`
	Member bool       `json:"member" doc:"the scope selects it; else it is only in the clique of a member"`
	Why    ScopeProof `json:"why"`
}

// ScopeUse is a scope that uses an object.
type ScopeUse struct {
	Scope   string       `json:"scope" doc:"its name"`
	Comment string       `json:"comment,omitempty"`
	Objects int          `json:"objects" doc:"members that use it: itself, and those whose cliques it is in"`
	Proof   []ScopeProof `json:"proof" nullable:"false" doc:"why"`
	Users   []query.Ref  `json:"users" nullable:"false" doc:"the first of these objects"`
}
