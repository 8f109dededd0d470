package reference

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// user is what names values of enumerations.
type user struct {
	Use
	environmentType string // "": of any
	values          map[string][]string
}

// keepUsed says what needs a value that an enumeration would lose.
func (k *Keeper) keepUsed(ctx context.Context, v *graph.View, old, now catalog.Constant) error {
	var lost []string
	for _, value := range values(old) {
		if !slices.Contains(values(now), value) {
			lost = append(lost, value)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	users, err := k.users(ctx, v)
	if err != nil {
		return err
	}
	for _, value := range lost {
		var by []Use
		for _, u := range users {
			elsewhere := old.EnvironmentType != "" && u.environmentType != "" && u.environmentType != old.EnvironmentType
			if !elsewhere && slices.Contains(u.values[old.Name], value) {
				by = append(by, u.Use)
			}
		}
		if len(by) > 0 {
			return &UsedError{fmt.Sprintf("value %q of constant %q", value, old.Name), by}
		}
	}
	return nil
}

// users lists all that names values: environments, clique types, constraints
// and the support matrix, users' own and shipped ones.
func (k *Keeper) users(ctx context.Context, v *graph.View) ([]user, error) {
	var out []user
	for d, err := range v.Documents(ctx, graph.Environments) {
		if err != nil {
			return nil, err
		}
		b := d.Body
		out = append(out, user{Use{Kind: "environment", Env: graph.EnvID(d.ID)}, cmp.Or(b.String("environment_type"), catalog.OpenStack), map[string][]string{
			"distributions": b.Strings("distribution"), "distribution_versions": b.Strings("distribution_version"),
			"mechanism_drivers": b.Strings("mechanism_drivers"), "type_drivers": b.Strings("type_drivers"),
		}})
	}
	types, err := k.CliqueTypes.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		out = append(out, user{Use{Kind: "clique type", Name: t.Name, Env: envOf(t.Environment)}, t.EnvironmentType, map[string][]string{
			"distributions": one(t.Distribution), "distribution_versions": one(t.Version),
			"mechanism_drivers": t.MechanismDrivers, "type_drivers": t.TypeDrivers,
		}})
	}
	constraints, err := k.Constraints.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range constraints {
		out = append(out, user{Use{Kind: "clique constraint", Name: string(c.FocalPoint), Env: envOf(c.Environment)}, "", map[string][]string{"constraints": c.Attributes}})
	}
	for _, s := range catalog.SupportedKinds() {
		out = append(out, user{Use{Kind: "row of the support matrix", Name: fmt.Sprint(s.Distributions)}, "", map[string][]string{
			"distributions": s.Distributions, "distribution_versions": s.Versions, "mechanism_drivers": s.MechanismDrivers, "type_drivers": s.TypeDrivers,
		}})
	}
	return out, nil
}

// envOf is the environment that a document is for; Shared: any.
func envOf(name string) graph.EnvID {
	if name == catalog.AnyEnvironment {
		return graph.Shared
	}
	return graph.EnvID(name)
}
