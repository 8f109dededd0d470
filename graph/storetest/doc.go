// Package storetest is the suite of the graph store, run over a storage
// engine: what each method promises, random histories against a naive model,
// and an end of the process at any write.
package storetest
