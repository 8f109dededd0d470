package truth

import (
	"fmt"
	"slices"
)

// cliques holds every chain against the clique of its focal point: each step
// must be among the clique's links, and nothing of another instance or of a
// network that the focal point is not on.
func cliques(t *Truth, e *Export) []Difference {
	var out []Difference
	focal := map[string][]Chain{}
	var order []string
	for _, c := range t.Chains {
		if focal[c.Focal] == nil {
			order = append(order, c.Focal)
		}
		focal[c.Focal] = append(focal[c.Focal], c)
	}
	slices.Sort(order)
	for _, id := range order {
		chains := focal[id]
		kind := chains[0].FocalType
		answer := e.Cliques[id]
		if answer == nil {
			out = append(out, Difference{NoClique, kind, id, ""})
			continue
		}
		steps := cliqueSteps(answer)
		networks := map[string]bool{}
		for _, c := range chains {
			networks[c.Network] = true
			for _, s := range c.Steps {
				if !steps[s] {
					out = append(out, Difference{BrokenChain, kind, id, fmt.Sprintf("to network %s: lacks %s %s", c.Network, s.Type, s.Pair)})
				}
			}
		}
		for _, s := range sortedSteps(steps) {
			switch {
			case s.Type == "host_pnic-network" && !networks[s.To]:
				out = append(out, Difference{Stranger, kind, id, "network " + s.To})
			case s.Type == "instance-vnic" && s.From != id, s.Type == "vservice-vnic" && s.From != id:
				out = append(out, Difference{Stranger, kind, id, s.From})
			}
		}
	}
	for _, id := range sorted(keys(t.Reach)) {
		answer := e.Cliques[id]
		if answer == nil {
			out = append(out, Difference{NoClique, "network", id, ""})
			continue
		}
		steps := cliqueSteps(answer)
		for _, instance := range t.Reach[id] {
			if !slices.ContainsFunc(sortedSteps(steps), func(s Step) bool { return s.From == instance }) {
				out = append(out, Difference{BrokenChain, "network", id, "does not reach instance " + instance})
			}
		}
	}
	return out
}

// cliqueSteps are the links of a clique's answer.
func cliqueSteps(answer map[string]any) map[Step]bool {
	steps := map[Step]bool{}
	list, _ := answer["links"].([]any)
	for _, e := range list {
		doc, _ := e.(map[string]any)
		if s, ok := stepOf(doc); ok {
			steps[s] = true
		}
	}
	return steps
}

// stepOf reads type and ends of a link's document.
func stepOf(doc map[string]any) (s Step, ok bool) {
	s.Type, _ = doc["link_type"].(string)
	s.From, _ = doc["source_id"].(string)
	s.To, _ = doc["target_id"].(string)
	return s, s.Type != "" && s.From != "" && s.To != ""
}

func sortedSteps(set map[Step]bool) []Step {
	byType := map[string]map[Pair]bool{}
	for s := range set {
		if byType[s.Type] == nil {
			byType[s.Type] = map[Pair]bool{}
		}
		byType[s.Type][s.Pair] = true
	}
	var out []Step
	for _, kind := range sorted(keys(byType)) {
		for _, p := range sortedPairs(byType[kind]) {
			out = append(out, Step{kind, p})
		}
	}
	return out
}
