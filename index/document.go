package index

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	bleve "github.com/blevesearch/bleve_index_api"

	"calipso/graph"
)

// form is the version of what documents hold. An index of another one is made
// anew: raise it whenever a field, the table of attributes or a rule of
// splitting changes.
const form = "3"

// The fields of a document in the index.
const (
	envField    = "env"
	typeField   = "type"
	shownField  = "shown"  // "1" unless the object is a folder
	wordField   = "word"   // words of names, for typos
	gramField   = "gram"   // three characters each, of every text
	headField   = "head"   // first one and two characters of every word
	ipHeadField = "iphead" // "10.", "10.20.", "10.20.30."
	hitField    = "hit"    // stored only: what a Hit is made of
	// formField holds all texts as they are compared, each after a letter for
	// its kind: to be looked up whole and to be read back for each candidate.
	formField = "form"
)

// kindLetters stand before texts of each kind in formField.
const kindLetters = "nimaw"

// whole is a text as formField holds it.
func whole(k kind, form string) string { return kindLetters[k:k+1] + form }

// cutWhole splits a term of formField.
func cutWhole(term []byte) (k kind, form string) {
	return kind(strings.IndexByte(kindLetters, term[0])), string(term[1:])
}

// docID names a vertex in the index. Neither environments nor ids hold a zero
// byte.
func docID(env graph.EnvID, id graph.ID) string { return string(env) + "\x00" + string(id) }

func splitDocID(doc string) (graph.EnvID, graph.ID) {
	env, id, _ := strings.Cut(doc, "\x00")
	return graph.EnvID(env), graph.ID(id)
}

// stored is what the index remembers of an object to answer with.
type stored struct {
	Type  graph.VertexType `json:"t"`
	Name  string           `json:"n"`
	Texts []text           `json:"x"`
}

// tokens is an analyzer that has the terms of a field already.
type tokens []string

// Analyze implements analysis.Analyzer.
func (t tokens) Analyze([]byte) analysis.TokenStream {
	out := make(analysis.TokenStream, len(t))
	for i, term := range t {
		out[i] = &analysis.Token{Term: []byte(term), Position: i + 1, Type: analysis.AlphaNumeric}
	}
	return out
}

// newDocument makes the document of a vertex.
//
// Errors: a vertex whose texts have no JSON form.
func newDocument(env graph.EnvID, v *graph.Vertex) (*document.Document, error) {
	texts := extract(v)
	terms := map[string][]string{envField: {string(env)}, typeField: {string(v.Type)}}
	if !isFolder(v.Type) {
		terms[shownField] = []string{"1"}
	}
	add := func(field string, list ...string) { terms[field] = append(terms[field], list...) }
	for _, t := range texts {
		form, ok := t.form()
		if !ok {
			continue
		}
		add(formField, whole(t.Kind, form))
		add(gramField, trigrams(form)...)
		switch t.Kind {
		case nameKind, identKind:
			for _, w := range words(form) {
				add(headField, beginnings(w)...)
				if t.Kind == nameKind {
					add(wordField, w)
				}
			}
		case ipKind:
			if a, ok := parseIP(form); ok {
				add(ipHeadField, heads(a)...)
			}
		case netKind:
			if n, ok := parseNet(form); ok {
				add(ipHeadField, heads(n.Addr())...)
			}
		}
	}
	hit, err := json.Marshal(stored{v.Type, v.Text(), texts})
	if err != nil {
		return nil, fmt.Errorf("index: vertex %q of %q: %w", v.ID, env, err)
	}
	doc := document.NewDocument(docID(env, v.ID))
	for field, list := range terms {
		slices.Sort(list)
		options := bleve.IndexField | bleve.SkipFreqNorm
		if field == typeField || field == formField {
			options |= bleve.DocValues
		}
		doc.AddField(document.NewTextFieldCustom(field, nil, nil, options, tokens(slices.Compact(list))))
	}
	doc.AddField(document.NewTextFieldCustom(hitField, nil, hit, bleve.StoreField, nil))
	return doc, nil
}

func isFolder(t graph.VertexType) bool { return strings.HasSuffix(string(t), "_folder") }
