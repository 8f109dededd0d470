// Package memory is a kv engine without a disk, for tests and drafts: a
// persistent treap, so that a snapshot is a pointer to a root.
package memory
