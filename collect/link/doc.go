// Package link derives the edges of a scan: each Finder is a join over the
// graph that gives the links of one type.
//
// A finder reads a graph.Reader in two passes, one to index the one side, one
// to walk the other; it never looks things up item by item. What it joins on
// (ids, networks, uplinks) was written by package enrich before. Both ends of a
// link inside a host are always on the same host.
//
// DESIGN.md says what each link type means, what its attributes are, and why a
// physical interface is linked to those networks only that it carries.
package link
