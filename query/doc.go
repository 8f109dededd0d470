// Package query answers what people ask of a cloud: which environments there
// are, one object and what is below it, its links, its clique, what is near it,
// how one gets from here to there, and where something is found. Each question
// is a struct and so is each answer; every question can be asked of any
// retained time.
//
// Answers carry vertices and edges with what is derived from others: paths of
// ids and names, the parent's type, when an object was last seen and whether
// that is stale. The documented shapes of the API are made of them at the
// border, in webapi.
package query
