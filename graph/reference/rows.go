package reference

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// Row is a document of a table that nothing but its readers gives a meaning.
type Row struct {
	ID      graph.OID
	Body    graph.Attrs
	Shipped bool
}

// table is a collection of rows.
type table struct {
	collection graph.Collection
	what       string
	name       string // member that rows are called by
}

var tables = []table{
	{catalog.SupportedEnvironments, "supported environment", ""},
	{catalog.NetworkAgentTypes, "network agent type", "type"},
	{catalog.HoverAttributes, "list of attributes", "type"},
	{catalog.EnvironmentOptions, "environment option", ""},
	{catalog.MonitoringTemplates, "monitoring template", "type"},
}

func rowsOf(t table) kind[Row] {
	var shipped []Row
	for _, d := range catalog.Documents() {
		if d.Collection == t.collection {
			shipped = append(shipped, Row{graph.OID(d.ID), d.Body, true})
		}
	}
	return kind[Row]{
		collection: t.collection, what: t.what, shipped: shipped, instead: "users' own can be changed",
		parse: func(d *graph.Document) (Row, error) { return Row{graph.OID(d.ID), d.Body, d.Body.Bool("shipped")}, nil },
		document: func(r Row) *graph.Document {
			return &graph.Document{DocKey: graph.DocKey{Collection: t.collection, ID: string(r.ID)}, Body: r.Body}
		},
		id:        func(r Row) string { return string(r.ID) },
		name:      func(r Row) string { return r.Body.String(t.name) },
		isShipped: func(r Row) bool { return r.Shipped },
		withID: func(r Row, id string) Row {
			b := r.Body.Clone()
			for _, key := range []string{"_id", "id", "shipped"} {
				delete(b, key)
			}
			return Row{graph.OID(id), b, false}
		},
		check:   checkTemplate,
		replace: true,
	}
}

// checkTemplate complains of a monitoring template, the only rows that users
// may write.
func checkTemplate(_ context.Context, _ *graph.View, _ By, r Row, _ *Row, others []Row) error {
	b := r.Body
	var wrong []Complaint
	for _, f := range []struct{ name, like string }{
		{"type", "the name of the file that it makes, such as client.json"}, {"monitoring_system", "such as sensu"},
	} {
		if s, ok := b[f.name].(string); !ok || s == "" || strings.ContainsAny(s, "/\x00") {
			wrong = append(wrong, Complaint{Missing, f.name, fmt.Sprint(b[f.name]), "is missing, no text, or holds a slash; give " + f.like})
		}
	}
	sides, _ := catalog.ConstantValues("monitoring_sides", "")
	if side := b.String("side"); !slices.Contains(sides, side) {
		wrong = append(wrong, unknown("side", side, "side", sides))
	}
	if order := fmt.Sprint(b["order"]); b["order"] == nil || order == "" || strings.Trim(order, "0123456789") != "" {
		wrong = append(wrong, Complaint{Malformed, "order", order, `is no whole number, such as "1"; templates of a higher order go over those of a lower`})
	}
	for _, f := range []struct {
		name      string
		mandatory bool
	}{{"config", true}, {"condition", false}} {
		if _, ok := b[f.name].(map[string]any); !ok && (f.mandatory || b[f.name] != nil) {
			wrong = append(wrong, Complaint{Malformed, f.name, "", "is no object"})
		}
	}
	if err := invalid("monitoring template", b.String("type"), wrong); err != nil {
		return err
	}
	for _, o := range others {
		if same(o.Body, b, "type", "side", "order", "monitoring_system", "subtype") {
			return &TakenError{fmt.Sprintf("monitoring template %q", b.String("type")), string(o.ID), o.Body.String("type"), "of the same side, order, system and subtype"}
		}
	}
	return nil
}

func same(a, b graph.Attrs, members ...string) bool {
	for _, m := range members {
		if fmt.Sprint(a[m]) != fmt.Sprint(b[m]) {
			return false
		}
	}
	return true
}
