package legacy

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph/catalog"
)

// The texts of what is wrong with a posted clique type.
const (
	versionAlone   = "Distribution version without distribution is not allowed"
	bothGiven      = "Either environment or configuration should be specified (not both)."
	neitherGiven   = "Either environment or configuration should be specified."
	environmentDup = "Clique type with focal point %s is already registered for environment %s"
	configDup      = "Clique type with configuration '%s' is already registered"
)

// configured tells whether a clique type names a configuration. Earlier versions
// did not count a distribution without its version, nor knew the type of the
// environment (rule API-12).
func (m Compat) configured(t catalog.CliqueType) bool {
	if len(t.MechanismDrivers)+len(t.TypeDrivers) > 0 {
		return true
	}
	if m == Current {
		return t.Distribution != "" || t.EnvironmentType != ""
	}
	return t.Distribution != "" && t.Version != ""
}

// cliqueTypeFault is the first rule that a posted clique type breaks, "" if none
// (section 5.5); known tells whether there is an environment.
func (m Compat) cliqueTypeFault(t catalog.CliqueType, known func(string) bool) string {
	configured := m.configured(t)
	switch {
	case t.Version != "" && t.Distribution == "":
		return versionAlone
	case t.Environment != "" && configured:
		return bothGiven
	case t.Environment != "" && !known(t.Environment):
		return "Unknown environment: " + t.Environment
	case strings.EqualFold(t.Environment, catalog.AnyEnvironment):
		return fmt.Sprintf("Environment name '%s' is reserved", t.Environment)
	case t.Environment == "" && !configured:
		return neitherGiven
	}
	return ""
}

// cliqueTypeTaken tells whether earlier versions would have said that a clique
// type is there already: they compared the first condition given only.
func (m Compat) cliqueTypeTaken(t catalog.CliqueType, all []catalog.CliqueType) bool {
	conditions := m.searched(t)
	return slices.ContainsFunc(all, func(o catalog.CliqueType) bool {
		switch {
		case o.FocalPoint != t.FocalPoint, o.Environment != t.Environment:
			return false
		case t.Environment != "":
			return true
		}
		return !slices.ContainsFunc(conditions, func(c condition) bool { return !c.met(o) })
	})
}

// takenText says that a clique type is there already.
func (m Compat) takenText(t catalog.CliqueType) string {
	if t.Environment != "" {
		return fmt.Sprintf(environmentDup, t.FocalPoint, t.Environment)
	}
	return fmt.Sprintf(configDup, described(t, m.searched(t)))
}

// condition is one member of a clique type that decides where it is used.
type condition struct {
	field string
	want  []string
	of    func(catalog.CliqueType) []string
}

// met tells whether another clique type has the same; one value fits a list that
// holds it.
func (c condition) met(o catalog.CliqueType) bool {
	have := c.of(o)
	if len(c.want) == 1 && len(have) > 1 {
		return slices.Contains(have, c.want[0])
	}
	return slices.Equal(slices.Sorted(slices.Values(c.want)), slices.Sorted(slices.Values(have)))
}

// searched are the conditions by which a clique type counts as there already.
func (m Compat) searched(t catalog.CliqueType) []condition {
	word := func(field string, of func(catalog.CliqueType) string) condition {
		list := func(t catalog.CliqueType) []string {
			if v := of(t); v != "" {
				return []string{v}
			}
			return nil
		}
		return condition{field, list(t), list}
	}
	distribution := word("distribution", func(t catalog.CliqueType) string { return t.Distribution })
	version := word("distribution_version", func(t catalog.CliqueType) string { return t.Version })
	mechanism := condition{"mechanism_drivers", t.MechanismDrivers, func(t catalog.CliqueType) []string { return t.MechanismDrivers }}
	types := condition{"type_drivers", t.TypeDrivers, func(t catalog.CliqueType) []string { return t.TypeDrivers }}
	switch {
	case m == Current:
		return []condition{word("environment_type", func(t catalog.CliqueType) string { return t.EnvironmentType }), distribution, version, mechanism, types}
	case t.Distribution != "" && t.Version != "":
		return []condition{distribution, version}
	case t.Distribution != "":
		return []condition{distribution}
	case len(t.MechanismDrivers) > 0:
		return []condition{mechanism}
	}
	return []condition{types}
}

// described writes what was searched for as earlier versions showed it.
func described(t catalog.CliqueType, conditions []condition) string {
	parts := []string{fmt.Sprintf("'focal_point_type': '%s'", t.FocalPoint)}
	for _, c := range conditions {
		switch len(c.want) {
		case 0:
		case 1:
			parts = append(parts, fmt.Sprintf("'%s': '%s'", c.field, c.want[0]))
		default:
			parts = append(parts, fmt.Sprintf("'%s': ['%s']", c.field, strings.Join(c.want, "', '")))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
