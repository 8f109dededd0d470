package openstack

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"calipso/collect"
	"calipso/graph"
)

// FuzzAnswers feeds any JSON to what reads the services' records: it may
// refuse, it may not crash, and what it accepts is in the form of attributes.
func FuzzAnswers(f *testing.F) {
	for _, pattern := range []string{"testdata/rest/*/*/*.json", "testdata/rest/*/*/*/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Add([]byte(`{"x": [null], "servers": [{"addresses": 1, "image": 7, "security_groups": [1]}]}`))
	keys := []string{"servers", "ports", "networks", "subnets", "agents", "services", "hypervisors", "availabilityZoneInfo",
		"aggregates", "routers", "floatingips", "trunks", "resource_providers", "projects", "regions"}
	f.Fuzz(func(t *testing.T, body []byte) {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var decoded any
		if dec.Decode(&decoded) != nil {
			decoded = body
		}
		fault(body)
		for _, key := range keys {
			r := pagination.PageResult{}
			r.Body, r.Header = decoded, http.Header{}
			p := &page{PageResult: r, list: listing{key: key}, seen: map[string]bool{}}
			_, _ = p.NextPageURL()
			records, err := p.entries()
			if err != nil {
				continue
			}
			for _, v := range readAll(records) {
				if _, err := graph.Normalize(v); err != nil {
					t.Errorf("%s: %v", key, err)
				}
			}
		}
	})
}

// readAll reads records as each of the things they might be.
func readAll(records []graph.Attrs) []any {
	hosts := &hostTable{names: newHostNames(records, map[string]string{"a": "b"}), rows: map[string]*hostRow{}}
	n := &neutron{networks: records, subnets: records, ports: records}
	n.index(records)
	for _, r := range records {
		hosts.service(r)
		hosts.zone(r)
		hosts.agent(r)
	}
	hosts.hypervisors(records)
	var out []any
	for _, v := range hosts.vertices(&graph.Vertex{ID: collect.RegionID("r")}, records) {
		out = append(out, v.Attrs)
	}
	for _, r := range records {
		info, networks := n.info(r.String("device_id"))
		out = append(out, serverAttrs(r), info, networks, configurations(r), hypervisorAttrs(r))
	}
	for _, list := range floatingByPort(records, records) {
		out = append(out, values(list))
	}
	providerHosts(records)
	return out
}
