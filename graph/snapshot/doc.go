// Package snapshot keeps names for times. A snapshot is one document of
// collection snapshots in its environment: nothing of the graph is copied or
// read when it is made, since the store can show any time.
//
// It also reads what people write where a time is meant: a time, a date, or the
// name of a snapshot.
package snapshot
