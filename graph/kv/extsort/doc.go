// Package extsort sorts more pairs than fit in memory: what does not fit goes
// to files as sorted runs, which are merged while they are read.
package extsort
