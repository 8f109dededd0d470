package index

import (
	"encoding/binary"
	"fmt"

	"calipso/graph"
)

// A record is kept in two documents, each with its part of the texts: one of
// what the object has, if it is there, and one of what it had, if anything.
// Both hold the record's head, so that either tells how far it goes.

// How the text of an entry is had from its form.
const (
	asForm   = iota // it is the form
	asUUID          // the digits with dashes
	asMAC           // the digits with colons
	asItself        // it is kept too
)

// encode packs the head of a record and some of its entries.
func (r *record) encode(entries []entry) []byte {
	b := make([]byte, 0, 64+48*len(entries))
	b = binary.AppendVarint(b, int64(r.seen))
	b = appendText(b, string(r.typ))
	b = appendText(b, r.name)
	before := r.seen
	for _, e := range entries {
		how := e.how()
		b = append(b, e.text.at, byte(e.kind)|byte(how)<<4)
		b = appendText(b, e.form)
		if how == asItself {
			b = appendText(b, e.text.text)
		}
		b = binary.AppendUvarint(b, uint64(len(e.spans)))
		for _, s := range e.spans {
			b = binary.AppendVarint(b, int64(s.from-before))
			before = s.from
			length := uint64(0)
			if s.to != 0 {
				length = uint64(s.to - s.from)
			}
			loose := uint64(0)
			if s.loose {
				loose = 1
			}
			b = binary.AppendUvarint(b, length<<1|loose)
		}
	}
	return b
}

func (e *entry) how() int {
	switch {
	case e.text.text == e.form:
		return asForm
	case e.kind == uuidKind && e.text.text == dashed(e.form):
		return asUUID
	case e.kind == macKind && e.text.text == colons(e.form):
		return asMAC
	}
	return asItself
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// unpacking reads what encode packed, as a string so that its parts need not
// be copied.
type unpacking struct {
	b   string
	bad bool
	// The head.
	seen      graph.Time
	typ, name string
	before    graph.Time
}

func unpack(b string) (u unpacking) {
	u.b = b
	u.seen = graph.Time(u.varint())
	u.typ, u.name = u.text(), u.text()
	u.before = u.seen
	return u
}

// packed is an entry that has not been taken apart.
type packed struct {
	at    uint8
	kind  kind
	how   uint8
	form  string
	text  string // if it is kept
	spans int
}

// next is the next entry; its spans are to be read before the one after it. ok
// is false at the end, and when the bytes are none of ours.
func (u *unpacking) next() (p packed, ok bool) {
	if u.bad || len(u.b) == 0 {
		return p, false
	}
	if len(u.b) < 2 {
		u.bad = true
		return p, false
	}
	p.at, p.kind, p.how = u.b[0], kind(u.b[1]&15), u.b[1]>>4
	u.b = u.b[2:]
	if int(p.at) >= len(fields) || p.kind > netKind || p.how > asItself {
		u.bad = true
		return p, false
	}
	p.form = u.text()
	if p.how == asItself {
		p.text = u.text()
	}
	p.spans = int(u.uvarint())
	return p, !u.bad
}

func (u *unpacking) span() (s span) {
	s.from = u.before + graph.Time(u.varint())
	u.before = s.from
	length := u.uvarint()
	s.loose = length&1 != 0
	if length >>= 1; length > 0 {
		s.to = s.from + graph.Time(length)
	}
	return s
}

// full takes an entry apart, with its spans.
func (u *unpacking) full(p packed) entry {
	e := entry{text: text{at: p.at, kind: p.kind, form: p.form}}
	switch p.how {
	case asForm:
		e.text.text = e.form
	case asUUID:
		e.text.text = dashed(e.form)
	case asMAC:
		e.text.text = colons(e.form)
	default:
		e.text.text = p.text
	}
	for range p.spans {
		if u.bad {
			break
		}
		e.spans = append(e.spans, u.span())
	}
	return e
}

func (u *unpacking) uvarint() (v uint64) {
	for i := 0; i < len(u.b) && i < binary.MaxVarintLen64; i++ {
		c := u.b[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			u.b = u.b[i+1:]
			return v
		}
	}
	u.bad, u.b = true, ""
	return 0
}

func (u *unpacking) varint() int64 {
	v := u.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (u *unpacking) text() string {
	n := u.uvarint()
	if u.bad || n > uint64(len(u.b)) {
		u.bad, u.b = true, ""
		return ""
	}
	out := u.b[:n]
	u.b = u.b[n:]
	return out
}

// decode adds what one document holds of a record.
func (r *record) decode(b string, live bool) error {
	u := unpack(b)
	if u.seen >= r.seen {
		r.seen, r.typ, r.name = u.seen, graph.VertexType(u.typ), u.name
	}
	r.live = r.live || live
	for p, ok := u.next(); ok; p, ok = u.next() {
		if e := u.full(p); live {
			r.now = append(r.now, e)
		} else {
			r.past = append(r.past, e)
		}
	}
	if u.bad {
		return fmt.Errorf("index: %w: a record does not decode", ErrDamaged)
	}
	return nil
}
