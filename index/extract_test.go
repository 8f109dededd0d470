package index

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

func attrs(t *testing.T, json string) graph.Attrs {
	t.Helper()
	a, err := graph.ParseJSON([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestExtract(t *testing.T) {
	for _, c := range []struct {
		name, attrs string
		typ         graph.VertexType
		want        []string // beside name and id
	}{
		{"instance as Nova keeps it", `{"uuid":"u-1","local_name":"instance-0000000a","ip_address":"192.0.2.9","host_ip_address":"192.0.2.9",
			"network_info":[{"address":"fa:16:3e:00:00:01","network":{"subnets":[{"cidr":"10.20.0.0/24","ips":[
				{"address":"10.20.0.4","floating_ips":[{"address":"203.0.113.7"}]}]}]}}],
			"addresses":[{"network":"n1","addresses":[{"addr":"10.20.0.4","OS-EXT-IPS-MAC:mac_addr":"fa:16:3e:00:00:01"},{"addr":"fd00::4"}]}]}`, graph.Instance,
			[]string{"local_name instance-0000000a", "uuid u-1", "network_info.address fa:16:3e:00:00:01",
				"addresses.addr 10.20.0.4", "addresses.addr fd00::4", "network_info.network.subnets.ips.floating_ips.address 203.0.113.7"}},
		{"instance with addresses keyed by network", `{"addresses":{"blue":[{"addr":"10.20.0.5"}],"a":[{"addr":"10.20.0.4"}]}}`, graph.Instance,
			[]string{"addresses.addr 10.20.0.4", "addresses.addr 10.20.0.5"}},
		{"port", `{"mac_address":"FA-16-3E-00-00-02","fixed_ips":[{"subnet_id":"s","ip_address":"10.20.0.6"}],"tags":["gold"],
			"allowed_address_pairs":[{"ip_address":"10.20.0.0/24","mac_address":"fa:16:3e:00:00:02"}]}`, graph.Port,
			[]string{"tags gold", "mac_address FA-16-3E-00-00-02", "fixed_ips.ip_address 10.20.0.6", "allowed_address_pairs.ip_address 10.20.0.0/24"}},
		{"vservice vnic", `{"IP Address":"10.20.0.1","IPv6 Address":"fe80::f816:3eff:fe00:3","mac_address":"fa:16:3e:00:00:03","cidr":"10.20.0.0/24",
			"addresses":[{"IP Address":"10.20.0.1"},{"IP Address":"127.0.0.1"}]}`, graph.VNIC,
			[]string{"mac_address fa:16:3e:00:00:03", "IP Address 10.20.0.1", "IPv6 Address fe80::f816:3eff:fe00:3", "cidr 10.20.0.0/24"}},
		{"bridge, interfaces keyed by name", `{"interfaces":{"tap1":{"name":"tap1","mac_address":"fe:16:3e:00:00:04"}}}`, graph.VConnector,
			[]string{"interfaces.mac_address fe:16:3e:00:00:04"}},
		{"network", `{"cidrs":["10.20.0.0/24","fd00:20::/64"],"provider:segmentation_id":1203,"subnets":[{"cidr":"10.20.0.7/24","name":"s"}]}`, graph.Network,
			[]string{"provider:segmentation_id 1203", "cidrs 10.20.0.0/24", "cidrs fd00:20::/64"}},
		{"host", `{"ip_address":"192.0.2.11"}`, graph.Host, []string{"ip_address 192.0.2.11"}},
		{"nothing that is one", `{"mac_address":"none","ip_address":"unknown","address":"rack 7","addresses":[7,null,true],"cidrs":[{"x":"10.0.0.0/8"}],"tags":[""]}`, graph.Host, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &graph.Vertex{ID: "the-id", Name: "The Name", Type: c.typ, Attrs: attrs(t, c.attrs)}
			var got []string
			for _, x := range extract(v) {
				if x.at >= attributeLines {
					got = append(got, x.field()+" "+x.text)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
		})
	}
}

func TestExtractBounds(t *testing.T) {
	var list []any
	for i := range 5000 {
		list = append(list, fmt.Sprintf("10.%d.%d.1", i/250, i%250))
	}
	v := &graph.Vertex{ID: "x", Name: strings.Repeat("ü", 5000), Type: graph.Host, Attrs: graph.Attrs{"ip_addresses": list}}
	texts := extract(v)
	if len(texts) != maxTexts {
		t.Errorf("%d texts", len(texts))
	}
	if n := len(texts[0].form); n > maxText || n < maxText/2 {
		t.Errorf("name of %d bytes", n)
	}
}
