package reference

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// maxLinkTypes bounds a clique type's list; the longest that is shipped has
// not thirty.
const maxLinkTypes = 200

func (k *Keeper) cliqueTypes() kind[catalog.CliqueType] {
	return kind[catalog.CliqueType]{
		collection: graph.CliqueTypes, what: "clique type", shipped: catalog.CliqueTypes(),
		instead: "add one of your own, which goes before it where both fit",
		members: []string{"name", "focal_point_type", "link_types", "environment", "use_implicit_links", "environment_type",
			"distribution", "distribution_version", "mechanism_drivers", "type_drivers", "shipped"},
		parse:     catalog.ParseCliqueType,
		document:  catalog.CliqueType.Document,
		id:        func(t catalog.CliqueType) string { return string(t.ID) },
		name:      func(t catalog.CliqueType) string { return t.Name },
		isShipped: func(t catalog.CliqueType) bool { return t.Shipped },
		withID: func(t catalog.CliqueType, id string) catalog.CliqueType {
			t.ID, t.Shipped = graph.OID(id), false
			return t
		},
		check: k.checkCliqueType,
	}
}

func (k *Keeper) checkCliqueType(ctx context.Context, v *graph.View, by By, t catalog.CliqueType, _ *catalog.CliqueType, others []catalog.CliqueType) error {
	var wrong []Complaint
	if strings.TrimSpace(t.Name) == "" {
		wrong = append(wrong, Complaint{Missing, "name", "", "is missing; say what to call it"})
	}
	focal, steps := checkFocalPoint(t.FocalPoint), checkLinkTypes(t)
	wrong = append(append(wrong, focal...), steps...)
	if len(focal)+len(steps) == 0 && !by.Loose {
		wrong = append(wrong, checkChain(t)...)
	}
	constants, err := k.constantsIn(ctx, v)
	if err != nil {
		return err
	}
	wrong = append(wrong, checkConditions(t, constants)...)
	if t.Environment != "" && t.Environment != catalog.AnyEnvironment {
		env, err := checkEnvironment(ctx, v, t.Environment)
		if err != nil {
			return err
		}
		wrong = append(wrong, env...)
	}
	if err := invalid("clique type", t.Name, wrong); err != nil {
		return err
	}
	for _, o := range others {
		if !o.Shipped && conditions(o) == conditions(t) {
			return &TakenError{fmt.Sprintf("clique type %q", t.Name), string(o.ID), o.Name, "for " + conditions(t)}
		}
	}
	return nil
}

func checkFocalPoint(t graph.VertexType) []Complaint {
	known, ok := catalog.VertexTypeOf(t)
	switch {
	case t == "":
		return []Complaint{{Missing, "focal_point_type", "", "is missing; give the object type that cliques start from, such as instance"}}
	case !ok:
		return []Complaint{unknown("focal_point_type", string(t), "object type", linkedTypes())}
	case !known.Linked:
		return []Complaint{{Unknown, "focal_point_type", string(t), fmt.Sprintf("no link ends at objects of type %q; such are %s", t, strings.Join(linkedTypes(), ", "))}}
	}
	return nil
}

// linkedTypes are the object types that links end at.
func linkedTypes() []string {
	var out []string
	for _, t := range catalog.VertexTypes() {
		if t.Linked {
			out = append(out, string(t.Type))
		}
	}
	return out
}

func checkLinkTypes(t catalog.CliqueType) (wrong []Complaint) {
	switch {
	case len(t.LinkTypes) == 0:
		return []Complaint{{Missing, "link_types", "", "is empty; list link types in the order they are to be followed, such as instance-vnic, vnic-vconnector"}}
	case len(t.LinkTypes) > maxLinkTypes:
		return []Complaint{{Malformed, "link_types", "", fmt.Sprintf("has %d entries; at most %d are followed", len(t.LinkTypes), maxLinkTypes)}}
	}
	for i, l := range t.LinkTypes {
		if !catalog.ValidEdgeType(l) {
			wrong = append(wrong, unknownLinkType(fmt.Sprintf("link_types[%d]", i), l))
		}
	}
	return wrong
}

