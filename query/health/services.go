package health

import (
	"context"

	"calipso/graph"
	"calipso/query"
)

// services lists hosts, agents and vServices; in a scope, those of the hosts
// and networks that its instances are on. A vService is no better than the
// agent of its host that runs it.
func (m *maker) services(ctx context.Context) error {
	type at struct{ host, agent string }
	agents := map[at]Service{}
	networks := map[graph.ID]bool{}
	for _, i := range m.r.Instances {
		for _, n := range i.Networks {
			networks[n.ID] = true
		}
	}
	for _, t := range []graph.VertexType{graph.Host, graph.NetworkAgent, graph.VEdge, graph.VService} {
		for v, err := range m.view.Vertices(ctx, t) {
			if err != nil {
				return err
			}
			s := Service{Ref: refOf(v), Host: v.Host, Reasons: []string{}}
			level, reasons := Of(v)
			s.Status = level
			s.Reasons = append(s.Reasons, reasons...)
			if t == graph.VService {
				if a, known := agents[at{v.Host, agentOf(v.Attrs.String("service_type"))}]; known {
					s.Status = worst(s.Status, a.Status)
					if a.Status != OK {
						s.Reasons = append(s.Reasons, "its "+v.Attrs.String("service_type")+" agent: "+a.Status.Text())
					}
				}
			}
			if s.Status == "" {
				if t == graph.VEdge { // most have no agent of their own
					continue
				}
				s.Status, s.Reasons = Unknown, append(s.Reasons, "no source tells its status")
			}
			if why, failed := m.failed[v.Part]; failed && v.Part != "" {
				s.Stale, s.Status = true, worst(s.Status, Unknown)
				s.Reasons = append(s.Reasons, "as last known: "+why)
			}
			if t == graph.NetworkAgent {
				agents[at{v.Host, v.Attrs.String("agent_type")}] = s
			}
			if m.serves(v, networks) {
				m.r.Services = append(m.r.Services, s)
			}
		}
	}
	return nil
}

func (m *maker) serves(v *graph.Vertex, networks map[graph.ID]bool) bool {
	switch {
	case m.q.Scope == nil:
		return true
	case v.Type == graph.Host:
		return m.hosts[string(v.ID)]
	case v.Type == graph.VService:
		for _, n := range v.Attrs.Strings("network") {
			if networks[graph.ID(n)] {
				return true
			}
		}
		return false
	}
	return m.hosts[v.Host]
}

var _ Cliques = (*query.Service)(nil)
