// Package index finds objects by what people have at hand: a name or a piece of
// one, an id, a MAC or an IP address in any spelling, a name typed wrongly; now,
// at a past time or through all time.
//
// An Index follows the commit log of every environment and keeps, on disk
// beside the store, the names and identifiers that objects have and had. It
// holds nothing that the store did not: whenever it is behind what the log still
// has, damaged, or of another form, it makes itself anew. DESIGN.md tells the
// fields and why each is there.
package index
