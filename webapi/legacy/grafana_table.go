package legacy

import "strings"

// grafanaTable is one table in the words of Grafana's JSON data source.
type grafanaTable struct {
	Columns []string
	Rows    []any // each a []any
	Target  string
}

// document is the table as it is sent.
func (t grafanaTable) document() map[string]any {
	columns := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = map[string]any{"text": c}
	}
	return map[string]any{"type": "table", "columns": columns, "rows": t.Rows, "target": t.Target}
}

// tableOf makes a table with one row for each document; a field that a document
// lacks is null.
func tableOf(target string, fields []string, docs []map[string]any) grafanaTable {
	t := grafanaTable{Columns: fields, Rows: make([]any, len(docs)), Target: target}
	for i, d := range docs {
		row := make([]any, len(fields))
		for j, f := range fields {
			row[j] = reach(d, f)
		}
		t.Rows[i] = row
	}
	return t
}

// reach finds a field in a document: under its whole name, else, at each dot,
// inside what is under the name before it. Of a list it reaches into every
// entry, and gives a list of what it finds.
func reach(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		if found, ok := v[name]; ok {
			return found
		}
		for at := strings.IndexByte(name, '.'); at >= 0; {
			if inner, ok := v[name[:at]]; ok {
				return reach(inner, name[at+1:])
			}
			next := strings.IndexByte(name[at+1:], '.')
			if next < 0 {
				break
			}
			at += 1 + next
		}
	case []any:
		out := []any{}
		for _, e := range v {
			if found := reach(e, name); found != nil {
				out = append(out, found)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}
