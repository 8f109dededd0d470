package topology

import "cmp"

// MaxValue is the largest code of a constraint value.
const MaxValue = 1<<24 - 1

// Arc is one edge as seen from one of its ends: 12 bytes.
type Arc struct {
	// Peer is the number of the vertex at the other end.
	Peer uint32
	// Edge is the number of the edge.
	Edge uint32
	meta uint32 // type code in the upper 8 bits, value code in the lower 24
}

// NewArc packs an arc; value is cut to 24 bits.
func NewArc(peer, edge uint32, typ uint8, value uint32) Arc {
	return Arc{Peer: peer, Edge: edge, meta: uint32(typ)<<24 | value&MaxValue}
}

// Type is the code of the edge's type.
func (a Arc) Type() uint8 { return uint8(a.meta >> 24) }

// Value is the code of the edge's constraint value ("network"), 0 if it
// carries none.
func (a Arc) Value() uint32 { return a.meta & MaxValue }

// compareArcs orders arcs by type code, then peer: at most one edge has the
// same type and the same ends.
func compareArcs(a, b Arc) int {
	return cmp.Or(cmp.Compare(a.Type(), b.Type()), cmp.Compare(a.Peer, b.Peer))
}
