// Package badger is the storage engine: github.com/dgraph-io/badger behind the
// kv seam. It needs no cgo and no server, and compresses what it writes.
//
// One directory serves one process. Ordinary mode with one version per key:
// versions in time are the store's business, in its keys.
package badger
