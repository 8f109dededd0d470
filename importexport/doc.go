// Package importexport moves environments in and out as the documents of the
// documented MongoDB schema (inventory, links, cliques and the collections
// beside them). The mapping between documents and graph is written here, once;
// formats (jsonl, mongo) only carry documents.
//
// Import reads a Source into a Store: it accepts what both earlier versions
// wrote, in either of their shapes, and reports what was taken, mapped and
// skipped, with reasons. Export writes what a Store held at one time to a
// Target, in an order that depends on nothing but the content: exporting what
// was imported from an export gives the same files.
//
// Cliques are computed for the export, never read. Users are imported where
// whoever imports may manage users, and never exported, nor are tokens; secrets
// are masked.
package importexport
