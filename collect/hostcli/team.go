package hostcli

import (
	"cmp"
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// team is a report of the team daemon.
type team struct {
	MAC           string
	Setup, Runner graph.Attrs
	Members       []teamMember // by name
}

type teamMember struct {
	Name, MAC string
	LinkUp    bool
	Attrs     graph.Attrs
}

// parseTeam reads teamdctl <name> state dump.
//
// Errors: *collect.ParseError.
func parseTeam(source string, text []byte) (*team, error) {
	doc, err := graph.ParseJSON(text)
	if err != nil {
		return nil, &collect.ParseError{Source: source, Reason: "no JSON state of a team: " + err.Error()}
	}
	t := &team{
		MAC:    doc.Map("team_device").Map("ifinfo").String("dev_addr"),
		Setup:  doc.Map("setup"),
		Runner: doc.Map("runner"),
	}
	ports := doc.Map("ports")
	for name := range ports {
		p := ports.Map(name)
		t.Members = append(t.Members, teamMember{
			Name: name, MAC: p.Map("ifinfo").String("dev_addr"), LinkUp: p.Map("link").Bool("up"), Attrs: p,
		})
	}
	slices.SortFunc(t.Members, func(a, b teamMember) int { return cmp.Compare(a.Name, b.Name) })
	return t, nil
}
