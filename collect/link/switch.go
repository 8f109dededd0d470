package link

import (
	"context"
	"strings"

	"calipso/graph"
)

// hostPNICSwitchPNIC links physical interfaces to the switch ports that saw
// their MAC; a port channel across two leaves shows it on both.
func hostPNICSwitchPNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	byMAC := map[string][]*graph.Vertex{}
	for s, err := range g.Vertices(ctx, graph.SwitchPNIC) {
		if err != nil {
			return err
		}
		if mac := strings.ToLower(s.Attrs.String("mac_address")); mac != "" {
			byMAC[mac] = append(byMAC[mac], s)
		}
	}
	for p, err := range g.Vertices(ctx, graph.HostPNIC) {
		if err != nil {
			return err
		}
		for _, s := range byMAC[strings.ToLower(p.Attrs.String("mac_address"))] {
			e := edge("host_pnic-switch_pnic", p.ID, s.ID, p.Host, p.Host+"-"+switchOf(s), nil)
			e.State, e.Switch = pnicState(p), switchOf(s)
			emit(e)
		}
	}
	return nil
}

// switchPNICSwitchPNIC links a leaf's uplink to the spine's port it names,
// always in this direction, under the uplink's name ("eth1/53").
func switchPNICSwitchPNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	for s, err := range g.Vertices(ctx, graph.SwitchPNIC) {
		if err != nil {
			return err
		}
		peer := s.Attrs.String("connected_to")
		if s.Attrs.String("role") != "uplink" || peer == "" {
			continue
		}
		e := edge("switch_pnic-switch_pnic", s.ID, graph.ID(peer), "", portName(s), nil)
		e.Switch = switchOf(s)
		emit(e)
	}
	return nil
}

// switchSwitchPNIC links each switch to its ports.
func switchSwitchPNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	titles := map[string]string{}
	for s, err := range g.Vertices(ctx, graph.Switch) {
		if err != nil {
			return err
		}
		titles[string(s.ID)] = title(s)
	}
	for s, err := range g.Vertices(ctx, graph.SwitchPNIC) {
		if err != nil {
			return err
		}
		of := switchOf(s)
		e := edge("switch-switch_pnic", graph.ID(of), s.ID, "", titles[of]+"-"+title(s), nil)
		e.Switch = of
		emit(e)
	}
	return nil
}

// switchOf is the id of the switch that a port belongs to.
func switchOf(s *graph.Vertex) string {
	if of := s.Attrs.String("switch"); of != "" {
		return of
	}
	return string(s.Parent)
}

// portName is the port in the switch's own notation, which its id encodes from
// "eth" on.
func portName(s *graph.Vertex) string {
	id := string(s.ID)
	if at := strings.LastIndex(id, "eth"); at >= 0 {
		return strings.ReplaceAll(id[at:], "__", "/")
	}
	return title(s)
}
