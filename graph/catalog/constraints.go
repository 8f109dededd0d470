package catalog

import (
	"slices"

	"calipso/graph"
)

// Constraint lists the attributes of a focal point that the links of its
// clique must agree with.
type Constraint struct {
	ID         graph.OID
	FocalPoint graph.VertexType
	Attributes []string
	// Environment limits it to one environment; empty: all.
	Environment string
	Shipped     bool
}

var shippedConstraints = func() []Constraint {
	var out []Constraint
	for _, t := range []graph.VertexType{graph.Instance, graph.VService, graph.Network, Container, graph.VNIC, graph.VConnector} {
		out = append(out, Constraint{
			ID:         graph.DocumentOID(graph.Shared, graph.CliqueConstraints, "shipped "+string(t)),
			FocalPoint: t, Attributes: []string{"network"}, Shipped: true,
		})
	}
	return out
}()

// Constraints lists the shipped clique constraints. The slice is the caller's.
func Constraints() []Constraint { return slices.Clone(shippedConstraints) }

// ConstraintsFor is the list of attribute names for a focal point: that of its
// environment before a general one, a user's before a shipped one; nil if there
// is none.
func ConstraintsFor(env graph.EnvID, focal graph.VertexType, all []Constraint) []string {
	best, top := []string(nil), 0
	for _, c := range all {
		score := 1
		switch {
		case c.FocalPoint != focal:
			continue
		case c.Environment == string(env) && env != "":
			score = 3
		case c.Environment != "":
			continue
		case !c.Shipped:
			score = 2
		}
		if score > top {
			best, top = c.Attributes, score
		}
	}
	return best
}

// ParseConstraint gives a clique constraint document its type.
//
// Errors: *graph.InvalidError for a missing focal point type.
func ParseConstraint(d *graph.Document) (Constraint, error) {
	c := Constraint{
		ID: graph.OID(d.ID), FocalPoint: graph.VertexType(d.Body.String("focal_point_type")), Attributes: d.Body.Strings("constraints"),
		Environment: d.Body.String("environment"), Shipped: d.Body.Bool("shipped"),
	}
	if c.FocalPoint == "" {
		return c, &graph.InvalidError{What: "clique constraint " + d.ID, Fields: []graph.FieldError{{Field: "focal_point_type", Reason: "is missing; give an object type such as instance"}}}
	}
	return c, nil
}

// Document is the constraint in the documented shape.
func (c Constraint) Document() *graph.Document {
	names := make([]any, len(c.Attributes))
	for i, a := range c.Attributes {
		names[i] = a
	}
	b := graph.Attrs{"focal_point_type": string(c.FocalPoint), "constraints": names, "environment": c.Environment}
	if c.Shipped {
		b["shipped"] = true
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.CliqueConstraints, ID: string(c.ID)}, Body: b}
}
