package mirror

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/mirror/mirrortest"
)

// world is a store that changes at random, and a mirror of it that is killed,
// cut off and set back.
type world struct {
	*rapid.T
	ctx    context.Context
	store  *graph.Store
	sink   *documents
	mirror *Mirror
	opt    Options
	old    *documents
	n      int
}

// Whatever happens, after catching up the MongoDB holds exactly the documents
// of a fresh export.
func TestMirrorIsAFreshExport(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		w := newWorld(t, filepath.Join(dir, fmt.Sprint(runs)))
		defer w.store.Close()
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			w.step()
		}
		w.settle()
	})
}

func newWorld(t *rapid.T, file string) *world {
	w := &world{T: t, ctx: context.Background(), sink: newMemory()}
	w.opt = Options{File: file, Batch: rapid.IntRange(1, 9).Draw(t, "batch")}
	var err error
	if w.store, err = graph.Open(w.ctx, memory.New(), graph.Options{}); err != nil {
		t.Fatal(err)
	}
	w.start()
	return w
}

// start is what a process does that begins, after another one was killed.
func (w *world) start() { w.mirror = New(w.store, w.sink, w.opt) }

func (w *world) step() {
	env := rapid.SampledFrom([]graph.EnvID{"lab", "lab", "lab", "pod"}).Draw(w.T, "env")
	switch rapid.IntRange(0, 16).Draw(w.T, "what") {
	case 0, 1, 2, 3, 4, 5:
		w.commit(env, w.batch())
	case 6:
		w.commit(env, &graph.Batch{PutDocs: []*graph.Document{w.document()}})
	case 7:
		w.commit(graph.Shared, w.shared(env))
	case 8:
		err := w.store.RemoveEnv(w.ctx, env, graph.Cause{Kind: graph.CauseUser})
		if err != nil && !errors.Is(err, graph.ErrNotFound) {
			w.Fatal(err)
		}
	case 9:
		w.retain(env)
	case 10: // killed
		w.start()
		if rapid.IntRange(0, 3).Draw(w.T, "other settings") == 0 {
			w.opt.NoCliques = rapid.Bool().Draw(w.T, "no cliques")
			w.opt.Environments = rapid.SampledFrom([][]graph.EnvID{nil, {"lab"}}).Draw(w.T, "only")
			w.start()
		}
	case 11, 12: // cut off in the middle of something
		left := rapid.IntRange(0, 12).Draw(w.T, "calls")
		w.sink.half = rapid.Bool().Draw(w.T, "half")
		w.sink.fail = func(string) error {
			if left--; left < 0 {
				return errors.New("cut off")
			}
			return nil
		}
		_ = w.mirror.Sync(w.ctx)
		w.sink.fail = nil
		if rapid.Bool().Draw(w.T, "killed") {
			w.start()
		}
	case 13: // somebody makes a copy of the MongoDB, or puts it back
		if w.old == nil {
			w.old = w.sink.clone()
			return
		}
		w.sink.set(w.old)
		w.old = nil
	case 14:
		w.settle()
	default:
		w.sync()
	}
}

func (w *world) sync() {
	if err := w.mirror.Sync(w.ctx); err != nil {
		w.Fatal(err)
	}
}

// settle catches up and compares.
func (w *world) settle() {
	w.sync()
	opt := importexport.ExportOptions{NoCliques: w.opt.NoCliques}
	if len(w.opt.Environments) > 0 {
		envs, err := w.store.EnvIDs(w.ctx)
		if err != nil {
			w.Fatal(err)
		}
		if opt.Env = w.opt.Environments[0]; !slices.Contains(envs, opt.Env) {
			return // an export of nothing is refused
		}
	}
	want, err := mirrortest.Export(w.ctx, w.store, opt)
	if err != nil {
		w.Fatal(err)
	}
	if d := mirrortest.Differences(w.sink.all(), want); len(d) > 0 {
		w.Fatalf("%d differ, such as\n%s", len(d), strings.Join(d[:min(4, len(d))], "\n"))
	}
	wrote := len(w.sink.wrote)
	w.sync()
	if now := len(w.sink.wrote); now > wrote {
		w.Fatalf("wrote %v though nothing had changed", w.sink.wrote[wrote:])
	}
}

func (w *world) commit(env graph.EnvID, b *graph.Batch) {
	_, err := w.store.Commit(w.ctx, env, graph.Cause{Kind: graph.CauseUser}, b)
	if err != nil && !errors.Is(err, graph.ErrConflict) && !errors.Is(err, graph.ErrDangling) {
		w.Fatal(err)
	}
}

// retain forgets the past, up to some commit.
func (w *world) retain(env graph.EnvID) {
	var times []graph.Time
	for c, err := range w.store.CommitHeads(w.ctx, env, graph.Now) {
		if err != nil {
			return // no such environment, or retired before
		}
		times = append(times, c.Time)
	}
	if len(times) == 0 {
		return
	}
	keep := graph.Keep{Since: rapid.SampledFrom(times).Draw(w.T, "since")}
	if rapid.Bool().Draw(w.T, "named") {
		keep.Times = []graph.Time{rapid.SampledFrom(times).Draw(w.T, "kept")}
	}
	var bad *graph.InvalidError
	if _, err := w.store.Retain(w.ctx, env, keep); err != nil && !errors.Is(err, graph.ErrRetired) && !errors.As(err, &bad) {
		w.Fatal(err)
	}
}

