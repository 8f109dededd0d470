// Package hostcli reads the wiring of hosts from their command lines over SSH:
// interfaces, bridges, Open vSwitch, namespaces, virtual machines, bonds.
//
// A host costs two round trips: one batch of commands that need nothing to be
// known, one of those that name what the first found. What they say is a
// survey of the host; each fetcher turns a part of it into vertices. A command
// that fails is an error only for the fetchers that read it.
//
// Subpackages: batch is the way many commands travel as one, remote the SSH
// connections.
package hostcli