// unknownLinkType says which end of a link type is wrong.
func unknownLinkType(field string, l graph.EdgeType) Complaint {
	var known []string
	for _, e := range catalog.EdgeTypes() {
		known = append(known, string(e.Type))
	}
	from, to, ok := l.Ends()
	if !ok {
		c := unknown(field, string(l), "link type", known)
		c.Reason = strings.Replace(c.Reason, "is no link type", "is no link type: write two object types joined by one dash", 1)
		return c
	}
	for _, end := range []graph.VertexType{from, to} {
		if t, ok := catalog.VertexTypeOf(end); ok && t.Linked {
			continue
		}
		reason := fmt.Sprintf("%q is no link type, since no link ends at objects of type %q", l, end)
		if near := Nearest(string(l), known); near != "" {
			reason += fmt.Sprintf("; did you mean %q?", near)
		}
		return Complaint{Unknown, field, string(l), reason + " Links end at objects of types " + strings.Join(linkedTypes(), ", ")}
	}
	return unknown(field, string(l), "link type", known)
}

// checkConditions looks at what decides where a clique type is used.
func checkConditions(t catalog.CliqueType, constants []catalog.Constant) (wrong []Complaint) {
	given := hasConditions(t)
	switch {
	case t.Environment != "" && given:
		wrong = append(wrong, Complaint{Both, "environment", t.Environment, "is given, and conditions (environment_type, distribution, …) are too, which would never be looked at; give one or the other"})
	case t.Environment == "" && !given:
		wrong = append(wrong, Complaint{Neither, "environment", "", "is missing, and there is no condition: give the name of an environment, ANY, or some of environment_type, distribution, distribution_version, mechanism_drivers, type_drivers"})
	}
	if t.Version != "" && t.Distribution == "" {
		wrong = append(wrong, Complaint{VersionAlone, "distribution_version", t.Version, "is given without distribution, and would fit nothing; say of which distribution"})
	}
	for _, c := range []struct {
		field, constant, what string
		values                []string
		list                  bool
	}{
		{"environment_type", "environment_types", "environment type", one(t.EnvironmentType), false},
		{"distribution", "distributions", "distribution", one(t.Distribution), false},
		{"mechanism_drivers", "mechanism_drivers", "mechanism driver", t.MechanismDrivers, true},
		{"type_drivers", "type_drivers", "type driver", t.TypeDrivers, true},
	} {
		right := valuesOf(constants, c.constant)
		for i, v := range c.values {
			field := c.field
			if c.list {
				field = fmt.Sprintf("%s[%d]", c.field, i)
			}
			if !slices.Contains(right, v) {
				wrong = append(wrong, unknown(field, v, c.what, right))
			}
		}
	}
	return append(append(wrong, twice("mechanism_drivers", t.MechanismDrivers)...), twice("type_drivers", t.TypeDrivers)...)
}

func hasConditions(t catalog.CliqueType) bool {
	return cmp.Or(t.EnvironmentType, t.Distribution, t.Version) != "" || len(t.MechanismDrivers)+len(t.TypeDrivers) > 0
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// conditions says for what a clique type is: the same text, the same things
// (rule API-12).
func conditions(t catalog.CliqueType) string {
	parts := []string{"focal point " + string(t.FocalPoint)}
	for _, c := range []struct{ name, value string }{
		{"environment", t.Environment}, {"environment type", t.EnvironmentType}, {"distribution", t.Distribution}, {"version", t.Version},
		{"mechanism drivers", sorted(t.MechanismDrivers)}, {"type drivers", sorted(t.TypeDrivers)},
	} {
		if c.value != "" {
			parts = append(parts, c.name+" "+c.value)
		}
	}
	return strings.Join(parts, ", ")
}

func sorted(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(list, " ")
}
