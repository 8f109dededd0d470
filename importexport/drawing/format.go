package drawing

// Format is how a drawing is written.
type Format string

// The formats there are.
const (
	// GraphML is XML with typed attributes (http://graphml.graphdrawing.org).
	GraphML Format = "graphml"
	// DOT is the language of Graphviz, one cluster a host.
	DOT Format = "dot"
	// Cytoscape is the JSON of Cytoscape and cytoscape.js (.cyjs).
	Cytoscape Format = "cytoscape"
	// CSV is a zip archive of two tables, NodesFile and EdgesFile.
	CSV Format = "csv"
)

// The files in an archive of CSV.
const (
	NodesFile = "nodes.csv"
	EdgesFile = "edges.csv"
)

// Formats lists all there are.
func Formats() []Format { return []Format{GraphML, DOT, Cytoscape, CSV} }
