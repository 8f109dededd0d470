package document

import (
	"time"

	"calipso/graph"
)

// Link is the document of an edge in collection links. from and to are the
// types of its ends, from which their document ids come. Times are time.Time,
// document ids are graph.OIDs.
func Link(env graph.EnvID, e *graph.Edge, from, to graph.VertexType, lastScanned time.Time) map[string]any {
	attrs := map[string]any(e.Attrs)
	if attrs == nil {
		attrs = map[string]any{}
	}
	state := e.State
	if state == "" {
		state = graph.Up
	}
	d := map[string]any{
		"_id":          graph.EdgeOID(env, e.EdgeKey),
		"environment":  string(env),
		"link_type":    string(e.Type),
		"link_name":    e.Name,
		"source":       graph.VertexOID(env, from, e.From),
		"source_id":    string(e.From),
		"target":       graph.VertexOID(env, to, e.To),
		"target_id":    string(e.To),
		"state":        string(state),
		"link_weight":  int64(0),
		"source_label": e.Attrs.String("source_label"),
		"target_label": e.Attrs.String("target_label"),
		"implicit":     e.Implicit,
		"attributes":   attrs,
	}
	if e.Host != "" {
		d["host"] = e.Host
	}
	if e.Switch != "" {
		d["switch"] = e.Switch
	}
	if !lastScanned.IsZero() {
		d["last_scanned"] = lastScanned
	}
	return d
}
