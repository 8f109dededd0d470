package truth

import (
	"fmt"
)

// Export is a graph as the server tells it over HTTP: documents as JSON gives
// them.
type Export struct {
	Objects map[string]map[string]map[string]any // type → id → document
	Links   map[string]map[Pair]map[string]any   // link type → ends → document
	Cliques map[string]map[string]any            // focal point → answer
}

// NewExport files lists of documents under their types and ids.
//
// Errors: a document without type or id, two with the same.
func NewExport(objects, links []map[string]any) (*Export, error) {
	e := &Export{
		Objects: map[string]map[string]map[string]any{},
		Links:   map[string]map[Pair]map[string]any{},
		Cliques: map[string]map[string]any{},
	}
	for _, doc := range objects {
		kind, _ := doc["type"].(string)
		id, _ := doc["id"].(string)
		if kind == "" || id == "" {
			return nil, fmt.Errorf("truth: export: an object has no type or no id: %.200v", doc)
		}
		if e.Objects[kind] == nil {
			e.Objects[kind] = map[string]map[string]any{}
		}
		if e.Objects[kind][id] != nil {
			return nil, fmt.Errorf("truth: export: two objects are %s %q", kind, id)
		}
		e.Objects[kind][id] = doc
	}
	for _, doc := range links {
		step, ok := stepOf(doc)
		if !ok {
			return nil, fmt.Errorf("truth: export: a link lacks link_type, source_id or target_id: %.200v", doc)
		}
		if e.Links[step.Type] == nil {
			e.Links[step.Type] = map[Pair]map[string]any{}
		}
		if e.Links[step.Type][step.Pair] != nil {
			return nil, fmt.Errorf("truth: export: two links are %s %q → %q", step.Type, step.From, step.To)
		}
		e.Links[step.Type][step.Pair] = doc
	}
	return e, nil
}

// Difference is one way in which an export is not the truth.
type Difference struct {
	Kind string // see the constants
	Type string // of the object or link
	ID   string // of the object; for a link "from → to"
	Text string // more, if there is more to say
}

// The kinds of difference.
const (
	MissingObject = "missing object"
	ExtraObject   = "object that does not exist"
	MissingLink   = "missing link"
	ExtraLink     = "link that is not true"
	Dangling      = "link without an end"
	WrongDocument = "wrong document"
	NoClique      = "missing clique"
	BrokenChain   = "incomplete chain"
	Stranger      = "stranger in a clique"
)

func (d Difference) String() string {
	s := fmt.Sprintf("%s: %s %s", d.Kind, d.Type, d.ID)
	if d.Text != "" {
		s += ": " + d.Text
	}
	return s
}

// Compare lists every difference, ordered by what is judged, then by type and
// id. An empty list means that the export is the truth.
func Compare(t *Truth, e *Export) []Difference {
	var out []Difference
	for _, kind := range ObjectTypes {
		want, have := t.Objects[kind], e.Objects[kind]
		for _, id := range sorted(want.Must) {
			if have[id] == nil {
				out = append(out, Difference{MissingObject, kind, id, ""})
			}
		}
		for _, id := range sorted(keys(have)) {
			if !want.Must[id] && !want.May[id] {
				out = append(out, Difference{ExtraObject, kind, id, ""})
			}
		}
	}
	for _, kind := range LinkTypes {
		want, have := t.Links[kind], e.Links[kind]
		for _, p := range sortedPairs(want.Must) {
			if have[p] == nil {
				out = append(out, Difference{MissingLink, kind, p.String(), ""})
			}
		}
		for _, p := range sortedPairs(keys(have)) {
			if !want.Must[p] && !want.May[p] {
				out = append(out, Difference{ExtraLink, kind, p.String(), ""})
			}
		}
	}
	out = append(out, dangling(e)...)
	for _, w := range t.Wants {
		doc := e.Objects[w.Type][w.ID]
		if doc != nil && !w.Holds(doc) { // a missing one is told above
			out = append(out, Difference{WrongDocument, w.Type, w.ID, "wants " + w.What})
		}
	}
	return append(out, cliques(t, e)...)
}

func (p Pair) String() string { return p.From + " → " + p.To }

// dangling finds links of any type with an end that is no object.
func dangling(e *Export) []Difference {
	known := map[string]bool{}
	for _, byID := range e.Objects {
		for id := range byID {
			known[id] = true
		}
	}
	var out []Difference
	for _, kind := range sorted(keys(e.Links)) {
		for _, p := range sortedPairs(keys(e.Links[kind])) {
			for _, end := range []string{p.From, p.To} {
				if !known[end] {
					out = append(out, Difference{Dangling, kind, p.String(), end + " is no object"})
				}
			}
		}
	}
	return out
}

func keys[K comparable, V any](m map[K]V) map[K]bool {
	out := map[K]bool{}
	for k := range m {
		out[k] = true
	}
	return out
}
