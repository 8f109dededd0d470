// Package diff tells what differs between two times of an environment: objects
// and links that were added, removed, changed or moved, and whose status is
// another. It reads the log between the two times and what is named there, so
// a comparison costs what changed, not what exists; and the same two times give
// the same report, byte for byte. Package render writes reports for people.
package diff
