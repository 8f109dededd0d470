// Package graphtest gives tests their graphs: Parse reads one from a text
// picture, Draw prints one, Topology makes the arrays that walks run on, and
// Cloud generates realistic clouds of any size.
//
// A picture has one thing a line:
//
//	# a comment
//	vnic tap1 {host: node-1, mac_address: "fa:16:3e:00:00:01"}
//	vnic tap1 -> vconnector qbr1 {network: n1}
//
// A vertex is its type and id; an edge is two of them joined by "->", and its
// type is that of its ends unless the arrow names another:
// "vconnector br1 -[vedge-otep]-> otep o1". Ids with blanks are quoted.
// Attributes follow in YAML's flow style. Of a vertex, name, object_name, host,
// parent and part, and of an edge, name, state, host, switch and implicit are
// fields, all others attributes.
package graphtest
