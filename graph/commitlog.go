package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// commitRecord makes a commit visible; what it changed lies beside it, in
// chunks.
type commitRecord struct {
	_       struct{} `cbor:",toarray"`
	Kind    CauseKind
	ID      string
	Who     string
	Changes int
	Chunks  int
}

func (c commitRecord) encode() ([]byte, error) {
	b, err := encodeBody.Marshal(c)
	return append([]byte{formatVersion}, b...), err
}

func decodeCommit(b []byte) (c commitRecord, err error) {
	if len(b) == 0 || b[0] != formatVersion {
		return c, corrupt(errors.New("commit record has an unknown format"))
	}
	if err := decodeBody.Unmarshal(b[1:], &c); err != nil {
		return c, corrupt(err)
	}
	return c, nil
}

func (c commitRecord) cause() Cause { return Cause{Kind: c.Kind, ID: c.ID, Who: c.Who} }

// timeAt reads the time behind a room's kind byte.
func timeAt(key []byte) (Time, error) {
	if len(key) < 13 {
		return 0, corrupt(fmt.Errorf("log key %x is cut off", key))
	}
	return Time(binary.BigEndian.Uint64(key[5:])), nil
}

// The things that an entry of a change list may be about.
const (
	entryVertex byte = iota
	entryEdge
	entryDoc
)

var opCodes = [...]Op{Added, Changed, Removed}

// entry is one change as logged: vertices and edges by number, since a number
// belongs to the same id for ever.
type entry struct {
	op   Op
	what byte
	typ  uint8 // of a vertex
	num  uint32
	doc  DocKey
}

func (e entry) append(b []byte) []byte {
	var op byte
	for i, o := range opCodes {
		if o == e.op {
			op = byte(i)
		}
	}
	b = append(b, op<<2|e.what)
	switch e.what {
	case entryVertex:
		b = binary.BigEndian.AppendUint32(append(b, e.typ), e.num)
	case entryEdge:
		b = binary.BigEndian.AppendUint32(b, e.num)
	default:
		b = appendText(appendText(b, string(e.doc.Collection)), e.doc.ID)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func cutText(b []byte) (s string, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return "", nil, false
	}
	return string(b[size : size+int(n)]), b[size+int(n):], true
}

var errChunk = corrupt(errors.New("change list is cut off"))

// decodeEntries reads one chunk.
func decodeEntries(b []byte) ([]entry, error) {
	if len(b) == 0 || b[0] != formatVersion {
		return nil, corrupt(errors.New("change list has an unknown format"))
	}
	b = b[1:]
	var out []entry
	for len(b) > 0 {
		tag := b[0]
		b = b[1:]
		if int(tag>>2) >= len(opCodes) {
			return nil, errChunk
		}
		e := entry{op: opCodes[tag>>2], what: tag & 3}
		switch {
		case e.what == entryVertex && len(b) >= 5:
			e.typ, e.num = b[0], binary.BigEndian.Uint32(b[1:])
			b = b[5:]
		case e.what == entryEdge && len(b) >= 4:
			e.num = binary.BigEndian.Uint32(b)
			b = b[4:]
		case e.what == entryDoc:
			var c string
			var ok bool
			if c, b, ok = cutText(b); !ok {
				return nil, errChunk
			}
			if e.doc.ID, b, ok = cutText(b); !ok {
				return nil, errChunk
			}
			e.doc.Collection = Collection(c)
		default:
			return nil, errChunk
		}
		out = append(out, e)
	}
	return out, nil
}

// entries iterates over the change list of the commits in (after, last], chunk
// by chunk.
func (r records) entries(ctx context.Context, after, last Time) iter.Seq2[[]entry, error] {
	return func(yield func([]entry, error) bool) {
		rng := kv.Range{From: r.room.time(kindChanges, after+1), To: r.room.time(kindChanges, last+1)}
		for p, err := range r.Range(ctx, rng) {
			var list []entry
			if err == nil {
				list, err = decodeEntries(p.Value)
			}
			if !yield(list, err) || err != nil {
				return
			}
		}
	}
}

// resolve gives the entries of one chunk their names. Numbers keep theirs for
// ever, so the newest versions tell, deleted ones too.
func (r records) resolve(ctx context.Context, list []entry, types func(uint8) VertexType) ([]Change, error) {
	var vertices, edges []uint32
	for _, e := range list {
		switch e.what {
		case entryVertex:
			vertices = append(vertices, e.num)
		case entryEdge:
			edges = append(edges, e.num)
		}
	}
	ids, err := r.ids(ctx, vertices)
	if err != nil {
		return nil, err
	}
	keys, err := r.edgeKeys(ctx, edges)
	if err != nil {
		return nil, err
	}
	out := make([]Change, 0, len(list))
	for _, e := range list {
		c := Change{Op: e.op}
		switch e.what {
		case entryVertex:
			c.Vertex, c.Type = ids[0], types(e.typ)
			ids = ids[1:]
		case entryEdge:
			c.Edge = &keys[0]
			keys = keys[1:]
		default:
			c.Doc = &DocKey{e.doc.Collection, e.doc.ID}
		}
		out = append(out, c)
	}
	return out, nil
}

func (r records) ids(ctx context.Context, nums []uint32) ([]ID, error) {
	now := r
	now.at = maxTime
	vs, err := now.vertices(ctx, nums)
	if err != nil {
		return nil, err
	}
	out := make([]ID, len(vs))
	for i, v := range vs {
		if v == nil {
			return nil, corrupt(fmt.Errorf("vertex %d is in the log but not stored", nums[i]))
		}
		names, err := leadingTexts(v.body, 1)
		if err != nil {
			return nil, fmt.Errorf("vertex %d: %w", nums[i], err)
		}
		out[i] = ID(names[0])
	}
	return out, nil
}

func (r records) edgeKeys(ctx context.Context, nums []uint32) ([]EdgeKey, error) {
	now := r
	now.at = maxTime
	es, err := now.edges(ctx, nums)
	if err != nil {
		return nil, err
	}
	out := make([]EdgeKey, len(es))
	for i, e := range es {
		if e == nil {
			return nil, corrupt(fmt.Errorf("edge %d is in the log but not stored", nums[i]))
		}
		if out[i], err = edgeKeyOf(e.body); err != nil {
			return nil, fmt.Errorf("edge %d: %w", nums[i], err)
		}
	}
	return out, nil
}
