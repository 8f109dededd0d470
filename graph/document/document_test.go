package document_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/document"
)

func TestObject(t *testing.T) {
	host := &graph.Vertex{ID: "node-1", Type: graph.Host, Host: "node-1"}
	v := &graph.Vertex{ID: "node-1|TenGig0/1", Type: graph.VNIC, Name: "TenGig0/1", Host: "node-1", Parent: "node-1", Part: "p@node-1",
		Attrs: graph.Attrs{"mac_address": "fa:16:3e:00:00:01", "type": "an attribute that would hide the type"}}
	scanned := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	got := document.Object("lab", v, document.Place{Path: document.Steps([]*graph.Vertex{host, v}), LastScanned: scanned, Stale: true})
	want := map[string]any{
		"_id": graph.VertexOID("lab", graph.VNIC, v.ID), "environment": "lab", "id": "node-1|TenGig0/1", "type": "vnic",
		"name": "TenGig0/1", "object_name": "TenGig0/1", "host": "node-1", "parent_id": "node-1", "parent_type": "host",
		"id_path": "/lab/node-1/node-1|TenGig0---..47..---1", "name_path": "/lab/node-1/TenGig0---..47..---1",
		"show_in_tree": true, "last_scanned": scanned, "stale": true, "part": "p@node-1", "mac_address": "fa:16:3e:00:00:01",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if v.Attrs["id"] != nil || v.Attrs["type"] != "an attribute that would hide the type" {
		t.Error("the vertex was changed")
	}
	top := document.Object("lab", host, document.Place{Path: document.Steps([]*graph.Vertex{host})})
	if top["parent_id"] != "lab" || top["parent_type"] != "environment" || top["id_path"] != "/lab/node-1" || top["name"] != "node-1" {
		t.Errorf("topmost: %v", top)
	}
	if _, has := document.Object("lab", v, document.Place{})["id_path"]; has {
		t.Error("a path that nobody looked up")
	}
}

func TestLink(t *testing.T) {
	e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: "vnic-vconnector", From: "a", To: "b"}, Name: "fa:16:3e:00:00:01", Host: "node-1",
		Attrs: graph.Attrs{"network": "n1", "source_label": "eth0"}}
	got := document.Link("lab", e, graph.VNIC, graph.VConnector, time.Time{})
	want := map[string]any{
		"_id": graph.EdgeOID("lab", e.EdgeKey), "environment": "lab", "link_type": "vnic-vconnector", "link_name": "fa:16:3e:00:00:01",
		"source": graph.VertexOID("lab", graph.VNIC, "a"), "source_id": "a", "target": graph.VertexOID("lab", graph.VConnector, "b"), "target_id": "b",
		"state": "up", "link_weight": int64(0), "source_label": "eth0", "target_label": "", "implicit": false, "host": "node-1",
		"attributes": map[string]any{"network": "n1", "source_label": "eth0"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
