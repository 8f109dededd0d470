package drawing

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"calipso/graph"
)

// maxColumns bounds the attributes that get a column of their own. Data may use
// names as keys; what is beyond goes together into moreColumn, as JSON.
const (
	maxColumns = 2000
	moreColumn = "more_attributes"
)

// kind is the type of a column, in GraphML's words.
type kind string

const (
	boolean kind = "boolean"
	long    kind = "long"
	double  kind = "double"
	text    kind = "string"
)

// column is one attribute of nodes or edges.
type column struct {
	name string
	kind kind
}

// The columns that there always are, in this order; attributes follow by name.
var (
	nodeColumns = []column{
		{"environment", text}, {ownID, text}, {"type", text}, {"name", text}, {"object_name", text}, {"host", text}, {"parent_id", text}, {"parent_type", text},
		{"id_path", text}, {"name_path", text}, {"last_scanned", text}, {"stale", boolean}, {"part", text},
	}
	edgeColumns = []column{
		{"environment", text}, {"link_type", text}, {"link_name", text}, {"source_id", text}, {"target_id", text}, {"state", text}, {"link_weight", long},
		{"source_label", text}, {"target_label", text}, {"implicit", boolean}, {"host", text}, {"switch", text},
	}
)

// attributes gathers the columns that attributes need.
type attributes struct {
	kinds map[string]kind
	more  bool
}

// see takes note of what one object or link has.
func (a *attributes) see(attrs graph.Attrs) {
	for name, v := range attrs {
		name = apart(name)
		k := kindOf(v)
		have, known := a.kinds[name]
		switch {
		case k == "":
		case known:
			a.kinds[name] = joint(have, k)
		case len(a.kinds) < maxColumns:
			a.kinds[name] = k
		default:
			a.more = true
		}
	}
}

// columns are those that there always are, then those seen.
func (a *attributes) columns(always []column) []column {
	out := slices.Clone(always)
	for _, c := range always {
		delete(a.kinds, c.name)
	}
	for _, name := range slices.Sorted(maps.Keys(a.kinds)) {
		out = append(out, column{name, a.kinds[name]})
	}
	if a.more {
		out = append(out, column{moreColumn, text})
	}
	return out
}

// allColumns reads all objects and links to learn which attributes they have.
func (d *Drawing) allColumns(ctx context.Context) (nodes, edges []column, err error) {
	ofNodes, ofEdges := attributes{kinds: map[string]kind{}}, attributes{kinds: map[string]kind{}}
	for _, p := range d.Parts {
		for v, err := range p.vertices(ctx) {
			if err != nil {
				return nil, nil, err
			}
			ofNodes.see(v.Attrs)
		}
		for e, err := range p.edges(ctx) {
			if err != nil {
				return nil, nil, err
			}
			ofEdges.see(e.Attrs)
		}
	}
	for _, name := range hidden {
		delete(ofNodes.kinds, apart(name))
	}
	return ofNodes.columns(nodeColumns), ofEdges.columns(edgeColumns), ctx.Err()
}

// kindOf is the kind of column that a value needs; none for nil.
func kindOf(v any) kind {
	switch v.(type) {
	case nil:
		return ""
	case bool:
		return boolean
	case int64:
		return long
	case float64:
		return double
	}
	return text
}

// joint is the kind of a column that holds both.
func joint(a, b kind) kind {
	switch {
	case a == b:
		return a
	case a != boolean && b != boolean && a != text && b != text: // numbers
		return double
	}
	return text
}

// cells are the values of an element in the order of some columns; "" where it
// has none.
func cells(columns []column, e *element, to []string) ([]string, error) {
	to = to[:0]
	for i, c := range columns {
		v := e.doc[c.name]
		if i == len(columns)-1 && c.name == moreColumn {
			rest := maps.Clone(e.doc)
			for _, c := range columns[:i] {
				delete(rest, c.name)
			}
			if v = nil; len(rest) > 0 {
				v = rest
			}
		}
		s, err := textOf(v)
		if err != nil {
			return nil, err
		}
		to = append(to, s)
	}
	return to, nil
}

// textOf is a value in words: times as RFC 3339, lists and objects as JSON.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	case graph.Secret:
		return v.String(), nil
	}
	b, err := compact(v)
	return string(b), err
}

// compact is a value as JSON in one line.
func compact(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
