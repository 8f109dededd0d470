package importexport

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"calipso/graph"
)

// maxNesting is how deep documents nest that Parser reads.
const maxNesting = 100

// Parser reads documents of Extended JSON, one a line, straight into the form of
// graph.Attrs. It knows what nearly all lines are made of and refuses the rest:
// escapes by number, text that is not UTF-8, encoded keys, wrappers other than
// $oid, $date with text, $numberInt, $numberLong and $numberDouble. A Parser
// serves one goroutine; its zero value is ready.
type Parser struct {
	b     []byte
	i     int
	depth int
	keys  map[string]string // seen before, so that equal keys share their bytes
	stack []parsed          // members of the objects being read
	list  []any             // elements of the arrays being read
}

type parsed struct {
	key   string
	value any
}

// Parse is Decode for a line; ok is false for one that it does not know or that
// is no document. The line is not kept.
func (p *Parser) Parse(line []byte, at string) (d Doc, ok bool) {
	p.b, p.i, p.depth, p.stack, p.list = line, 0, 0, p.stack[:0], p.list[:0]
	defer func() { p.b = nil }()
	if p.space() != '{' {
		return Doc{}, false
	}
	v, ok := p.object()
	if !ok || p.space() != 0 || p.i < len(line) {
		return Doc{}, false
	}
	body, ok := v.(map[string]any)
	if !ok {
		return Doc{}, false
	}
	d = Doc{At: at, Bytes: len(line) + 1, Body: graph.Attrs(body)}
	if id, has := body["_id"]; has {
		d.ID = idText(id)
		delete(body, "_id")
	}
	return d, true
}

// space steps over white space and tells what comes then; 0 at the end.
func (p *Parser) space() byte {
	for ; p.i < len(p.b); p.i++ {
		switch c := p.b[p.i]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func (p *Parser) value() (any, bool) {
	switch c := p.space(); {
	case c == '"':
		b, ok := p.text()
		return string(b), ok
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == 't':
		return true, p.word("true")
	case c == 'f':
		return false, p.word("false")
	case c == 'n':
		return nil, p.word("null")
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return nil, false
}

func (p *Parser) word(w string) bool {
	ok := strings.HasPrefix(string(p.b[p.i:min(len(p.b), p.i+len(w))]), w)
	p.i += len(w)
	return ok
}

// text reads a text; its bytes are those of the line, unless it has escapes.
func (p *Parser) text() ([]byte, bool) {
	p.i++
	from, ascii := p.i, true
	for ; p.i < len(p.b); p.i++ {
		switch c := p.b[p.i]; {
		case c == '"':
			s := p.b[from:p.i]
			p.i++
			return s, ascii || utf8.Valid(s)
		case c == '\\':
			return p.escaped(from)
		case c < ' ':
			return nil, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

// escaped goes on with a text that has escapes.
func (p *Parser) escaped(from int) ([]byte, bool) {
	s := append([]byte(nil), p.b[from:p.i]...)
	for ; p.i < len(p.b); p.i++ {
		switch c := p.b[p.i]; {
		case c == '"':
			p.i++
			return s, utf8.Valid(s)
		case c < ' ':
			return nil, false
		case c != '\\':
			s = append(s, c)
		default:
			p.i++
			if p.i == len(p.b) {
				return nil, false
			}
			at := strings.IndexByte(`"\/bfnrt`, p.b[p.i])
			if at < 0 {
				return nil, false
			}
			s = append(s, "\"\\/\b\f\n\r\t"[at])
		}
	}
	return nil, false
}

// number tells whole numbers from others by how they are written.
func (p *Parser) number() (any, bool) {
	from, whole := p.i, true
	if p.b[p.i] == '-' {
		p.i++
	}
	first := p.i
	if !p.digits() || p.b[first] == '0' && p.i > first+1 {
		return nil, false
	}
	if p.i < len(p.b) && p.b[p.i] == '.' {
		p.i++
		if whole = false; !p.digits() {
			return nil, false
		}
	}
	if p.i < len(p.b) && p.b[p.i]|0x20 == 'e' {
		p.i++
		if p.i < len(p.b) && (p.b[p.i] == '+' || p.b[p.i] == '-') {
			p.i++
		}
		if whole = false; !p.digits() {
			return nil, false
		}
	}
	s := string(p.b[from:p.i])
	if whole {
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func (p *Parser) digits() bool {
	from := p.i
	for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
		p.i++
	}
	return p.i > from
}

func (p *Parser) array() (any, bool) {
	if p.depth++; p.depth > maxNesting {
		return nil, false
	}
	p.i++
	base := len(p.list)
	for p.space() != ']' {
		if len(p.list) > base && !p.comma() {
			return nil, false
		}
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		p.list = append(p.list, v)
	}
	p.i++
	p.depth--
	out := make([]any, len(p.list)-base)
	copy(out, p.list[base:])
	clear(p.list[base:])
	p.list = p.list[:base]
	return out, true
}

func (p *Parser) comma() bool {
	if p.space() != ',' {
		return false
	}
	p.i++
	return true
}

// object reads an object, or the value of a wrapper.
func (p *Parser) object() (any, bool) {
	if p.depth++; p.depth > maxNesting {
		return nil, false
	}
	p.i++
	base := len(p.stack)
	for p.space() != '}' {
		if len(p.stack) > base && !p.comma() {
			return nil, false
		}
		if p.space() != '"' {
			return nil, false
		}
		key, ok := p.key()
		if !ok || p.space() != ':' {
			return nil, false
		}
		p.i++
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		p.stack = append(p.stack, parsed{key, v})
	}
	p.i++
	p.depth--
	members := p.stack[base:]
	p.stack = p.stack[:base]
	if len(members) == 1 && strings.HasPrefix(members[0].key, "$") {
		s, ok := members[0].value.(string)
		if !ok || p.depth == 0 {
			return nil, false
		}
		return unwrap(members[0].key, s)
	}
	m := make(map[string]any, len(members))
	for _, e := range members {
		if strings.HasPrefix(e.key, "$") {
			return nil, false
		}
		m[e.key] = e.value
	}
	clear(members)
	return m, true
}

func (p *Parser) key() (string, bool) {
	b, ok := p.text()
	if !ok {
		return "", false
	}
	if k, known := p.keys[string(b)]; known {
		return k, true
	}
	k := string(b)
	if strings.Contains(k, "[do") {
		return "", false
	}
	if p.keys == nil || len(p.keys) > 10_000 {
		p.keys = map[string]string{}
	}
	p.keys[k] = k
	return k, true
}
