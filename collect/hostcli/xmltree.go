package hostcli

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// element is an XML element with everything in it, for documents of which we
// keep parts as they are.
type element struct {
	Name     string // without its namespace
	Attrs    []xml.Attr
	Text     string
	Children []*element
}

// parseXML reads one document.
func parseXML(text []byte) (*element, error) {
	dec := xml.NewDecoder(strings.NewReader(string(text)))
	var stack []*element
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("no element")
		}
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			e := &element{Name: tok.Name.Local, Attrs: tok.Attr}
			if len(stack) > 0 {
				up := stack[len(stack)-1]
				up.Children = append(up.Children, e)
			}
			stack = append(stack, e)
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].Text += string(tok)
			}
		case xml.EndElement:
			last := stack[len(stack)-1]
			last.Text = strings.TrimSpace(last.Text)
			stack = stack[:len(stack)-1]
			if len(stack) == 0 {
				return last, nil
			}
		}
	}
}

// none stands for an element that is not there, so that chains of child need
// no checks.
var none = &element{}

// child is the first element at a path of names.
func (e *element) child(path ...string) *element {
	for _, name := range path {
		next := none
		for _, c := range e.Children {
			if c.Name == name {
				next = c
				break
			}
		}
		e = next
	}
	return e
}

// all are the child elements of a name.
func (e *element) all(name string) []*element {
	var out []*element
	for _, c := range e.Children {
		if c.Name == name {
			out = append(out, c)
		}
	}
	return out
}

// attr is an attribute's value, "" if absent.
func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// value is the element as an attribute value: "@name" for each attribute,
// nested elements under their names (several of a name: a list), text alone
// for an element that has nothing else.
func (e *element) value() any {
	if len(e.Attrs) == 0 && len(e.Children) == 0 {
		return e.Text
	}
	out := map[string]any{}
	for _, a := range e.Attrs {
		out["@"+a.Name.Local] = a.Value
	}
	if e.Text != "" {
		out["#text"] = e.Text
	}
	for _, c := range e.Children {
		switch have := out[c.Name].(type) {
		case nil:
			out[c.Name] = c.value()
		case []any:
			out[c.Name] = append(have, c.value())
		default:
			out[c.Name] = []any{have, c.value()}
		}
	}
	return out
}
