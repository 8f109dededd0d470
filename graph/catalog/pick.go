package catalog

import (
	"cmp"
	"slices"
	"strconv"

	"calipso/graph"
)

// Scores of a clique type; those of conditions add up, so that a fitting
// distribution beats all lesser conditions together.
const (
	scoreEnvironment  = 64
	scoreDistribution = 32
	scoreVersion      = 16
	scoreMechanism    = 8
	scoreType         = 4
	scoreNoCondition  = 2
	scoreAny          = 1
)

// Score tells how well a clique type fits an environment, 0: not at all. A
// version without a distribution fits nothing.
func (t CliqueType) Score(env *graph.Environment) int {
	switch t.Environment {
	case "":
	case string(env.Name):
		return scoreEnvironment
	case AnyEnvironment:
		return scoreAny
	default:
		return 0
	}
	sum := 0
	if t.EnvironmentType != "" && t.EnvironmentType != env.EnvironmentType {
		return 0
	}
	switch {
	case t.Distribution == "" && t.Version != "":
		return 0
	case t.Distribution != "" && t.Distribution != env.Distribution:
		return 0
	case t.Distribution != "":
		sum += scoreDistribution
	}
	if t.Version != "" {
		if !versionFits(t.Version, env.Version) {
			return 0
		}
		sum += scoreVersion
	}
	if len(t.MechanismDrivers) > 0 {
		if !slices.ContainsFunc(t.MechanismDrivers, env.HasDriver) {
			return 0
		}
		sum += scoreMechanism
	}
	if len(t.TypeDrivers) > 0 {
		if !slices.ContainsFunc(t.TypeDrivers, func(d string) bool { return slices.Contains(env.TypeDrivers, d) }) {
			return 0
		}
		sum += scoreType
	}
	return max(sum, scoreNoCondition)
}

// Fitting keeps the clique types that fit an environment: by focal point type,
// in the order these come first, and of each the one that Pick chooses first.
func Fitting(env *graph.Environment, types []CliqueType) []CliqueType {
	place := map[graph.VertexType]int{}
	var out []CliqueType
	for _, t := range types {
		if t.Score(env) == 0 {
			continue
		}
		if _, known := place[t.FocalPoint]; !known {
			place[t.FocalPoint] = len(place)
		}
		out = append(out, t)
	}
	own := func(t CliqueType) int {
		if t.Shipped {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b CliqueType) int {
		return cmp.Or(cmp.Compare(place[a.FocalPoint], place[b.FocalPoint]), cmp.Compare(b.Score(env), a.Score(env)),
			cmp.Compare(own(b), own(a)), comparePreference(b, a))
	})
	return out
}

// versionFits compares two whole numbers as "at least", all else for equality.
func versionFits(want, have string) bool {
	w, errW := strconv.ParseUint(want, 10, 64)
	h, errH := strconv.ParseUint(have, 10, 64)
	if errW == nil && errH == nil {
		return h >= w
	}
	return want == have
}

// Pick chooses the clique type for a focal point: the highest score; of equal
// ones a user's own before a shipped one, then the higher version, then the
// newer id. tie tells that version or id had to decide, which deserves a
// warning; ok is false if none fits.
func Pick(env *graph.Environment, focal graph.VertexType, types []CliqueType) (best CliqueType, tie, ok bool) {
	top := 0
	for _, t := range types {
		if t.FocalPoint != focal {
			continue
		}
		score := t.Score(env)
		if score == 0 || score < top {
			continue
		}
		if score > top || (best.Shipped && !t.Shipped) {
			best, top, tie, ok = t, score, false, true
			continue
		}
		if !best.Shipped && t.Shipped {
			continue
		}
		tie = true
		if comparePreference(t, best) > 0 {
			best = t
		}
	}
	return best, tie, ok
}

func comparePreference(a, b CliqueType) int {
	return cmp.Or(compareVersions(a.Version, b.Version), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Name, b.Name))
}

func compareVersions(a, b string) int {
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}
