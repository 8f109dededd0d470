package topology

// Builder makes a graph from names rather than codes: for tests and drafts.
// It is not safe for concurrent use; its zero value is ready.
type Builder struct {
	edit     *Edit
	nextEdge uint32
}

func (b *Builder) init() {
	if b.edit == nil {
		b.edit = New(NewNames(), NewNames(), NewNames()).Edit()
	}
}

// Vertex adds vertex n (above 0) of a type under a parent, 0 for none.
func (b *Builder) Vertex(n uint32, typ string, parent uint32) {
	b.init()
	b.edit.vertexTypes = b.edit.vertexTypes.Add(typ)
	code, _ := b.edit.vertexTypes.Code(typ)
	b.edit.SetVertex(n, uint8(code), parent)
}

// Edge adds an edge with its constraint value, "" for none, and tells its
// number: 1, 2, … in the order added.
func (b *Builder) Edge(typ string, from, to uint32, value string) uint32 {
	b.init()
	b.edit.edgeTypes = b.edit.edgeTypes.Add(typ)
	b.edit.values = b.edit.values.Add(value)
	code, _ := b.edit.edgeTypes.Code(typ)
	v, _ := b.edit.values.Code(value)
	b.nextEdge++
	b.edit.SetEdge(b.nextEdge, uint8(code), from, to, uint32(v))
	return b.nextEdge
}

// Graph is the graph of all that was added so far.
func (b *Builder) Graph() *Graph {
	b.init()
	return b.edit.Graph()
}
