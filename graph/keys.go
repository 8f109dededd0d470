package graph

import (
	"bytes"
	"encoding/binary"

	"calipso/graph/kv"
)

// room is the number that starts every key of one environment. A removed
// environment's number is never given out again.
type room uint32

const (
	metaRoom   room = 0 // the store's own records
	sharedRoom room = 1 // documents of no environment
)

// The kinds of records in a room; DESIGN.md has the table.
const (
	kindID             = 'i' // id → number
	kindType           = 't' // type, id → number; of every type a vertex ever had
	kindChild          = 'c' // parent's number, child's number; of all time
	kindEdgeKey        = 'x' // type, from, to → number
	kindVertex         = 'V' // number → newest version
	kindVertexOld      = 'v' // number, time → older version
	kindEdge           = 'E'
	kindEdgeOld        = 'e'
	kindDoc            = 'D' // collection, id → newest version
	kindDocOld         = 'd'
	kindGraph          = 'G' // what the arrays in memory are made from
	kindCommit         = 'L' // time → cause and counts; makes the commit visible
	kindChanges        = 'l' // time, chunk → what it changed
	kindName           = 'N' // table, code → name
	kindCounters       = 'n' // the next free numbers
	kindIntent         = 'w' // time of a commit that is being written
	kindSpill          = 'z' // edges that wait for their ends, during a load
	kindHorizon        = 'h' // which times can be read
	graphMeta     byte = 0
	graphOut      byte = 1
	graphIn       byte = 2
)

// The kinds of records in metaRoom.
const (
	metaFormat   = 'f'
	metaEnv      = 'e' // name → room and state
	metaNextRoom = 'n'
	metaKeyCheck = 'k' // recognises the key that secrets are sealed with
	metaKey      = 'K' // the key itself, if none was given
)

// key starts a key in the room.
func (r room) key(kind byte, size int) []byte {
	k := make([]byte, 0, 5+size)
	k = binary.BigEndian.AppendUint32(k, uint32(r))
	return append(k, kind)
}

func (r room) prefix() []byte { return binary.BigEndian.AppendUint32(nil, uint32(r)) }

func (r room) kind(kind byte) []byte { return r.key(kind, 0) }

func (r room) text(kind byte, text string) []byte {
	return append(r.key(kind, len(text)), text...)
}

func (r room) id(id ID) []byte { return r.text(kindID, string(id)) }

func (r room) typePrefix(t VertexType) []byte {
	return append(r.text(kindType, string(t)), 0)
}

func (r room) typed(t VertexType, id ID) []byte {
	return append(r.typePrefix(t), id...)
}

func (r room) children(parent uint32) []byte {
	return binary.BigEndian.AppendUint32(r.key(kindChild, 8), parent)
}

func (r room) child(parent, child uint32) []byte {
	return binary.BigEndian.AppendUint32(r.children(parent), child)
}

func (r room) edgeTypePrefix(t EdgeType) []byte {
	return append(r.text(kindEdgeKey, string(t)), 0)
}

func (r room) edgeKey(k EdgeKey) []byte {
	b := r.key(kindEdgeKey, len(k.Type)+len(k.From)+len(k.To)+2)
	b = append(append(b, k.Type...), 0)
	b = append(append(b, k.From...), 0)
	return append(b, k.To...)
}

// num is the key of a record by number; size leaves room for more.
func (r room) num(kind byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32(r.key(kind, 12), n)
}

func (r room) appendNum(b []byte, kind byte, n uint32) []byte {
	b = append(binary.BigEndian.AppendUint32(b, uint32(r)), kind)
	return binary.BigEndian.AppendUint32(b, n)
}

// version is the key of an older version; newer ones sort first.
func version(prefix []byte, at Time) []byte {
	return binary.BigEndian.AppendUint64(prefix, ^uint64(at))
}

func (r room) docPrefix(c Collection) []byte {
	return append(r.text(kindDoc, string(c)), 0)
}

func (r room) doc(k DocKey) []byte { return append(r.docPrefix(k.Collection), k.ID...) }

// docOld starts the keys of a document's older versions. The id's length
// keeps two ids apart of which one begins with the other.
func (r room) docOld(k DocKey) []byte {
	b := append(r.text(kindDocOld, string(k.Collection)), 0)
	b = binary.BigEndian.AppendUint32(b, uint32(len(k.ID)))
	return append(b, k.ID...)
}

func (r room) graph(part byte) []byte { return append(r.key(kindGraph, 10), part) }

func (r room) meta(n uint32) []byte {
	return binary.BigEndian.AppendUint32(r.graph(graphMeta), n)
}

func (r room) adjacency(part byte, n uint32, typ uint8, era uint32) []byte {
	b := binary.BigEndian.AppendUint32(r.graph(part), n)
	return binary.BigEndian.AppendUint32(append(b, typ), era)
}

func (r room) adjacencyOf(part byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32(r.graph(part), n)
}

func (r room) time(kind byte, t Time) []byte {
	return binary.BigEndian.AppendUint64(r.key(kind, 12), uint64(t))
}

func (r room) chunk(t Time, n uint32) []byte {
	return binary.BigEndian.AppendUint32(r.time(kindChanges, t), n)
}

func (r room) name(table byte, code int) []byte {
	return binary.BigEndian.AppendUint32(append(r.key(kindName, 5), table), uint32(code))
}

// between is the range of keys that start with prefix, from a given one on.
func between(from, prefix []byte) kv.Range {
	return kv.Range{From: from, To: kv.After(prefix)}
}

// docKeyOf reads the key of a document's newest version.
func (r room) docKeyOf(key []byte) (DocKey, bool) {
	c, id, ok := bytes.Cut(key[len(r.kind(kindDoc)):], []byte{0})
	return DocKey{Collection(c), string(id)}, ok
}
