// Package enrich joins what several sources said about one cloud: each Step
// reads the vertices of a scan's draft and adds what only two of them together
// tell, such as the network of a device (its MAC is in the host's listing, the
// network in Neutron's port).
//
// Steps are pure functions over the draft, run in the order of the table Steps
// and give the same result when run again, also over vertices kept from an
// earlier scan. They speak to no source. Links are not made here but in
// package link, which reads what these steps wrote.
//
// DESIGN.md tells which step writes which attribute.
package enrich
