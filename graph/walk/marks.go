package walk

// marks says of vertices how far they are, for the length of one walk: four
// bytes for each vertex there is.
type marks struct {
	of   []uint32
	base uint32 // what is less is of an earlier walk
	most uint32 // largest distance of this walk
}

// begin forgets all.
func (m *marks) begin(n int) {
	next := m.base + m.most + 1
	if len(m.of) < n || next > 1<<31 {
		m.of, next = make([]uint32, n), 1
	}
	m.base, m.most = max(next, 1), 0
}

func (m *marks) known(n uint32) bool { return m.of[n] >= m.base }

// far is the distance of a known vertex.
func (m *marks) far(n uint32) uint32 { return m.of[n] - m.base }

func (m *marks) set(n, far uint32) {
	m.of[n] = m.base + far
	m.most = max(m.most, far)
}
