// Package mongo reads and writes the documented collections of a MongoDB
// database over the network: Source is a live Calipso database to import, Target
// one that legacy tools read. Open connects; Indexes lists the indexes that the
// documented schema wants; documents are mapped by package importexport.
//
// Whatever this package says (errors, names) leaves the address's password out.
package mongo
