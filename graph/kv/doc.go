// Package kv is the seam between the graph store and the engine that keeps its
// bytes: a small ordered key-value interface. Engines live in folders below;
// whatever passes the suite in kvtest will do.
//
// The store asks for little on purpose, so that another engine (an SQL table
// of keys and values, say) can take Badger's place: single and batched reads,
// ordered ranges, atomic batches of bounded size, a sorted first load. Time,
// versions and indexes are data in the keys.
package kv
