package hostcli

import "calipso/graph"

// fetchOS adds the operating system to the host.
//
// Source: cat /etc/os-release; uname -rm.
// Errors: *collect.CommandError, *collect.ParseError.
func (s *survey) fetchOS() ([]*graph.Vertex, error) {
	if s.osErr != nil {
		return nil, s.osErr
	}
	return []*graph.Vertex{s.enrich(graph.Attrs{"OS": map[string]any(s.os)})}, nil
}

// enrich is the host itself with further attributes.
func (s *survey) enrich(a graph.Attrs) *graph.Vertex {
	return &graph.Vertex{ID: graph.ID(s.host), Type: graph.Host, Host: s.host, Attrs: a}
}
