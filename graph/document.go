package graph

// Collection is a set of documents beside the graph, under the name that the
// documented MongoDB schema gives it.
type Collection string

// The collections that are kept as documents.
const (
	Environments      Collection = "environments_config"
	CliqueTypes       Collection = "clique_types"
	CliqueConstraints Collection = "clique_constraints"
	LinkTypes         Collection = "link_types"
	Constants         Collection = "constants"
	Scans             Collection = "scans"
	Messages          Collection = "messages"
	Users             Collection = "users"
	Tokens            Collection = "api_tokens"
	Snapshots         Collection = "snapshots"
	// DiffRules holds what comparisons leave out, in Shared for all environments
	// and in an environment for it alone.
	DiffRules Collection = "diff_rules"
	// Scopes holds the named selections of objects of any environments.
	Scopes Collection = "scopes"
	// Parts holds, per scan part, when it last answered completely and what
	// it says now: from it come an object's last_scanned and its staleness.
	Parts Collection = "parts"
	// Settings holds the server's own small documents.
	Settings Collection = "settings"
)

// DocKey identifies a document inside its environment (or Shared).
type DocKey struct {
	Collection Collection
	ID         string
}

// Document is one document of a collection. Secrets in its body are sealed in
// the store and masked in every output.
type Document struct {
	DocKey
	Body Attrs
}
