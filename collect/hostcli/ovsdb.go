package hostcli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"calipso/collect"
)

// ovsRow is one row of a table, its cells by column. A cell is nil (an empty
// optional value), string, int64, float64, bool, []any (a set) or
// map[string]any (a map); uuids are strings.
type ovsRow map[string]any

// parseOVSTables reads what ovs-vsctl --format=json prints for one or more
// list commands: a JSON table for each.
//
// Errors: *collect.ParseError.
func parseOVSTables(source string, text []byte) ([][]ovsRow, error) {
	bad := func(reason string) error { return &collect.ParseError{Source: source, Reason: reason} }
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var tables [][]ovsRow
	for {
		var t struct {
			Headings []string `json:"headings"`
			Data     [][]any  `json:"data"`
		}
		err := dec.Decode(&t)
		if errors.Is(err, io.EOF) {
			return tables, nil
		}
		if err != nil {
			return nil, bad(fmt.Sprintf("no JSON table: %v", err))
		}
		if t.Headings == nil {
			return nil, bad("a table without headings")
		}
		rows := make([]ovsRow, 0, len(t.Data))
		for _, cells := range t.Data {
			if len(cells) != len(t.Headings) {
				return nil, bad(fmt.Sprintf("a row of %d cells under %d headings", len(cells), len(t.Headings)))
			}
			row := ovsRow{}
			for i, c := range cells {
				v, err := ovsCell(c)
				if err != nil {
					return nil, bad(fmt.Sprintf("column %s: %v", t.Headings[i], err))
				}
				row[t.Headings[i]] = v
			}
			rows = append(rows, row)
		}
		tables = append(tables, rows)
	}
}

func ovsCell(c any) (any, error) {
	switch c := c.(type) {
	case json.Number:
		if n, err := c.Int64(); err == nil {
			return n, nil
		}
		f, err := c.Float64()
		return f, err
	case []any:
		return ovsTagged(c)
	case map[string]any:
		return nil, errors.New("an object where a cell should be")
	}
	return c, nil
}

// ovsTagged reads ["uuid","…"], ["set",[…]] and ["map",[[k,v],…]].
func ovsTagged(c []any) (any, error) {
	if len(c) != 2 {
		return nil, fmt.Errorf("a list of %d is no cell", len(c))
	}
	switch tag, _ := c[0].(string); tag {
	case "uuid", "named-uuid":
		s, ok := c[1].(string)
		if !ok {
			return nil, errors.New("a uuid that is no text")
		}
		return s, nil
	case "set":
		list, ok := c[1].([]any)
		if !ok {
			return nil, errors.New("a set that is no list")
		}
		if len(list) == 0 {
			return nil, nil
		}
		out := make([]any, len(list))
		for i, e := range list {
			v, err := ovsCell(e)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case "map":
		list, ok := c[1].([]any)
		if !ok {
			return nil, errors.New("a map that is no list")
		}
		out := map[string]any{}
		for _, e := range list {
			pair, ok := e.([]any)
			if !ok || len(pair) != 2 {
				return nil, errors.New("a map entry that is no pair")
			}
			k, err := ovsCell(pair[0])
			if err != nil {
				return nil, err
			}
			v, err := ovsCell(pair[1])
			if err != nil {
				return nil, err
			}
			out[fmt.Sprint(k)] = v
		}
		return out, nil
	}
	return nil, fmt.Errorf("unknown kind of cell %v", c[0])
}

// text is a cell as text: "" for none, the first of a set.
func (r ovsRow) text(col string) string {
	switch v := r[col].(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return fmt.Sprint(v[0])
		}
		return ""
	case map[string]any:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

// list is a cell as a list: a set of one is its bare value.
func (r ovsRow) list(col string) []string {
	switch v := r[col].(type) {
	case nil, map[string]any:
		return nil
	case []any:
		out := make([]string, len(v))
		for i, e := range v {
			out[i] = fmt.Sprint(e)
		}
		return out
	default:
		return []string{fmt.Sprint(v)}
	}
}

// dict is a cell that holds a map, empty if it does not.
func (r ovsRow) dict(col string) map[string]any {
	m, _ := r[col].(map[string]any)
	return m
}

// entry is one text of a map cell.
func (r ovsRow) entry(col, key string) string {
	s, _ := r.dict(col)[key].(string)
	return s
}
