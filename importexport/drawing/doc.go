// Package drawing writes the objects and links of environments, as of a time,
// as graphs that other programs read: GraphML, Graphviz DOT, Cytoscape JSON,
// CSV. It reads and writes as it goes: what it keeps in memory are the names of
// attributes, never objects. The same content gives the same bytes.
//
// Folders, which group objects for navigation and have no links, are left out;
// the paths of objects still name them.
package drawing
