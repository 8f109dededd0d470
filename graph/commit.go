package graph

// CauseKind says what sort of thing made a commit.
type CauseKind string

// The causes of a commit.
const (
	CauseScan    CauseKind = "scan"
	CauseEvent   CauseKind = "event"
	CauseImport  CauseKind = "import"
	CauseUser    CauseKind = "user"
	CauseMonitor CauseKind = "monitor"
	CauseSystem  CauseKind = "system"
)

// Cause says why a commit was made, by which scan, event or import (ID) and
// for whom (Who, a user name; empty for the server itself).
type Cause struct {
	Kind CauseKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
	Who  string    `json:"who,omitempty"`
}

// Batch is what one commit shall make true. Things given that are stored
// already in exactly that form are no change. Order inside the batch does not
// matter: vertices are put before edges, deletions come last; a thing that is
// both put and deleted is an ErrConflict.
type Batch struct {
	Put         []*Vertex
	Delete      []ID // edges of a deleted vertex go with it
	PutEdges    []*Edge
	DeleteEdges []EdgeKey
	PutDocs     []*Document
	DeleteDocs  []DocKey
}

// Op is what happened to one thing in a commit.
type Op string

// The operations of a change.
const (
	Added   Op = "added"
	Changed Op = "changed"
	Removed Op = "removed"
)

// Change names one thing that a commit changed: exactly one of Vertex, Edge
// and Doc is set.
type Change struct {
	Op     Op
	Vertex ID         // with VertexType
	Type   VertexType // of the vertex
	Edge   *EdgeKey
	Doc    *DocKey
}

// Commit is one entry of an environment's change log.
type Commit struct {
	Env     EnvID
	Time    Time // Now if nothing changed: then no commit was written
	Cause   Cause
	Changes []Change
}

// Empty tells that the batch changed nothing and no commit was written.
func (c *Commit) Empty() bool { return c.Time == Now }
