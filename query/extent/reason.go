package extent

// Kind is a way in which an object is part of a scope.
type Kind string

// The kinds, the most telling first: an object that is part of a scope in
// several ways has the first of them as its reason.
const (
	Everything Kind = "everything" // the scope selects the whole environment
	Object     Kind = "object"     // the scope names its id
	Project    Kind = "project"    // it belongs to a project
	Tag        Kind = "tag"        // it carries a tag
	Network    Kind = "network"    // it serves networks of the scope only
	Under      Kind = "under"      // it hangs under a member of another kind
	Clique     Kind = "clique"     // it is in the clique of a member: no member itself
)

// kinds are the same as small numbers; 0 is none.
var kinds = []Kind{"", Everything, Object, Project, Tag, Network, Under, Clique}

const (
	none uint8 = iota
	everything
	object
	project
	tag
	network
	under
	inClique
)

// Reason says why an object is part of a scope.
type Reason struct {
	Kind Kind
	// Text is the project or the tag, as the scope names it.
	Text string
	// Of is the number of the vertex by which it is: the network, the member
	// under which it hangs, the focal point; 0: none.
	Of uint32
}

// reason is a Reason as it is kept: text is an index in a list of texts.
type reason struct {
	of   uint32
	text uint32
	kind uint8
}
