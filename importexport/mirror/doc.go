// Package mirror keeps a MongoDB in step with the store: at rest it holds
// exactly the documents that importexport.Export would write, in the documented
// collections, and tools that read them need not know that Calipso has another
// store.
//
// A Mirror follows the commit logs, like the search index. It first copies each
// environment as it was at one commit, then writes what later commits changed.
// What it has written is noted in the MongoDB itself, beside the documents. DESIGN.md
// tells how that makes it safe against kills, outages and restored backups.
package mirror
