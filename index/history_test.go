package index

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
)

func port(id, name, mac, ip string) *graph.Vertex {
	return &graph.Vertex{ID: graph.ID(id), Type: graph.Port, Name: name, Attrs: graph.Attrs{"mac_address": mac, "fixed_ips": []any{map[string]any{"ip_address": ip}}}}
}

func TestWhereWasIt(t *testing.T) {
	f := newFake()
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	const mac = "fa:16:3e:00:00:01"
	t1 := f.commit("lab", []*graph.Vertex{port("a", "alpha", mac, "10.0.0.1"), port("b", "beta", "fa:16:3e:00:00:02", "10.0.0.2")})
	t2 := f.commit("lab", []*graph.Vertex{port("a", "alpha", "fa:16:3e:00:00:03", "10.0.0.1"), port("b", "beta", mac, "10.0.0.2")})
	caughtUp(t, x)
	t3 := f.commit("lab", nil, "b")
	t4 := f.commit("lab", []*graph.Vertex{port("c", "gamma", mac, "10.0.0.2"), port("a", "omega", "fa:16:3e:00:00:03", "10.0.0.1")})
	caughtUp(t, x)
	for _, c := range []struct {
		text string
		at   graph.Time
		want string
	}{
		{mac, t1 - 1, ""},
		{mac, t1, "a"},
		{mac, t2 - 1, "a"},
		{"FA-16-3E-00-00-01", t2, "b"},
		{"10.0.0.2", t2, "b"},
		{mac, t3, ""},
		{mac, t4, "c"},
		{mac, graph.Now, "c"},
		{"alpha", t4 - 1, "a"},
		{"alpha", t4, ""},
		{"omega", t4, "a"},
		{"10.0.0.", t1, "a b"},
		{"bet", t3, ""},
		{"bet", t2, "b"},
		{"aplha", t3, "a"}, // typos then
	} {
		var got []string
		for _, h := range find(t, x, Query{Text: c.text, Time: c.at}).Hits {
			got = append(got, string(h.ID))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q at %d: %v, want %q", c.text, c.at, got, c.want)
		}
	}
	all := find(t, x, Query{Text: mac, History: true})
	var got []string
	for _, h := range all.Hits {
		got = append(got, fmt.Sprintf("%s %s %s %d-%d %v", h.ID, h.Rank, h.Matched.Field, h.From, h.To, h.Exists))
	}
	want := []string{
		fmt.Sprintf("c identifier mac_address %d-0 true", t4),
		fmt.Sprintf("a identifier mac_address %d-%d true", t1, t2),
		fmt.Sprintf("b identifier mac_address %d-%d false", t2, t3),
	}
	if d := cmp.Diff(want, got); d != "" || all.Total != 3 {
		t.Errorf("total %d, want -, got +:\n%s", all.Total, d)
	}
	// Page by page the same.
	var pages []string
	for q := (Query{Text: mac, History: true, Limit: 1}); ; {
		r := find(t, x, q)
		pages = append(pages, ids(r)...)
		if q.Cursor = r.Next; q.Cursor == "" {
			break
		}
	}
	if d := cmp.Diff([]string{"lab/c", "lab/a", "lab/b"}, pages); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if r := find(t, x, Query{Text: mac, History: true, Envs: []graph.EnvID{"other"}}); r.Total != 0 {
		t.Errorf("elsewhere: %+v", r)
	}
}

