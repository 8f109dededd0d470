package main

import (
	"fmt"
	"testing"
)

func TestParseFilter(t *testing.T) {
	for text, want := range map[string]string{
		"vm_state=active":        "map[field:vm_state op:eq value:active]",
		"name!=a=b":              "map[field:name op:ne value:a=b]",
		"mac^=fa:16":             "map[field:mac op:prefix value:fa:16]",
		"name~web>1":             "map[field:name op:contains value:web>1]",
		"mtu>1450":               "map[field:mtu op:gt value:1450]",
		"mtu<1450":               "map[field:mtu op:lt value:1450]",
		"type in vnic, instance": "map[field:type op:in value:[vnic instance]]",
		"name=what is in here":   "map[field:name op:eq value:what is in here]",
		"config.mtu":             "map[field:config.mtu op:exists value:true]",
		"!host":                  "map[field:host op:exists value:false]",
	} {
		if got, err := parseFilter(text); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "!", "=x", "x=", "~"} {
		if got, err := parseFilter(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
