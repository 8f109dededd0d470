// Package extent finds what a scope holds in an environment at a time: its
// members, which belong to the projects, carry the tags or have the ids that it
// names, and what is within it: the members and all that is in their cliques.
// For each object it can say why.
package extent
