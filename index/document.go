package index

import (
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/document"
	bleve "github.com/blevesearch/bleve_index_api"

	"calipso/graph"
)

// form is the version of what documents hold. An index of another one is made
// anew: raise it whenever a field, the table of attributes, a rule of splitting
// or the packing of records changes.
const form = "4"

// The fields of a document in the index.
const (
	// formField holds names, identifiers and addresses whole, each after a
	// letter for its kind: to be looked up, and gone through in order. The
	// packed record is stored with it.
	formField = "form"
	gramField = "gram" // three characters each, of names and identifiers
	hexField  = "hex"  // three digits each, of UUIDs and MAC addresses
	wordField = "word" // words of names, for typos and short texts
	metaField = "meta" // environment, type, and what kind of document it is
)

// kindLetters stand before texts of each kind in formField.
const kindLetters = "niumaw"

// whole is a text as formField holds it.
func whole(k kind, form string) string { return kindLetters[k:k+1] + form }

// The terms of metaField. Folders are not shown unless asked for.
const (
	liveTerm      = "l"
	liveShownTerm = "s"
	pastTerm      = "p"
	pastShownTerm = "h"
)

func envTerm(env graph.EnvID) string     { return "e" + string(env) }
func typeTerm(t graph.VertexType) string { return "t" + string(t) }
func shownTerms(live bool) (string, string) {
	if live {
		return liveTerm, liveShownTerm
	}
	return pastTerm, pastShownTerm
}

// pastMark ends the names of documents that hold what objects had.
const pastMark = "\x00past"

// docID names a document. Neither environments nor ids hold a zero byte.
func docID(env graph.EnvID, id graph.ID, live bool) string {
	if live {
		return string(env) + "\x00" + string(id)
	}
	return string(env) + "\x00" + string(id) + pastMark
}

func splitDocID(doc string) (env graph.EnvID, id graph.ID, live bool) {
	doc, past := strings.CutSuffix(doc, pastMark)
	e, i, _ := strings.Cut(doc, "\x00")
	return graph.EnvID(e), graph.ID(i), !past
}

// Documents are the Bleve documents that an Index keeps for an object: one of
// what it has and one of what it had, if there is any of either.
func Documents(env graph.EnvID, p graph.Past) []*document.Document {
	r := &record{}
	for _, v := range slices.Backward(p.Versions) {
		r.fold(v)
	}
	now, past := (&drafter{}).documents(env, p.ID, r)
	return slices.DeleteFunc([]*document.Document{now, past}, func(d *document.Document) bool { return d == nil })
}

// documents are those that a record is kept in: of what the object has, nil if
// it is gone, and of what it had, nil if there is nothing.
func (d *drafter) documents(env graph.EnvID, id graph.ID, r *record) (now, past *document.Document) {
	if r.live {
		now = d.document(env, id, r, true, r.now)
	}
	if len(r.past) > 0 {
		past = d.document(env, id, r, false, r.past)
	}
	return now, past
}

// drafter makes documents; it keeps its buffers from one to the next.
type drafter struct {
	forms, grams, hexes, words []string
}

func (d *drafter) document(env graph.EnvID, id graph.ID, r *record, live bool, entries []entry) *document.Document {
	d.forms, d.grams, d.hexes, d.words = d.forms[:0], d.grams[:0], d.hexes[:0], d.words[:0]
	for _, e := range entries {
		switch e.kind {
		case nameKind, identKind:
			d.forms = append(d.forms, whole(e.kind, e.form))
			d.grams = appendTrigrams(d.grams, e.form)
			if e.kind == nameKind {
				d.words = append(d.words, words(e.form)...)
			}
		case uuidKind, macKind:
			d.hexes = append(d.hexes, hexGrams(e.form)...)
		case ipKind:
			if a, ok := parseIP(e.form); ok {
				d.forms = append(d.forms, whole(ipKind, spelled(a)))
			}
		case netKind:
			if n, ok := parseNet(e.form); ok {
				d.forms = append(d.forms, whole(netKind, spelledNet(n)))
			}
		}
	}
	every, shown := shownTerms(live)
	meta := []string{envTerm(env), typeTerm(r.typ), every}
	if !isFolder(r.typ) {
		meta = append(meta, shown)
	}
	doc := document.NewDocument(docID(env, id, live))
	doc.AddField(newTerms(metaField, meta, nil))
	doc.AddField(newTerms(formField, d.forms, r.encode(entries)))
	for _, f := range []struct {
		name string
		list []string
	}{{gramField, d.grams}, {hexField, d.hexes}, {wordField, d.words}} {
		if len(f.list) > 0 {
			doc.AddField(newTerms(f.name, f.list, nil))
		}
	}
	return doc
}

// terms is a field whose terms are known already: Bleve has nothing to analyse.
type terms struct {
	name  string
	value []byte // to be stored; nil: nothing
	list  []string
	freqs bleve.TokenFrequencies
}

var _ document.Field = (*terms)(nil)

func newTerms(name string, list []string, value []byte) *terms {
	slices.Sort(list)
	return &terms{name: name, value: value, list: slices.Clone(slices.Compact(list))}
}

// Analyze makes the map that Bleve goes through, on one of its workers. Nobody
// asks how often a term occurs, so all share one count.
func (t *terms) Analyze() {
	once := &bleve.TokenFreq{}
	once.SetFrequency(1)
	t.freqs = make(bleve.TokenFrequencies, len(t.list))
	for _, s := range t.list {
		t.freqs[s] = once
	}
}

func (t *terms) Options() bleve.FieldIndexingOptions {
	if t.value != nil {
		return bleve.IndexField | bleve.SkipFreqNorm | bleve.StoreField
	}
	return bleve.IndexField | bleve.SkipFreqNorm
}

func (t *terms) Name() string                                     { return t.name }
func (t *terms) Value() []byte                                    { return t.value }
func (t *terms) ArrayPositions() []uint64                         { return nil }
func (t *terms) EncodedFieldType() byte                           { return 't' }
func (t *terms) AnalyzedLength() int                              { return len(t.list) }
func (t *terms) AnalyzedTokenFrequencies() bleve.TokenFrequencies { return t.freqs }
func (t *terms) NumPlainTextBytes() uint64                        { return uint64(len(t.value)) }

// Size is an estimate in bytes, by which Bleve bounds its memory.
func (t *terms) Size() int { return 128 + len(t.value) + 24*len(t.list) }

func isFolder(t graph.VertexType) bool { return strings.HasSuffix(string(t), "_folder") }
