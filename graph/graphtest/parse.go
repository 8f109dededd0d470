package graphtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"calipso/graph"
)

// arrow matches what joins the ends of an edge, with the type it may name.
var arrow = regexp.MustCompile(`^-(?:\[([a-z_]+-[a-z_]+)\]-)?>$`)

// Parse reads a picture. An edge makes the vertices at its ends if no line
// does; a later line about the same vertex adds attributes.
//
// Errors: the number and text of the line that is wrong.
func Parse(text string) (*graph.Draft, error) {
	d := graph.NewDraft()
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := parseLine(d, line); err != nil {
			return nil, fmt.Errorf("graphtest: line %d %q: %w", i+1, line, err)
		}
	}
	return d, nil
}

func parseLine(d *graph.Draft, line string) error {
	words, attrs, err := split(line)
	if err != nil {
		return err
	}
	switch len(words) {
	case 2:
		return setVertex(vertex(d, words[0], words[1]), attrs)
	case 5:
		m := arrow.FindStringSubmatch(words[2])
		if m == nil {
			return fmt.Errorf("%q is no arrow (-> or -[type]->)", words[2])
		}
		from, to := vertex(d, words[0], words[1]), vertex(d, words[3], words[4])
		typ := graph.EdgeTypeOf(from.Type, to.Type)
		if m[1] != "" {
			typ = graph.EdgeType(m[1])
		}
		e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: typ, From: from.ID, To: to.ID}, State: graph.Up}
		if err := setEdge(e, attrs); err != nil {
			return err
		}
		d.PutEdge(e)
		return nil
	}
	return fmt.Errorf("want: type id [-> type id] [{attributes}]")
}

// split cuts a line into words and attributes.
func split(line string) (words []string, attrs graph.Attrs, err error) {
	rest := line
	for rest = strings.TrimLeft(rest, " \t"); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		switch rest[0] {
		case '{':
			var m map[string]any
			if err := yaml.Unmarshal([]byte(rest), &m); err != nil {
				return nil, nil, err
			}
			n, err := graph.Normalize(m)
			if err != nil {
				return nil, nil, err
			}
			return words, n.(map[string]any), nil
		case '"':
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, nil, fmt.Errorf("quoted id: %w", err)
			}
			w, _ := strconv.Unquote(q)
			words, rest = append(words, w), rest[len(q):]
		default:
			w, r, _ := strings.Cut(rest, " ")
			words, rest = append(words, w), r
		}
	}
	return words, nil, nil
}

func vertex(d *graph.Draft, typ, id string) *graph.Vertex {
	v := d.Get(graph.ID(id))
	if v == nil {
		v = &graph.Vertex{ID: graph.ID(id), Type: graph.VertexType(typ)}
		d.Put(v)
	}
	return v
}

func setVertex(v *graph.Vertex, attrs graph.Attrs) error {
	for key, val := range attrs {
		text, isText := val.(string)
		switch key {
		case "name":
			v.Name = text
		case "object_name":
			v.ObjectName = text
		case "host":
			v.Host = text
		case "parent":
			v.Parent = graph.ID(text)
		case "part":
			v.Part = text
		default:
			if v.Attrs == nil {
				v.Attrs = graph.Attrs{}
			}
			v.Attrs[key] = val
			continue
		}
		if !isText {
			return fmt.Errorf("%s: %v is no text", key, val)
		}
	}
	return nil
}

func setEdge(e *graph.Edge, attrs graph.Attrs) error {
	for key, val := range attrs {
		text, isText := val.(string)
		switch key {
		case "name":
			e.Name = text
		case "state":
			e.State = graph.EdgeState(text)
		case "host":
			e.Host = text
		case "switch":
			e.Switch = text
		case "implicit":
			e.Implicit, isText = val == true, true
		default:
			if e.Attrs == nil {
				e.Attrs = graph.Attrs{}
			}
			e.Attrs[key] = val
			continue
		}
		if !isText {
			return fmt.Errorf("%s: %v is no text", key, val)
		}
	}
	return nil
}

// T is what MustParse needs of *testing.T and *rapid.T.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// MustParse is Parse for pictures that a test writes itself.
func MustParse(t T, text string) *graph.Draft {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return d
}
