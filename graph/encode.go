package graph

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// encoder writes bodies in deterministic CBOR: shortest heads, members of maps
// by length and then bytes. It writes what the library would, byte for byte
// (a test holds both together), without reflection and in the same walk that
// checks the form of the values: bodies are most of what a commit encodes.
// An encoder serves one goroutine.
type encoder struct {
	b       []byte
	members []member // a stack: those of the maps being written
	secrets bool     // sealed secrets may occur
}

// member is one entry of a map.
type member struct {
	key   string
	value any
}

// errForm: a value is not in the form that is stored; Normalize may help.
var errForm = errors.New("value is not in its stored form")

// The major types of CBOR that occur.
const (
	majorUint  = 0 << 5
	majorNeg   = 1 << 5
	majorBytes = 2 << 5
	majorText  = 3 << 5
	majorArray = 4 << 5
	majorMap   = 5 << 5
	majorTag   = 6 << 5

	cborFalse   = 0xf4
	cborTrue    = 0xf5
	cborNil     = 0xf6
	cborFloat16 = 0xf9
	cborFloat32 = 0xfa
	cborFloat64 = 0xfb
	tagTime     = 0
)

// head writes a major type with its number in the fewest bytes.
func (e *encoder) head(major byte, n uint64) {
	switch {
	case n < 24:
		e.b = append(e.b, major|byte(n))
	case n <= math.MaxUint8:
		e.b = append(e.b, major|24, byte(n))
	case n <= math.MaxUint16:
		e.b = binary.BigEndian.AppendUint16(append(e.b, major|25), uint16(n))
	case n <= math.MaxUint32:
		e.b = binary.BigEndian.AppendUint32(append(e.b, major|26), uint32(n))
	default:
		e.b = binary.BigEndian.AppendUint64(append(e.b, major|27), n)
	}
}

func (e *encoder) text(s string) {
	e.head(majorText, uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) bool(v bool) {
	if v {
		e.b = append(e.b, cborTrue)
	} else {
		e.b = append(e.b, cborFalse)
	}
}

func (e *encoder) int(n int64) {
	if n < 0 {
		e.head(majorNeg, uint64(^n))
	} else {
		e.head(majorUint, uint64(n))
	}
}

// float takes the shortest of three widths that loses nothing.
func (e *encoder) float(f float64) {
	narrow := float32(f)
	if float64(narrow) != f {
		e.b = binary.BigEndian.AppendUint64(append(e.b, cborFloat64), math.Float64bits(f))
		return
	}
	if half, ok := float16(narrow); ok {
		e.b = binary.BigEndian.AppendUint16(append(e.b, cborFloat16), half)
		return
	}
	e.b = binary.BigEndian.AppendUint32(append(e.b, cborFloat32), math.Float32bits(narrow))
}

// float16 is the half-precision form of a finite number, if it has one.
func float16(f float32) (bits uint16, ok bool) {
	b := math.Float32bits(f)
	sign, exponent, fraction := uint16(b>>16)&0x8000, int(b>>23&0xff)-127, b&0x7fffff
	switch {
	case b<<1 == 0:
		return sign, true
	case exponent >= -14 && exponent <= 15:
		return sign | uint16(exponent+15)<<10 | uint16(fraction>>13), fraction&0x1fff == 0
	case exponent >= -24 && exponent < -14: // without a leading one
		shift := uint(-exponent - 1)
		whole := fraction | 0x800000
		return sign | uint16(whole>>shift), whole&(1<<shift-1) == 0
	}
	return 0, false
}

// value writes an attribute's value in its stored form, or answers errForm: the
// usual kinds go straight to bytes, the others by way of Normalize.
func (e *encoder) value(v any, depth int) error {
	if depth > maxDepth {
		return errForm
	}
	switch v := v.(type) {
	case nil:
		e.b = append(e.b, cborNil)
	case string:
		e.text(v)
	case bool:
		e.bool(v)
	case int64:
		e.int(v)
	case int:
		e.int(int64(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errForm
		}
		e.float(v)
	case time.Time:
		e.time(v.UTC())
	case map[string]any:
		return e.object(v, depth)
	case Attrs:
		return e.object(v, depth)
	case []any:
		return e.list(v, depth)
	case []string:
		e.head(majorArray, uint64(len(v)))
		for _, s := range v {
			e.text(s)
		}
	case cbor.Tag:
		sealed, ok := v.Content.([]byte)
		if !ok || !e.secrets {
			return errForm
		}
		e.head(majorTag, v.Number)
		e.head(majorBytes, uint64(len(sealed)))
		e.b = append(e.b, sealed...)
	default:
		return errForm
	}
	return nil
}

func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.b = append(e.b, cborNil)
		return
	}
	e.head(majorTag, tagTime)
	var room [len(time.RFC3339Nano)]byte
	text := t.AppendFormat(room[:0], time.RFC3339Nano)
	e.head(majorText, uint64(len(text)))
	e.b = append(e.b, text...)
}

