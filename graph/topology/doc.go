// Package topology holds one environment's graph as arrays: who is connected
// with whom, by which type of edge, under which constraint value. A walk over
// it touches no storage and takes no lock.
//
// A Graph never changes. Edit collects changes and makes the next version,
// which shares every untouched page with the one before.
//
// Vertices and edges go by their dense numbers, which the store gives out and
// never gives again. The package imports none of ours.
package topology
