package legacy

import (
	"context"
	"regexp"
	"strings"
)

// Type is what a value may be; several are joined with |.
type Type uint

// The types.
const (
	String  Type = 1 << iota // text
	Int                      // a whole number; text that spells one is taken
	Bool                     // true or false; text and 0 and 1 are taken
	RawBool                  // JSON true or false only
	OID                      // a document id: 24 hex digits
	List                     // a list
	Object                   // an object
	Date                     // text that spells a time
)

// typeWords are the types in the words of the error messages, in the order in
// which several are named.
var typeWords = []struct {
	Type
	word string
}{
	{String, "string"}, {Date, "string"}, {Int, "integer"}, {Bool, "boolean"}, {RawBool, "boolean"},
	{OID, "MongoDB ObjectId"}, {List, "list"}, {Object, "dict"},
}

// String names the types as the error messages do.
func (t Type) String() string {
	var words []string
	for _, w := range typeWords {
		if t&w.Type != 0 {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, " or ")
}

// Pattern is a form that a text must have.
type Pattern struct {
	Name string // "port number"
	Form *regexp.Regexp
}

// Match is how a filter compares a value with a field of a document.
type Match int

// The comparisons. A field that holds a list equals each of its entries.
const (
	NoFilter Match = iota
	Equal          // equal, or contained in the list that the field holds
	All            // each of the values given is contained
	From           // a time not before
	Until          // a time not after
)

// Param is one key of a query or a body.
type Param struct {
	Name  string
	Alias string // another name for it, in version new only
	Type  Type
	In    Versions // where it is known; empty: in all
	// Mandatory is where it may not be left out; Missing is said then in place
	// of the usual text.
	Mandatory Versions
	Missing   string
	// MayBeEmpty lets a key be there without a value.
	MayBeEmpty bool
	// Default stands for a value that is missing; nil: there is none.
	Default any
	// Constant names the list of allowed values, read for each request (rule
	// API-04); OneOf are fixed ones. In a list every entry is checked.
	Constant string
	OneOf    []string
	Patterns []Pattern
	// Check is for all else: it returns what is wrong, "" if nothing is.
	Check func(ctx context.Context, q *Request, v any) (wrong string, err error)
	// Environment: the value names an environment.
	Environment bool
	// Field and Match make it a filter of documents; empty Field: the name.
	Field string
	Match Match
}

// mandatory tells whether the parameter may not be left out.
func (p *Param) mandatory(c Compat) bool { return p.Mandatory != 0 && p.Mandatory.Has(c) }

// field is the member of documents that the filter looks at.
func (p *Param) field() string {
	if p.Field != "" {
		return p.Field
	}
	return p.Name
}

// paramsIn keeps those that a version knows.
func paramsIn(all []Param, c Compat) []Param {
	var out []Param
	for _, p := range all {
		if p.In.orAlways().Has(c) {
			out = append(out, p)
		}
	}
	return out
}
