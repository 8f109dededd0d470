package graph

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Bodies of records are CBOR in its deterministic form, so that equal things
// have equal bytes. The library's limits on decoding are lifted to what the
// encoder may have written; text need not be valid UTF-8, since hosts are not.

const (
	// maxDepth is how deep attributes may nest.
	maxDepth = 100
	// secretTag marks a sealed secret; from the range that CBOR leaves free
	// for private use.
	secretTag = 0x43414c53
)

var (
	encodeBody = must(func() (cbor.EncMode, error) {
		o := cbor.CoreDetEncOptions()
		o.Time = cbor.TimeRFC3339Nano
		o.TimeTag = cbor.EncTagRequired
		return o.EncMode()
	}())
	decodeBody = must(cbor.DecOptions{
		MaxNestedLevels:  maxDepth + 20,
		MaxArrayElements: math.MaxInt32,
		MaxMapPairs:      math.MaxInt32,
		IntDec:           cbor.IntDecConvertSignedOrFail,
		DefaultMapType:   reflect.TypeFor[map[string]any](),
		UTF8:             cbor.UTF8DecodeInvalid,
		TimeTagToAny:     cbor.TimeTagToTime,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // our own options contradict each other
	}
	return v
}

// vertexBody is a vertex as stored. Members are only ever added at the end.
type vertexBody struct {
	_          struct{} `cbor:",toarray"`
	ID         ID
	Type       VertexType
	Name       string
	ObjectName string
	Host       string
	Parent     ID
	Part       string
	Attrs      map[string]any
}

// edgeBody is an edge as stored.
type edgeBody struct {
	_        struct{} `cbor:",toarray"`
	Type     EdgeType
	From, To ID
	Name     string
	State    EdgeState
	Host     string
	Switch   string
	Implicit bool
	Attrs    map[string]any
}

// stored brings attributes into the form that is stored. It copies only what
// needs to change.
func stored(a Attrs, secrets bool) (map[string]any, error) {
	if len(a) == 0 {
		return nil, nil
	}
	if plain(map[string]any(a), 0, secrets) {
		return a, nil
	}
	v, err := Normalize(a)
	if err != nil {
		return nil, err
	}
	m := v.(map[string]any)
	if !plain(m, 0, secrets) {
		if !secrets && plain(m, 0, true) {
			return nil, fmt.Errorf("graph: only documents may hold secrets")
		}
		return nil, fmt.Errorf("graph: attributes nest deeper than %d levels", maxDepth)
	}
	return m, nil
}

// plain tells whether a value is in its stored form already.
func plain(v any, depth int, secrets bool) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case nil, bool, int64, string:
		return true
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	case time.Time:
		return v.Location() == time.UTC
	case Secret:
		return secrets
	case map[string]any:
		if v == nil {
			return false
		}
		for _, e := range v {
			if !plain(e, depth+1, secrets) {
				return false
			}
		}
		return true
	case []any:
		if v == nil {
			return false
		}
		for _, e := range v {
			if !plain(e, depth+1, secrets) {
				return false
			}
		}
		return true
	}
	return false
}

func encodeVertex(v *Vertex) ([]byte, error) {
	return encoded(func(enc *encoder) error { return enc.vertex(v) })
}

func decodeVertex(b []byte) (*Vertex, error) {
	v := new(Vertex)
	if read(b, func(d *decoder) bool { return d.vertex(v, false) }) {
		return v, nil
	}
	return libraryVertex(b)
}

// namedVertex is decodeVertex without the attributes.
func namedVertex(b []byte) (*Vertex, error) {
	v := new(Vertex)
	if read(b, func(d *decoder) bool { return d.vertex(v, true) }) {
		return v, nil
	}
	v, err := libraryVertex(b)
	if err == nil {
		v.Attrs = nil
	}
	return v, err
}

func libraryVertex(b []byte) (*Vertex, error) {
	var s vertexBody
	if err := decodeBody.Unmarshal(b, &s); err != nil {
		return nil, corrupt(err)
	}
	return &Vertex{
		ID: s.ID, Type: s.Type, Name: s.Name, ObjectName: s.ObjectName,
		Host: s.Host, Parent: s.Parent, Part: s.Part, Attrs: s.Attrs,
	}, nil
}

func encodeEdge(e *Edge) ([]byte, error) {
	return encoded(func(enc *encoder) error { return enc.edge(e) })
}

func decodeEdge(b []byte) (*Edge, error) {
	e := new(Edge)
	if read(b, func(d *decoder) bool { return d.edge(e) }) {
		return e, nil
	}
	return libraryEdge(b)
}

func libraryEdge(b []byte) (*Edge, error) {
	var s edgeBody
	if err := decodeBody.Unmarshal(b, &s); err != nil {
		return nil, corrupt(err)
	}
	return &Edge{
		EdgeKey: EdgeKey{s.Type, s.From, s.To}, Name: s.Name, State: s.State,
		Host: s.Host, Switch: s.Switch, Implicit: s.Implicit, Attrs: s.Attrs,
	}, nil
}

// leadingTexts reads the first members of a body, which must be texts, and
// leaves the rest undecoded.
func leadingTexts(body []byte, n int) ([]string, error) {
	out := make([]string, n)
	if len(body) == 0 || body[0]>>5 != 4 || body[0]&0x1f >= 24 {
		return nil, corrupt(errors.New("body is no short array"))
	}
	rest, err := body[1:], error(nil)
	for i := range out {
		if rest, err = decodeBody.UnmarshalFirst(rest, &out[i]); err != nil {
			return nil, corrupt(err)
		}
	}
	return out, nil
}

func edgeKeyOf(body []byte) (EdgeKey, error) {
	t, err := leadingTexts(body, 3)
	if err != nil {
		return EdgeKey{}, err
	}
	return EdgeKey{EdgeType(t[0]), ID(t[1]), ID(t[2])}, nil
}

// corrupt marks an error as that of bytes which do not make sense.
func corrupt(err error) error { return fmt.Errorf("%w: %w", ErrCorrupt, err) }
