// Package health tells how the instances of an environment and what serves them
// stood at a time: for each instance its host, zone, vNICs, networks, the way to
// the physical NIC and its status; totals, and what they come to for each host,
// project and network; services; and what was not known (rule S-02).
//
// Which fields make which status is the table in fields.go.
package health
