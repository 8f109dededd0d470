package diff

import (
	"calipso/graph"
	"calipso/graph/fields"
	"calipso/query"
)

// Report is what differs between two times. Lists are by type, name and id
// (links: by type, ends), and an object is in one list only, but for Status,
// which stands beside them.
type Report struct {
	Env graph.EnvID `json:"environment"`
	// From and To are the times compared, as asked for; a question about now
	// names the time of the last commit. Either may be the earlier one.
	From graph.Time `json:"from"`
	To   graph.Time `json:"to"`

	// ToEnv is the other environment, if two are compared: From is a time of
	// Env then, To one of ToEnv.
	ToEnv graph.EnvID `json:"to_environment,omitempty"`
	// Scope is the name of the scope to which the report is restricted.
	Scope string `json:"scope,omitempty"`
	// Partner is the snapshot that was found for From: the design, or that of
	// last week.
	Partner *Partner `json:"partner,omitempty"`
	// Rules is the version of the rules by which fields were left out.
	Rules string `json:"rules"`

	Objects Objects `json:"objects"`
	Links   Links   `json:"links"`
	Status  Status  `json:"status"`
	// SharedNeighbours are objects that came outside the scope and share
	// something with it (rule S-09). They are no differences of the scope; not
	// there without one.
	SharedNeighbours []Neighbour `json:"shared_neighbours,omitzero"`
	// Warnings are what was not known at one of the two times.
	Warnings []Warning `json:"warnings"`
	Summary  Summary   `json:"summary"`
}

// Empty tells that nothing differs.
func (r *Report) Empty() bool { return r.Summary.Differences == 0 }

// Objects are the objects that differ.
type Objects struct {
	Added   []Object `json:"added"`
	Removed []Object `json:"removed"`
	Changed []Object `json:"changed"`
	// Moved objects are on another host, or under another parent. Fields are
	// what changed with it.
	Moved []Object `json:"moved"`
	// Unconfirmed objects are not there any more, but went while the source
	// that states them did not answer: that is no proof, and no difference.
	Unconfirmed []Object `json:"unconfirmed"`
}

// Object is one object that differs.
type Object struct {
	query.Ref
	// Host, Project (its name) and Networks say where it is now, or was: what
	// reports are grouped by.
	Host     string      `json:"host,omitempty"`
	Project  string      `json:"project,omitempty"`
	Networks []query.Ref `json:"networks,omitempty"`
	// Fields are those that differ, without the ignored ones.
	Fields []fields.Change `json:"fields,omitempty"`
	// From and To are the two places of what moved.
	From *Place `json:"from,omitempty"`
	To   *Place `json:"to,omitempty"`
	// Time and Cause are those of the last commit that changed it; none if two
	// environments are compared.
	Time  graph.Time  `json:"time,omitzero"`
	Cause graph.Cause `json:"cause,omitzero"`
}

// Place is where an object hangs. Its id may differ from place to place, since
// ids of what lives on a host may contain the host's name.
type Place struct {
	ID     graph.ID `json:"id"`
	Host   string   `json:"host,omitempty"`
	Parent graph.ID `json:"parent_id,omitempty"`
	// ParentName is the name of the nearest object above that is no folder.
	ParentName string `json:"parent_name,omitempty"`
}

// Links are the links that differ.
type Links struct {
	Added   []Link `json:"added"`
	Removed []Link `json:"removed"`
	Changed []Link `json:"changed"`
	// Moved links join the same objects as before, at least one of which moved
	// and has another id now.
	Moved       []Link `json:"moved"`
	Unconfirmed []Link `json:"unconfirmed"`
}

// Link is one link that differs.
type Link struct {
	Type     graph.EdgeType  `json:"link_type"`
	Name     string          `json:"link_name"`
	Source   query.Ref       `json:"source"`
	Target   query.Ref       `json:"target"`
	Host     string          `json:"host,omitempty"`
	Project  string          `json:"project,omitempty"`
	Networks []query.Ref     `json:"networks,omitempty"`
	Fields   []fields.Change `json:"fields,omitempty"`
	// Was is the link's key before, where an end has another id now.
	Was   *Ends       `json:"was,omitempty"`
	Time  graph.Time  `json:"time,omitzero"`
	Cause graph.Cause `json:"cause,omitzero"`
}

// Ends are the ids that a link joins.
type Ends struct {
	Source graph.ID `json:"source_id"`
	Target graph.ID `json:"target_id"`
}

// Status lists what is in another status than before: Fields are the status
// fields only.
type Status struct {
	Objects []Object `json:"objects"`
	Links   []Link   `json:"links"`
}

// Partner is a snapshot that was found for a comparison.
type Partner struct {
	Snapshot string     `json:"snapshot"`
	Kind     string     `json:"kind"` // of the snapshot
	Time     graph.Time `json:"time"`
}

// Neighbour is an object that came outside a scope and shares something with
// it.
type Neighbour struct {
	Object
	// Shares are the hosts, virtual switches, interfaces, networks and switch
	// ports that it uses as the scope does.
	Shares []query.Ref `json:"shares"`
	// With counts other objects that came with it, under it or in its clique.
	With int `json:"with,omitempty"`
}

// Warning names a part of the scans whose last attempt had failed at one of the
// times: what it states was then as last known.
type Warning struct {
	At    string     `json:"at"` // "from" or "to"
	Time  graph.Time `json:"time"`
	Part  string     `json:"part"`
	Error string     `json:"error"`
}

// Counts are numbers of objects, or of links.
type Counts struct {
	Added       int `json:"added"`
	Removed     int `json:"removed"`
	Changed     int `json:"changed"`
	Moved       int `json:"moved"`
	Status      int `json:"status"`
	Unconfirmed int `json:"unconfirmed,omitempty"`
}

// Summary counts the differences.
type Summary struct {
	// Differences is how many there are: added, removed, changed and moved
	// objects, added, removed and changed links, and other statuses.
	Differences int `json:"differences"`
	// Commits is how many between the two times touched what differs.
	Commits     int                         `json:"commits"`
	Objects     Counts                      `json:"objects"`
	Links       Counts                      `json:"links"`
	ObjectTypes map[graph.VertexType]Counts `json:"object_types"`
	LinkTypes   map[graph.EdgeType]Counts   `json:"link_types"`
}
