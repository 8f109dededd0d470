package catalog

import (
	"fmt"

	"calipso/graph"
)

// AnyEnvironment is the environment of a clique type that fits everywhere.
const AnyEnvironment = "ANY"

// CliqueType says what belongs to the clique of a focal point: what is reached
// from it along these edge types, each taken once in this order, both ways.
type CliqueType struct {
	// ID is the document id; for shipped types it is derived from what they
	// are for, and so the same in every installation.
	ID         graph.OID
	Name       string
	FocalPoint graph.VertexType
	LinkTypes  []graph.EdgeType
	// Environment limits it to one environment by name, or is AnyEnvironment.
	// Empty: the conditions below decide; those left empty fit everything.
	Environment      string
	EnvironmentType  string
	Distribution     string
	Version          string   // needs Distribution; two whole numbers compare as "at least"
	MechanismDrivers []string // one in common is enough
	TypeDrivers      []string // one in common is enough
	// UseImplicitLinks follows links derived by chaining as well.
	UseImplicitLinks bool
	// Shipped: it came with Calipso. A user's own type wins a tie against it.
	Shipped bool
}

// ParseCliqueType gives a clique type document its type.
//
// Errors: *graph.InvalidError naming every field that is wrong.
func ParseCliqueType(d *graph.Document) (CliqueType, error) {
	b := d.Body
	t := CliqueType{
		ID: graph.OID(d.ID), Name: b.String("name"), FocalPoint: graph.VertexType(b.String("focal_point_type")),
		Environment: b.String("environment"), EnvironmentType: b.String("environment_type"),
		Distribution: b.String("distribution"), Version: b.String("distribution_version"),
		MechanismDrivers: b.Strings("mechanism_drivers"), TypeDrivers: b.Strings("type_drivers"),
		UseImplicitLinks: b.Bool("use_implicit_links"), Shipped: b.Bool("shipped"),
	}
	var wrong []graph.FieldError
	if t.FocalPoint == "" {
		wrong = append(wrong, graph.FieldError{Field: "focal_point_type", Reason: "is missing; give an object type such as instance"})
	}
	for i, l := range b.Strings("link_types") {
		e := graph.EdgeType(l)
		if _, _, ok := e.Ends(); !ok {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("link_types[%d]", i), Reason: fmt.Sprintf("%q is no link type; write two object types joined by one dash", l)})
			continue
		}
		t.LinkTypes = append(t.LinkTypes, e)
	}
	if len(t.LinkTypes) == 0 && len(wrong) == 0 {
		wrong = append(wrong, graph.FieldError{Field: "link_types", Reason: "is empty; list link types in the order they are to be followed"})
	}
	if len(wrong) > 0 {
		return t, &graph.InvalidError{What: fmt.Sprintf("clique type %q", t.Name), Fields: wrong}
	}
	return t, nil
}

// Document is the clique type in the documented shape.
func (t CliqueType) Document() *graph.Document {
	links := make([]any, len(t.LinkTypes))
	for i, l := range t.LinkTypes {
		links[i] = string(l)
	}
	b := graph.Attrs{
		"name": t.Name, "focal_point_type": string(t.FocalPoint), "link_types": links,
		"environment": t.Environment, "use_implicit_links": t.UseImplicitLinks,
	}
	for key, v := range map[string]string{
		"environment_type": t.EnvironmentType, "distribution": t.Distribution, "distribution_version": t.Version,
	} {
		if v != "" {
			b[key] = v
		}
	}
	for key, list := range map[string][]string{"mechanism_drivers": t.MechanismDrivers, "type_drivers": t.TypeDrivers} {
		if v := scalarOrList(list); v != nil {
			b[key] = v
		}
	}
	if t.Shipped {
		b["shipped"] = true
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.CliqueTypes, ID: string(t.ID)}, Body: b}
}

// scalarOrList is how the documented schema writes one or several values.
func scalarOrList(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
