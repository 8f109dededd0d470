package reference

import (
	"context"
	"fmt"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// maxAttributes bounds a constraint's list, maxAttribute the length of a name.
const (
	maxAttributes = 20
	maxAttribute  = 100
)

func (k *Keeper) constraints() kind[catalog.Constraint] {
	return kind[catalog.Constraint]{
		collection: graph.CliqueConstraints, what: "clique constraint", shipped: catalog.Constraints(),
		instead:   "add one of your own for the same focal point type, which takes its place",
		members:   []string{"focal_point_type", "constraints", "environment", "shipped"},
		parse:     catalog.ParseConstraint,
		document:  catalog.Constraint.Document,
		id:        func(c catalog.Constraint) string { return string(c.ID) },
		name:      func(c catalog.Constraint) string { return string(c.FocalPoint) },
		isShipped: func(c catalog.Constraint) bool { return c.Shipped },
		withID: func(c catalog.Constraint, id string) catalog.Constraint {
			c.ID, c.Shipped = graph.OID(id), false
			return c
		},
		check: checkConstraint,
	}
}

func checkConstraint(ctx context.Context, v *graph.View, _ By, c catalog.Constraint, _ *catalog.Constraint, others []catalog.Constraint) error {
	wrong := checkFocalPoint(c.FocalPoint)
	switch {
	case c.Attributes == nil:
		wrong = append(wrong, Complaint{Missing, "constraints", "", "is missing; list attributes that links must agree in with the focal point, such as network; an empty list limits nothing"})
	case len(c.Attributes) > maxAttributes:
		wrong = append(wrong, Complaint{Malformed, "constraints", "", fmt.Sprintf("has %d entries; at most %d are compared", len(c.Attributes), maxAttributes)})
	}
	for i, a := range c.Attributes {
		if strings.TrimSpace(a) != a || a == "" || len(a) > maxAttribute || strings.ContainsAny(a, "\x00\n") {
			wrong = append(wrong, Complaint{Malformed, fmt.Sprintf("constraints[%d]", i), a, fmt.Sprintf("is no name of an attribute, such as network (1 to %d bytes, no space around it)", maxAttribute)})
		}
	}
	wrong = append(wrong, twice("constraints", c.Attributes)...)
	if c.Environment != "" {
		env, err := checkEnvironment(ctx, v, c.Environment)
		if err != nil {
			return err
		}
		wrong = append(wrong, env...)
	}
	if err := invalid("clique constraint", string(c.FocalPoint), wrong); err != nil {
		return err
	}
	for _, o := range others {
		if o.Shipped || o.FocalPoint != c.FocalPoint || o.Environment != c.Environment {
			continue
		}
		where := "for all environments"
		if c.Environment != "" {
			where = fmt.Sprintf("for environment %q", c.Environment)
		}
		return &TakenError{fmt.Sprintf("clique constraint %q", c.FocalPoint), string(o.ID), string(o.FocalPoint), where}
	}
	return nil
}
