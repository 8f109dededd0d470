// Package osdb reads, from the databases of an OpenStack cloud, the few facts
// that its APIs do not tell or tell only one by one: the tunnel endpoints that
// Neutron hands to its agents, and which agent serves which router or network.
//
// The source is optional (rule DIS-31): it exists for an environment only if
// that has a section "mysql". It reads, in read-only transactions, at most two
// at a time, and no statement runs longer than 30 seconds.
package osdb