// batch changes some of a few objects, links among them and where they hang.
func (w *world) batch() *graph.Batch {
	b := &graph.Batch{}
	w.n++
	types := []graph.VertexType{graph.Instance, graph.Instance, graph.VNIC, graph.VNIC, graph.VConnector, graph.HostPNIC, graph.HostPNIC, graph.Network, graph.Network, graph.Host}
	put := map[graph.ID]*graph.Vertex{}
	for i, t := range types {
		id := graph.ID(fmt.Sprint("v", i))
		switch rapid.IntRange(0, 6).Draw(w.T, "vertex") {
		case 0:
			b.Delete = append(b.Delete, id)
		case 1, 2, 3:
			v := &graph.Vertex{ID: id, Type: t, Part: rapid.SampledFrom([]string{"", "p", "q"}).Draw(w.T, "part"), Attrs: graph.Attrs{}}
			if rapid.IntRange(0, 4).Draw(w.T, "name") == 0 {
				v.Name = fmt.Sprint("n", w.n)
			}
			if p := rapid.IntRange(-3, i-1).Draw(w.T, "parent"); p >= 0 { // no circles
				v.Parent = graph.ID(fmt.Sprint("v", p))
			}
			if rapid.IntRange(0, 9).Draw(w.T, "type") == 0 {
				v.Type = rapid.SampledFrom(types).Draw(w.T, "other type")
			}
			if net := rapid.SampledFrom([]string{"", "", "v7", "v8"}).Draw(w.T, "network"); net != "" {
				v.Attrs["network"] = net
			}
			put[id] = v
			b.Put = append(b.Put, v)
		}
	}
	ends := [][2]int{{0, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}, {4, 6}, {5, 7}, {6, 8}, {5, 8}, {2, 7}, {0, 7}, {9, 5}}
	for _, e := range ends {
		k := graph.EdgeKey{Type: graph.EdgeTypeOf(types[e[0]], types[e[1]]), From: graph.ID(fmt.Sprint("v", e[0])), To: graph.ID(fmt.Sprint("v", e[1]))}
		switch rapid.IntRange(0, 8).Draw(w.T, "edge") {
		case 0:
			b.DeleteEdges = append(b.DeleteEdges, k)
		case 1, 2, 3, 4:
			x := &graph.Edge{EdgeKey: k, Name: fmt.Sprint("e", rapid.IntRange(0, 1).Draw(w.T, "link name")), Attrs: graph.Attrs{}}
			if net := rapid.SampledFrom([]string{"", "", "v7", "v8"}).Draw(w.T, "carries"); net != "" {
				x.Attrs["network"] = net
			}
			b.PutEdges = append(b.PutEdges, x)
		}
	}
	return b
}

// document is one of an environment: mostly what a part of the scan said last.
func (w *world) document() *graph.Document {
	w.n++
	at := time.Date(2026, 1, 1, 0, 0, w.n, 0, time.UTC)
	switch rapid.IntRange(0, 4).Draw(w.T, "document") {
	case 0:
		return &graph.Document{DocKey: graph.DocKey{Collection: graph.Messages, ID: string(graph.NewOID(at))}, Body: graph.Attrs{"message": fmt.Sprint(w.n), "timestamp": at}}
	case 1:
		return &graph.Document{DocKey: graph.DocKey{Collection: graph.Scans, ID: "65f000000000000000000001"}, Body: graph.Attrs{"status": fmt.Sprint(w.n)}}
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: rapid.SampledFrom([]string{"*", "p", "q", "import"}).Draw(w.T, "of")},
		Body: graph.Attrs{"ok_time": at, "state": rapid.SampledFrom([]string{"ok", "failed"}).Draw(w.T, "state")}}
}

// shared changes what belongs to no environment: environments, clique types,
// constraints, and what is not mirrored.
func (w *world) shared(env graph.EnvID) *graph.Batch {
	w.n++
	b := &graph.Batch{}
	switch rapid.IntRange(0, 5).Draw(w.T, "shared") {
	case 0, 1:
		b.PutDocs = []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: string(env)},
			Body: graph.Attrs{"name": string(env), "environment_type": "OpenStack", "mechanism_drivers": []any{"OVS"}, "n": int64(w.n), "configuration": []any{}}}}
	case 2:
		b.PutDocs = []*graph.Document{{DocKey: graph.DocKey{Collection: graph.CliqueTypes, ID: "65f0000000000000000000aa"}, Body: graph.Attrs{
			"name": "mine", "environment": string(env), "focal_point_type": string(graph.Instance),
			"link_types": rapid.SampledFrom([][]any{{"instance-vnic"}, {"instance-vnic", "vnic-vconnector"}, {"instance-network"}}).Draw(w.T, "link types")}}}
	case 3:
		b.DeleteDocs = []graph.DocKey{{Collection: graph.CliqueTypes, ID: "65f0000000000000000000aa"}}
	case 4:
		b.PutDocs = []*graph.Document{{DocKey: graph.DocKey{Collection: graph.CliqueConstraints, ID: "65f0000000000000000000bb"}, Body: graph.Attrs{
			"focal_point_type": string(graph.Instance), "constraints": rapid.SampledFrom([][]any{{"network"}, {}}).Draw(w.T, "constraints")}}}
	default:
		b.PutDocs = []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Users, ID: "u"}, Body: graph.Attrs{"n": int64(w.n)}}}
	}
	return b
}
