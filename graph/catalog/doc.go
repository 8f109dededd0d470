// Package catalog holds what Calipso knows before it has seen any cloud: the
// types of vertices and edges, the folders of the navigation tree, the clique
// types and constraints that are shipped, the enumerations of the documented
// schema, and which environments are supported.
//
// Each is one table, an ordinary value in a file of its own, with typed
// look-ups. Adding a row is the registration; the golden files under testdata
// show what changed. What users add beside the shipped rows lives as documents
// in the store; Documents gives the shipped rows in that form.
package catalog
