// Package graph holds what Calipso knows of a cloud: vertices (the objects
// found), typed edges between them (links), and the documents beside them
// (environments, clique types, scans, messages), every one of them at every
// time.
//
// The words are those of the field: a Vertex is one thing found (host, vnic,
// vconnector, vedge, otep, host_pnic, network, …); an Edge is a directed
// connection whose type is named from-to ("vnic-vconnector"); a Clique is what
// is reached from a focal point along an ordered list of edge types; an
// Environment is one cloud, with its endpoints and secrets.
//
// Store keeps all of it in time: each write is a Commit with a time, a cause
// and the list of what it changed, and each read may ask for any retained
// time. DESIGN.md documents keys, values and locks.
//
// The package imports none of ours but its own subpackages: kv (the seam to
// the storage engine) and topology (the arrays that traversal walks on).
package graph
