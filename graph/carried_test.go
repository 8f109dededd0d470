package graph

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCarried(t *testing.T) {
	for _, tc := range []struct {
		name   string
		attrs  Attrs
		want   []string
		stated bool
	}{
		{"nothing said", Attrs{"mac_address": "x"}, nil, false},
		{"null and empty text say nothing", Attrs{"network": nil, "networks": ""}, nil, false},
		{"one", Attrs{"network": "n1"}, []string{"n1"}, true},
		{"list, in order, each once", Attrs{"networks": []any{"n2", "n1", "n2"}}, []string{"n1", "n2"}, true},
		{"both", Attrs{"network": "n3", "networks": []any{"n1"}}, []string{"n1", "n3"}, true},
		{"none at all", Attrs{"networks": []any{}}, nil, true},
	} {
		if d := cmp.Diff(tc.want, CarriedIDs(CarriedValue(tc.attrs))); d != "" || (CarriedValue(tc.attrs) != "") != tc.stated {
			t.Errorf("%s: as one text: -want +got:\n%s", tc.name, d)
		}
		got, stated := Carried(tc.attrs)
		if d := cmp.Diff(tc.want, got); d != "" || stated != tc.stated {
			t.Errorf("%s: stated %v, -want +got:\n%s", tc.name, stated, d)
		}
	}
}