func (e *encoder) list(list []any, depth int) error {
	e.head(majorArray, uint64(len(list)))
	for _, v := range list {
		if err := e.value(v, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) object(m map[string]any, depth int) error {
	e.head(majorMap, uint64(len(m)))
	base := len(e.members)
	for k, v := range m {
		e.members = append(e.members, member{k, v})
	}
	sortMembers(e.members[base:])
	for i := base; i < base+len(m); i++ {
		e.text(e.members[i].key)
		if err := e.value(e.members[i].value, depth+1); err != nil {
			return err
		}
	}
	clear(e.members[base:])
	e.members = e.members[:base]
	return nil
}

// attrs writes the attributes of a vertex, edge or document; none as nil.
// What is not in its stored form is brought into it first.
func (e *encoder) attrs(a Attrs) error {
	if len(a) == 0 {
		e.b = append(e.b, cborNil)
		return nil
	}
	at := len(e.b)
	if e.object(a, 0) == nil {
		return nil
	}
	e.b, e.members = e.b[:at], e.members[:0]
	m, err := stored(a, e.secrets)
	if err != nil {
		return err
	}
	return e.object(m, 0)
}

// vertex writes a vertex's body.
func (e *encoder) vertex(v *Vertex) error {
	e.head(majorArray, 8)
	for _, s := range [...]string{string(v.ID), string(v.Type), v.Name, v.ObjectName, v.Host, string(v.Parent), v.Part} {
		e.text(s)
	}
	return e.attrs(v.Attrs)
}

// edge writes an edge's body.
func (e *encoder) edge(x *Edge) error {
	e.head(majorArray, 9)
	for _, s := range [...]string{string(x.Type), string(x.From), string(x.To), x.Name, string(x.State), x.Host, x.Switch} {
		e.text(s)
	}
	e.bool(x.Implicit)
	return e.attrs(x.Attrs)
}

// encoders are kept for one-off bodies.
var encoders = sync.Pool{New: func() any { return new(encoder) }}

// encoded is what write leaves in an encoder, in bytes of its own.
func encoded(write func(*encoder) error) ([]byte, error) {
	enc := encoders.Get().(*encoder)
	defer encoders.Put(enc)
	enc.b, enc.secrets = enc.b[:0], false
	if err := write(enc); err != nil {
		return nil, err
	}
	return bytes.Clone(enc.b), nil
}

// compareKeys orders the keys of a map as deterministic CBOR does.
func compareKeys(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// sortMembers sorts few members where they are; maps of objects have ten to
// thirty.
func sortMembers(list []member) {
	if len(list) > 40 {
		slices.SortFunc(list, func(a, b member) int { return compareKeys(a.key, b.key) })
		return
	}
	for i := 1; i < len(list); i++ {
		m := list[i]
		at := i
		for ; at > 0 && compareKeys(m.key, list[at-1].key) < 0; at-- {
			list[at] = list[at-1]
		}
		list[at] = m
	}
}
