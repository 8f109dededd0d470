// Package envdoc keeps the documents that say which clouds there are and
// how to reach them, and what came of trying that.
//
// Check is what a document must pass before a user's is stored. It knows the
// documented sections and their fields; what it does not know it leaves alone,
// unless it looks like a mistyped name of a field that is missing.
package envdoc
