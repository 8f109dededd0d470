package legacy

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// constantValues are the values that a constant allows now (rule API-04). Version
// cvim knows those of OpenStack only; the others take what any type of
// environment allows.
func (q *Request) constantValues(ctx context.Context, name string) ([]string, error) {
	docs, err := q.api.shared(ctx, graph.Constants)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range docs {
		if d.Body.String("name") != name {
			continue
		}
		if t := d.Body.String("environment_type"); q.Compat() == CVIM && t != "" && t != catalog.OpenStack {
			continue
		}
		for _, e := range d.Body.Maps("data") {
			if v := e.String("value"); !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out, nil
}
