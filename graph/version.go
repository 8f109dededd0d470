package graph

import (
	"encoding/binary"
	"fmt"
)

// formatVersion is the first byte of every record of this format.
const formatVersion = 1

const flagDeleted = 1

// vertexVersion is one version of a vertex: what the arrays need in front,
// so that it can be read without decoding the body.
type vertexVersion struct {
	time    Time
	deleted bool
	typ     uint8  // code of the type
	parent  uint32 // number of the parent, 0 for none
	body    []byte
}

const vertexHead = 15

func (v *vertexVersion) encode() []byte {
	b := make([]byte, 0, vertexHead+len(v.body))
	b = appendHead(b, v.time, v.deleted)
	b = append(b, v.typ)
	b = binary.BigEndian.AppendUint32(b, v.parent)
	return append(b, v.body...)
}

func decodeVertexVersion(b []byte) (v vertexVersion, err error) {
	if v.time, v.deleted, err = decodeHead(b, vertexHead); err != nil {
		return v, err
	}
	v.typ = b[10]
	v.parent = binary.BigEndian.Uint32(b[11:])
	v.body = b[vertexHead:]
	return v, nil
}

// edgeVersion is one version of an edge.
type edgeVersion struct {
	time     Time
	deleted  bool
	typ      uint8
	from, to uint32
	value    uint32 // code of the constraint value
	body     []byte
}

const edgeHead = 23

func (e *edgeVersion) encode() []byte {
	b := make([]byte, 0, edgeHead+len(e.body))
	b = appendHead(b, e.time, e.deleted)
	b = append(b, e.typ)
	b = binary.BigEndian.AppendUint32(b, e.from)
	b = binary.BigEndian.AppendUint32(b, e.to)
	b = binary.BigEndian.AppendUint32(b, e.value)
	return append(b, e.body...)
}

func decodeEdgeVersion(b []byte) (e edgeVersion, err error) {
	if e.time, e.deleted, err = decodeHead(b, edgeHead); err != nil {
		return e, err
	}
	e.typ = b[10]
	e.from = binary.BigEndian.Uint32(b[11:])
	e.to = binary.BigEndian.Uint32(b[15:])
	e.value = binary.BigEndian.Uint32(b[19:])
	e.body = b[edgeHead:]
	return e, nil
}

// docVersion is one version of a document.
type docVersion struct {
	time    Time
	deleted bool
	body    []byte
}

const docHead = 10

func (d *docVersion) encode() []byte {
	return append(appendHead(make([]byte, 0, docHead+len(d.body)), d.time, d.deleted), d.body...)
}

func decodeDocVersion(b []byte) (d docVersion, err error) {
	if d.time, d.deleted, err = decodeHead(b, docHead); err != nil {
		return d, err
	}
	d.body = b[docHead:]
	return d, nil
}

func appendHead(b []byte, t Time, deleted bool) []byte {
	var flags byte
	if deleted {
		flags = flagDeleted
	}
	return binary.BigEndian.AppendUint64(append(b, formatVersion, flags), uint64(t))
}

func decodeHead(b []byte, size int) (t Time, deleted bool, err error) {
	if len(b) < size {
		return 0, false, corrupt(fmt.Errorf("record of %d bytes is cut off", len(b)))
	}
	if b[0] != formatVersion {
		return 0, false, corrupt(fmt.Errorf("record has the unknown format %d", b[0]))
	}
	return Time(binary.BigEndian.Uint64(b[2:])), b[1]&flagDeleted != 0, nil
}

// number reads the 4-byte value of an index record.
func number(b []byte) (uint32, error) {
	if len(b) != 4 {
		return 0, corrupt(fmt.Errorf("number of %d bytes", len(b)))
	}
	return binary.BigEndian.Uint32(b), nil
}

func numberBytes(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
