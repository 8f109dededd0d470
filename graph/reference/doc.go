// Package reference keeps the documents that say how clouds are looked at:
// clique types, clique constraints, link types, constants and the like. What
// comes with Calipso is a table in package catalog; what users add lies beside
// it in the store. A Keeper shows both, marked, and lets users change their own.
//
// It is the one place where such documents are checked before they are stored,
// whoever brings them. Errors say which field is wrong, by which rule, and what
// would be right; those who must answer in other words go by the Fault.
package reference
