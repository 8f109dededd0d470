package truth

import "maps"

// ideal makes an export that says exactly what a truth asks for, except for
// the wants, which it drops.
func ideal(t *Truth) *Export {
	var objects, links []map[string]any
	for kind, want := range t.Objects {
		for id := range want.Must {
			objects = append(objects, map[string]any{"type": kind, "id": id})
		}
	}
	for kind, want := range t.Links {
		for p := range want.Must {
			links = append(links, linkDoc(Step{kind, p}))
		}
	}
	e, err := NewExport(objects, links)
	if err != nil {
		panic(err)
	}
	for _, c := range t.Chains {
		addSteps(e, c.Focal, c.Steps)
		addSteps(e, c.Network, c.Steps)
	}
	t.Wants = nil
	return e
}

func linkDoc(s Step) map[string]any {
	return map[string]any{"link_type": s.Type, "source_id": s.From, "target_id": s.To}
}

func addSteps(e *Export, focal string, steps []Step) {
	old := e.Cliques[focal]
	var list []any
	if old != nil {
		list = old["links"].([]any)
	}
	for _, s := range steps {
		list = append(list, linkDoc(s))
	}
	answer := maps.Clone(old)
	if answer == nil {
		answer = map[string]any{}
	}
	answer["links"] = list
	e.Cliques[focal] = answer
}
