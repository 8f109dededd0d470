package index

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
)

// What the index finds is what comparing every object finds: no candidate is
// missed, whatever the text.
func TestSearchIsCompareAll(t *testing.T) {
	name := rapid.StringMatching(`[ab1A]{1,4}([-. _/][ab1ü]{1,4}){0,2}`)
	hex := rapid.StringMatching(`0[012]`)
	octet := rapid.SampledFrom([]string{"1", "10", "20", "200"})
	ip := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("10.%s.%s.%s", octet.Draw(t, "b"), octet.Draw(t, "c"), octet.Draw(t, "d"))
	})
	mac := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("fa:16:%s:%s:%s:%s", hex.Draw(t, "c"), hex.Draw(t, "d"), hex.Draw(t, "e"), hex.Draw(t, "f"))
	})
	v6 := rapid.StringMatching(`fd00:(1|0|20):(1|0)::[012]`)
	cidr := rapid.SampledFrom([]string{"10.0.0.0/8", "10.10.0.0/16", "10.10.20.0/23", "0.0.0.0/0", "fd00::/16", "fd00:1::/40"})
	piece := rapid.OneOf(name, ip, mac, v6, cidr, rapid.StringMatching(`[ab1:./ -]{1,4}`), rapid.StringMatching(`10\.(1|20|200)?\.?(1|2)?`))

	f := newFake()
	var list []*graph.Vertex
	gen := rapid.Custom(func(t *rapid.T) *graph.Vertex {
		return &graph.Vertex{ID: graph.ID(name.Draw(t, "id")), Name: name.Draw(t, "name"), Type: graph.Port, Attrs: graph.Attrs{
			"mac_address": mac.Draw(t, "mac"), "fixed_ips": []any{ip.Draw(t, "ip"), v6.Draw(t, "v6")}, "cidrs": []any{cidr.Draw(t, "cidr")},
		}}
	})
	byID := map[graph.ID]*graph.Vertex{}
	for seed := range 300 {
		v := gen.Example(seed)
		byID[v.ID] = v
	}
	for _, v := range byID {
		list = append(list, v)
	}
	f.commit("lab", list[:len(list)/2])
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	f.commit("lab", list[len(list)/2:])
	caughtUp(t, x)

	rapid.Check(t, func(r *rapid.T) {
		text := piece.Draw(r, "text")
		if cut := rapid.IntRange(0, 3).Draw(r, "cut"); cut > 0 && len(text) > cut {
			text = text[:len(text)-cut]
		}
		if fold(text) == "" {
			return // nothing but blanks
		}
		p := newPattern(text)
		var want, got []string
		for _, rule := range p.rules() {
			for _, v := range list {
				if rank := p.match(v, rule.rank); rank < noMatch {
					want = append(want, fmt.Sprint(rank, " ", v.ID))
				}
			}
			if len(want) > 0 {
				break
			}
		}
		res, err := x.Search(t.Context(), Query{Text: text, Limit: MaxLimit})
		if err != nil {
			r.Fatal(err)
		}
		for _, h := range res.Hits {
			got = append(got, fmt.Sprint(h.Rank, " ", h.ID))
		}
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" || res.Total != len(want) {
			r.Fatalf("%q: total %d; compared -, index +:\n%s", text, res.Total, d)
		}
	})
}
