// Package clique finds cliques: what is reached from a focal point along the
// ordered link types of a clique type, over links that agree with the focal
// point's constraints.
//
// A clique is computed when it is asked for and never stored, so it is always
// that of the graph it was asked on, at whatever time. Finder walks the arrays
// of package topology and touches no storage; Of reads the vertices and edges
// of the answer from a view.
//
// DESIGN.md tells where the walk differs from the first Calipso, and why.
package clique