// dump is everything that an index holds, in some order of its own.
func dump(t *testing.T, x *Index) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := x.reading(func(s *snapshot) error {
		for _, p := range s.parts {
			for n := range p.seg.Segment().Count() {
				if d := p.seg.Deleted(); d != nil && d.Contains(uint32(n)) {
					continue
				}
				name := ""
				err := p.seg.VisitDocument(n, func(field string, _ byte, value []byte, _ []uint64) bool {
					if field == "_id" {
						name = string(value)
					} else {
						out[name] = hex.EncodeToString(value)
					}
					return true
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An index that followed every commit, one that caught up with many at once and
// one made at the end hold the same; and any search at any time finds what
// comparing the objects of that time does.
func TestFollowedIsRebuilt(t *testing.T) {
	name := rapid.SampledFrom([]string{"alpha", "beta", "alpha-1", "web 01", ""})
	mac := rapid.SampledFrom([]string{"fa:16:3e:00:00:01", "FA-16-3E-00-00-02", "none"})
	ip := rapid.SampledFrom([]string{"10.0.0.1", "10.0.1.1", "fd00::1"})
	id := rapid.SampledFrom([]string{"a", "b", "c", "6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60"})
	rapid.Check(t, func(r *rapid.T) {
		f := newFake()
		dir := t.TempDir()
		open := func(dir string) *Index {
			x, err := Open(t.Context(), dir, f, Options{Group: -1})
			if err != nil {
				r.Fatal(err)
			}
			return x
		}
		followed, late := open(dir+"/followed"), open(dir+"/late")
		stop := run(t, followed)
		var times []graph.Time
		for step := range rapid.IntRange(1, 25).Draw(r, "commits") {
			var put []*graph.Vertex
			var del []graph.ID
			for _, v := range rapid.SliceOfNDistinct(id, 1, 3, rapid.ID[string]).Draw(r, "ids") {
				if rapid.IntRange(0, 4).Draw(r, "delete") == 0 {
					del = append(del, graph.ID(v))
				} else {
					put = append(put, port(v, name.Draw(r, "name"), mac.Draw(r, "mac"), ip.Draw(r, "ip")))
				}
			}
			times = append(times, f.commit("lab", put, del...))
			if rapid.Bool().Draw(r, "now") {
				caughtUp(t, followed)
			}
			if step == 3 {
				run(t, late)()
			}
		}
		caughtUp(t, followed)
		stop()
		run(t, late)()
		rebuilt := open(dir + "/rebuilt")
		run(t, rebuilt)()
		want := dump(t, rebuilt)
		for what, x := range map[string]*Index{"followed": followed, "late": late} {
			if d := cmp.Diff(want, dump(t, x)); d != "" {
				r.Errorf("%s: rebuilt -, this +:\n%s", what, d)
			}
		}
		at := rapid.SampledFrom(times).Draw(r, "at")
		for _, text := range []string{"alpha", "fa:16:3e:00:00:01", "10.0.", "web", "6c8f2a1e0b534d8c9a773f1c2e4b5d60", "alhpa"} {
			view, err := f.View(t.Context(), "lab", at)
			if err != nil {
				r.Fatal(err)
			}
			p := newPattern(text)
			var want, got []string
			for _, rule := range p.rules() {
				for v := range view.Vertices(t.Context()) {
					if rank := p.match(v, rule.rank); rank < noMatch {
						want = append(want, fmt.Sprint(rank, " ", v.ID))
					}
				}
				if len(want) > 0 {
					break
				}
			}
			for _, h := range find(t, followed, Query{Text: text, Time: at}).Hits {
				got = append(got, fmt.Sprint(h.Rank, " ", h.ID))
			}
			slices.Sort(want)
			slices.Sort(got)
			if d := cmp.Diff(want, got); d != "" {
				r.Errorf("%q at %d: compared -, index +:\n%s", text, at, d)
			}
		}
		for _, x := range []*Index{followed, late, rebuilt} {
			if err := x.Close(); err != nil {
				r.Error(err)
			}
		}
	})
}

// A text that comes and goes for ever does not make the index grow for ever,
// and is still found exactly when it was there.
func TestFlapping(t *testing.T) {
	r := &record{}
	for i := range 10_000 {
		r.fold(graph.Version{Time: graph.Time(10 + i*10), Vertex: port("a", []string{"up", "down"}[i%2], "", "")})
	}
	if n := len(r.encode(r.past)); n > 1000 {
		t.Errorf("%d bytes", n)
	}
	for i := range 3 * maxPast {
		r.fold(graph.Version{Time: graph.Time(200_000 + i), Vertex: port("a", fmt.Sprint("name", i), "", "")})
	}
	if len(r.past) != maxPast {
		t.Errorf("%d texts", len(r.past))
	}
	f := newFake()
	var times []graph.Time
	for i := range 100 {
		times = append(times, f.commit("lab", []*graph.Vertex{instance("a", []string{"upper", "lower"}[i%2])}))
	}
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	for i, at := range times {
		if n := find(t, x, Query{Text: "upper", Time: at}).Total; n != 1-i%2 {
			t.Errorf("commit %d: %d", i, n)
		}
	}
}

func TestRecordPacking(t *testing.T) {
	var versions []graph.Version
	for i := range 5 {
		v := port("6C8F2A1E-0b53-4d8c-9a77-3f1c2e4b5d60", "Name ü", "fa:16:3e:00:00:0"+fmt.Sprint(i%2), "10.0.0.1")
		versions = append([]graph.Version{{Time: graph.Time(1_700_000_000_000_000_000 + i), Vertex: v}}, versions...)
	}
	want := recordOf(versions, versions[0].Time)
	var got record
	for live, entries := range map[bool][]entry{true: want.now, false: want.past} {
		if err := got.decode(string(want.encode(entries)), live); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(*want, got, cmp.AllowUnexported(record{}, entry{}, text{}, span{})); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	whole := string(want.encode(want.now))
	for i := range len(whole) { // whatever is cut off is an error or a shorter list, never a crash
		_ = new(record).decode(whole[:i], true)
	}
}
