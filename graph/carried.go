package graph

import (
	"slices"
	"strings"
)

// CarriedSep stands before each id of a value that is a set (CarriedValue).
const CarriedSep = "\x1f"

// Carried lists the networks that an edge says it carries, in order and each
// once: attribute "network" (one id, or a list) or "networks" (a list).
//
// stated is false if the edge says nothing of networks: then it may carry any.
// A stated empty list is an edge that carries none; a source that does not know
// leaves the attribute out.
func Carried(attrs Attrs) (ids []string, stated bool) {
	for _, key := range []string{"network", "networks"} {
		v, ok := attrs[key]
		if !ok || v == nil || v == "" {
			continue
		}
		stated = true
		ids = append(ids, attrs.Strings(key)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), stated
}

// CarriedValue is what an edge says it carries as one text, under which the
// arrays for walks keep it: "" if it says nothing, the id if it is one, else
// each id with CarriedSep before it; CarriedSep alone for none at all.
func CarriedValue(attrs Attrs) string {
	ids, stated := Carried(attrs)
	switch {
	case !stated:
		return ""
	case len(ids) == 0:
		return CarriedSep
	case len(ids) == 1:
		return ids[0]
	}
	return CarriedSep + strings.Join(ids, CarriedSep)
}

// CarriedIDs are the ids in a value of CarriedValue.
func CarriedIDs(value string) []string {
	if value == "" || value == CarriedSep {
		return nil
	}
	return strings.Split(strings.TrimPrefix(value, CarriedSep), CarriedSep)
}
