package graph

import (
	"encoding/binary"
	"math"
	"sync"
)

// decoder reads the bodies of vertices and edges as encoder writes them, without
// reflection. What it does not know, or what is damaged, it leaves to the
// library, which then decides: both give the same values (a test holds them
// together).
type decoder struct {
	b     []byte
	known map[string]string // texts that many bodies hold, such as keys
}

// mostKnown bounds the texts that a decoder remembers, longestKnown their size.
const (
	mostKnown    = 4096
	longestKnown = 40
)

// decoders are kept, with what they know.
var decoders = sync.Pool{New: func() any { return &decoder{known: map[string]string{}} }}

// read decodes a body with do; false: the library has to.
func read(body []byte, do func(*decoder) bool) bool {
	d := decoders.Get().(*decoder)
	d.b = body
	ok := do(d) && len(d.b) == 0
	d.b = nil
	decoders.Put(d)
	return ok
}

// head reads a major type with its number; false for what encoder does not
// write, such as lengths that are not known beforehand.
func (d *decoder) head() (major byte, n uint64, ok bool) {
	if len(d.b) == 0 {
		return 0, 0, false
	}
	major, n = d.b[0]&0xe0, uint64(d.b[0]&0x1f)
	size := 1
	switch {
	case n < 24:
	case n <= 27:
		size += 1 << (n - 24)
		if len(d.b) < size {
			return 0, 0, false
		}
		switch n {
		case 24:
			n = uint64(d.b[1])
		case 25:
			n = uint64(binary.BigEndian.Uint16(d.b[1:]))
		case 26:
			n = uint64(binary.BigEndian.Uint32(d.b[1:]))
		default:
			n = binary.BigEndian.Uint64(d.b[1:])
		}
	default:
		return 0, 0, false
	}
	d.b = d.b[size:]
	return major, n, true
}

// array reads the head of an array of so many members.
func (d *decoder) array(members uint64) bool {
	major, n, ok := d.head()
	return ok && major == majorArray && n == members
}

// text reads a text; common: one that many bodies hold.
func (d *decoder) text(common bool) (string, bool) {
	major, n, ok := d.head()
	if !ok || major != majorText || n > uint64(len(d.b)) {
		return "", false
	}
	return d.cut(int(n), common), true
}

func (d *decoder) cut(n int, common bool) string {
	b := d.b[:n]
	d.b = d.b[n:]
	if !common || n > longestKnown {
		return string(b)
	}
	s, ok := d.known[string(b)]
	if !ok {
		if len(d.known) >= mostKnown {
			clear(d.known)
		}
		s = string(b)
		d.known[s] = s
	}
	return s
}

func (d *decoder) bool() (v, ok bool) {
	if len(d.b) == 0 || d.b[0] != cborTrue && d.b[0] != cborFalse {
		return false, false
	}
	v = d.b[0] == cborTrue
	d.b = d.b[1:]
	return v, true
}

// attrs reads attributes; nil if there are none.
func (d *decoder) attrs() (map[string]any, bool) {
	if len(d.b) > 0 && d.b[0] == cborNil {
		d.b = d.b[1:]
		return nil, true
	}
	major, n, ok := d.head()
	if !ok || major != majorMap {
		return nil, false
	}
	return d.object(n, 0)
}

func (d *decoder) object(n uint64, depth int) (map[string]any, bool) {
	if n > uint64(len(d.b)) || depth > maxDepth {
		return nil, false
	}
	m := make(map[string]any, n)
	for range n {
		k, ok := d.text(true)
		if !ok {
			return nil, false
		}
		if m[k], ok = d.value(depth + 1); !ok {
			return nil, false
		}
	}
	return m, uint64(len(m)) == n
}

func (d *decoder) value(depth int) (any, bool) {
	if len(d.b) == 0 || depth > maxDepth {
		return nil, false
	}
	switch d.b[0] {
	case cborNil:
		d.b = d.b[1:]
		return nil, true
	case cborTrue, cborFalse:
		return d.bool()
	case cborFloat64:
		if len(d.b) < 9 {
			return nil, false
		}
		f := math.Float64frombits(binary.BigEndian.Uint64(d.b[1:]))
		d.b = d.b[9:]
		return f, true
	case cborFloat32, cborFloat16:
		return d.library()
	}
	if d.b[0]&0xe0 == majorTag {
		return d.library()
	}
	major, n, ok := d.head()
	if !ok {
		return nil, false
	}
	switch major {
	case majorUint:
		return int64(n), n <= math.MaxInt64
	case majorNeg:
		return ^int64(n), n <= math.MaxInt64
	case majorText:
		if n > uint64(len(d.b)) {
			return nil, false
		}
		return d.cut(int(n), false), true
	case majorMap:
		return d.object(n, depth)
	case majorArray:
		return d.list(n, depth)
	}
	return nil, false
}

func (d *decoder) list(n uint64, depth int) (any, bool) {
	if n > uint64(len(d.b)) {
		return nil, false
	}
	list := make([]any, n)
	for i := range list {
		var ok bool
		if list[i], ok = d.value(depth + 1); !ok {
			return nil, false
		}
	}
	return list, true
}

// library reads what is rare: times, fractions of few digits.
func (d *decoder) library() (v any, ok bool) {
	rest, err := decodeBody.UnmarshalFirst(d.b, &v)
	d.b = rest
	return v, err == nil
}

// vertex reads a vertex's body; names only leaves its attributes out.
func (d *decoder) vertex(v *Vertex, namesOnly bool) (ok bool) {
	if !d.array(8) {
		return false
	}
	var id, typ, parent string
	for _, t := range [...]struct {
		to     *string
		common bool
	}{{&id, false}, {&typ, true}, {&v.Name, false}, {&v.ObjectName, false}, {&v.Host, true}, {&parent, false}, {&v.Part, true}} {
		if *t.to, ok = d.text(t.common); !ok {
			return false
		}
	}
	v.ID, v.Type, v.Parent = ID(id), VertexType(typ), ID(parent)
	if namesOnly {
		d.b = nil
		return true
	}
	v.Attrs, ok = d.attrs()
	return ok
}

// edge reads an edge's body.
func (d *decoder) edge(e *Edge) (ok bool) {
	if !d.array(9) {
		return false
	}
	var typ, from, to, state string
	for _, t := range [...]struct {
		to     *string
		common bool
	}{{&typ, true}, {&from, false}, {&to, false}, {&e.Name, false}, {&state, true}, {&e.Host, true}, {&e.Switch, true}} {
		if *t.to, ok = d.text(t.common); !ok {
			return false
		}
	}
	e.EdgeKey, e.State = EdgeKey{EdgeType(typ), ID(from), ID(to)}, EdgeState(state)
	if e.Implicit, ok = d.bool(); !ok {
		return false
	}
	e.Attrs, ok = d.attrs()
	return ok
}
