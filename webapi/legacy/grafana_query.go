package legacy

import (
	"context"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query"
)

// grafanaRows is the most objects that one table shows.
const grafanaRows = 1000

// grafanaRequest is what a panel of a dashboard asks for.
type grafanaRequest struct {
	env      graph.EnvID
	vars     map[string]any
	from, to time.Time // zero: no bound
}

// within tells whether a time is in the range of the panel. What has no time is
// in it only if there is no range.
func (r *grafanaRequest) within(t time.Time) bool {
	return !(t.IsZero() && !(r.from.IsZero() && r.to.IsZero())) && !t.Before(r.from) && (r.to.IsZero() || !t.After(r.to))
}

// grafanaQuery answers a panel of a dashboard with tables.
func (a *API) grafanaQuery(ctx context.Context, q *Request) (Answer, error) {
	body, err := grafanaBody(q)
	if err != nil {
		return nil, err
	}
	r := &grafanaRequest{}
	kind, env, wrong := r.read(body)
	if wrong != "" {
		return nil, BadRequest("%s", wrong)
	}
	if err := a.grafanaEnvironment(ctx, env); err != nil {
		return nil, err
	}
	r.env = graph.EnvID(env)
	if limits, ok := body["range"].(map[string]any); ok {
		for name, bound := range map[string]*time.Time{"from": &r.from, "to": &r.to} {
			if v := limits[name]; !empty(v) {
				if *bound, ok = q.date(v); !ok {
					return nil, BadRequest("%s must follow ISO 8610 date and time format%sYYYY-MM-DDThh:mm:ss.sss+hhmm", name, q.either(",", ": "))
				}
			}
		}
	}
	switch kind {
	case "inventory":
		return a.grafanaInventory(ctx, r)
	case "inventoryCount":
		return a.grafanaCounts(ctx, q, r)
	case "scans":
		return a.grafanaScans(ctx, q, r)
	case "tree":
		return a.grafanaTree(ctx, r)
	}
	return nil, BadRequest("Unsupported target: %s", kind)
}

// read finds in the body what is asked for, and of which environment.
func (r *grafanaRequest) read(body map[string]any) (kind, env, wrong string) {
	r.vars, _ = body["scopedVars"].(map[string]any)
	if len(r.vars) == 0 {
		return "", "", "Missing scoped vars"
	}
	targets, _ := body["targets"].([]any)
	if len(targets) == 0 {
		return "", "", "Missing request targets"
	}
	target, _ := targets[0].(map[string]any)
	if len(target) == 0 {
		return "", "", "Missing request target"
	}
	if kind, _ = target["type"].(string); kind == "" {
		return "", "", "Missing target type"
	}
	for _, name := range []string{"environment_configs", "environment"} {
		if of := chosen(variable(r.vars, name)); len(of) > 0 {
			return kind, of[0], ""
		}
	}
	return "", "", "Missing environment filter"
}

// hover are the attributes that are shown of objects of a type, and what the
// type is.
func (a *API) hover(ctx context.Context, kind string) (attributes []string, tooltip string, err error) {
	docs, err := a.shared(ctx, catalog.HoverAttributes)
	if err != nil {
		return nil, "", err
	}
	add := func(d *graph.Document) {
		for _, f := range d.Body.Strings("attributes") {
			if !slices.Contains(attributes, f) {
				attributes = append(attributes, f)
			}
		}
	}
	for _, wanted := range []string{"ALL", kind} {
		for _, d := range docs {
			if d.Body.String("type") == wanted {
				add(d)
				tooltip = d.Body.String("tooltip")
			}
		}
	}
	return attributes, tooltip, nil
}

// grafanaInventory is a table of the objects of a type.
func (a *API) grafanaInventory(ctx context.Context, r *grafanaRequest) (Answer, error) {
	var kind string
	for _, name := range []string{"object_type", "object_types"} {
		if of := chosen(variable(r.vars, name)); kind == "" && len(of) > 0 {
			kind = of[0]
		}
	}
	fields, tooltip, err := a.hover(ctx, kind)
	if err != nil {
		return nil, err
	}
	docs := []map[string]any{}
	if kind != "" {
		err = a.eachDocument(ctx, r.env, graph.VertexType(kind), func(d map[string]any) bool {
			if t, _ := d["last_scanned"].(time.Time); r.within(t) {
				d["tooltip"] = tooltip
				docs = append(docs, d)
			}
			return len(docs) < grafanaRows
		})
	}
	return tables(tableOf("inventory", fields, docs)), err
}

// grafanaCounts is a table of how many objects of some types there are.
func (a *API) grafanaCounts(ctx context.Context, q *Request, r *grafanaRequest) (Answer, error) {
	kinds := chosen(variable(r.vars, "object_types"))
	if len(kinds) == 0 {
		var err error
		if kinds, err = a.grafanaTypes(ctx, q, string(r.env)); err != nil {
			return nil, err
		}
	}
	e, err := a.opt.Query.Environment(ctx, query.At{Env: r.env})
	if err != nil {
		return nil, err
	}
	docs := []map[string]any{}
	for _, kind := range kinds {
		_, tooltip, err := a.hover(ctx, kind)
		if err != nil {
			return nil, err
		}
		docs = append(docs, map[string]any{"type": kind, "count": e.Objects[graph.VertexType(kind)], "tooltip": tooltip})
	}
	return tables(tableOf("inventoryCount", []string{"type", "count", "tooltip"}, docs)), nil
}

// grafanaScans are two tables: scans, newest first, and schedules.
func (a *API) grafanaScans(ctx context.Context, q *Request, r *grafanaRequest) (Answer, error) {
	read := func(c graph.Collection) (docs []map[string]any, err error) {
		for d, err := range a.documents(ctx, r.env, c) {
			if err != nil {
				return nil, err
			}
			m := whole(r.env, d)
			m["id"] = m["_id"]
			docs = append(docs, q.present(ctx, m).(map[string]any))
		}
		return docs, nil
	}
	scans, err := read(graph.Scans)
	if err != nil {
		return nil, err
	}
	submitted := func(m map[string]any) time.Time { t, _ := moment(m["submit_timestamp"]); return t }
	scans = slices.DeleteFunc(scans, func(m map[string]any) bool { return !r.within(submitted(m)) })
	slices.SortStableFunc(scans, func(x, y map[string]any) int { return submitted(y).Compare(submitted(x)) })
	schedules, err := read(graph.ScheduledScans)
	if err != nil {
		return nil, err
	}
	return tables(
		tableOf("scans", []string{"id", "status", "submit_timestamp", "start_timestamp", "end_timestamp"}, scans),
		tableOf("scheduled_scans", []string{"id", "recurrence", "scheduled_timestamp"}, schedules),
	), nil
}

// grafanaTree is a table with the two drawings of the hierarchy.
func (a *API) grafanaTree(ctx context.Context, r *grafanaRequest) (Answer, error) {
	row := make([]any, 2)
	for i, kind := range []string{forceTree, childrenTree} {
		d, err := a.treeDrawing(ctx, r.env, kind)
		if err != nil {
			return nil, err
		}
		if d == nil {
			d = map[string]any{}
		}
		row[i] = d
	}
	t := tableOf("tree", []string{"results"}, nil)
	t.Rows = append(t.Rows, row)
	return tables(t), nil
}

// tables is what a panel gets.
func tables(list ...grafanaTable) Answer {
	out := make([]any, len(list))
	for i, t := range list {
		out[i] = t.document()
	}
	return Bare{out}
}
