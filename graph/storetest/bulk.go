package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
)

// cloud makes n hosts, each with ten vnics on one vedge, hub and all.
func cloud(n, version int) *graph.Batch {
	b := &graph.Batch{Put: []*graph.Vertex{vertex("switch", "tor", "")}}
	for i := range n {
		host := graph.ID(fmt.Sprintf("node-%04d", i))
		vedge := host + "-ovs"
		b.Put = append(b.Put, vertex("host", host, "", "version", version), vertex("vedge", vedge, host))
		b.PutEdges = append(b.PutEdges, edge("vedge-switch", vedge, "tor"))
		for j := range 10 {
			vnic := graph.ID(fmt.Sprintf("%s-tap%d", host, j))
			b.Put = append(b.Put, vertex("vnic", vnic, host, "version", version, "mac", fmt.Sprintf("fa:16:3e:00:%02x:%02x", i%256, j)))
			b.PutEdges = append(b.PutEdges, edge("vnic-vedge", vnic, vedge, "network", fmt.Sprint("net-", (i+j)%7)))
		}
	}
	return b
}

func records(b *graph.Batch) []*graph.Record {
	var out []*graph.Record
	for _, v := range b.Put {
		out = append(out, &graph.Record{Vertex: v})
	}
	for _, e := range b.PutEdges {
		out = append(out, &graph.Record{Edge: e})
	}
	for _, d := range b.PutDocs {
		out = append(out, &graph.Record{Doc: d})
	}
	return out
}

func stream(list []*graph.Record, err error) iter.Seq2[*graph.Record, error] {
	return func(yield func(*graph.Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// counts of cloud(n).
func (b *bench) cloudCounts(env graph.EnvID, n int) {
	b.Helper()
	vs, es, err := b.view(env, graph.Now).Counts(b.Context())
	b.ok(err)
	b.equal("counts of "+string(env), fmt.Sprint(vs, es), fmt.Sprintf("map[host:%d switch:1 vedge:%d vnic:%d] map[vedge-switch:%d vnic-vedge:%d]", n, n, 10*n, n, 10*n))
}

// shuffled gives edges before their ends, and some records twice.
func shuffled(n int) []*graph.Record {
	batch := cloud(n, 1)
	batch.PutDocs = []*graph.Document{doc("parts", "p", graph.Attrs{"n": 1}), doc("parts", "q", nil), doc("parts", "p", graph.Attrs{"n": 1})}
	list := records(batch)
	list = append(list, list[:100]...)
	list = append(list, list[len(list)/2:len(list)/2+100]...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func testLoad(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 64 << 10
	b.reopen()
	for _, c := range []struct {
		env  graph.EnvID
		list []*graph.Record
	}{{"sorted", append(records(cloud(370, 1)), records(&graph.Batch{PutDocs: []*graph.Document{doc("parts", "p", graph.Attrs{"n": 1}), doc("parts", "q", nil)}})...)}, {"shuffled", shuffled(370)}} {
		commit, err := b.Load(t.Context(), c.env, cause, stream(c.list, nil))
		b.ok(err)
		b.equal("no list of changes", len(commit.Changes), 0)
		b.equal("last", b.Last(c.env), commit.Time)
		b.cloudCounts(c.env, 370)
		n := 0
		for c, err := range b.Commits(t.Context(), c.env, 0) {
			b.ok(err)
			n += len(c.Changes)
		}
		b.equal("changes in the log", n, 4441+4070+2)
	}
	texts := map[string]string{}
	for range 2 {
		for _, env := range []graph.EnvID{"sorted", "shuffled"} {
			text, err := whole(t.Context(), b.view(env, graph.Now))
			b.ok(err)
			texts[text] = string(env)
		}
		b.reopen()
	}
	b.equal("both hold the same", len(texts), 1)
	again, err := b.Load(t.Context(), "sorted", cause, stream(shuffled(370), nil))
	b.ok(err)
	b.equal("loading the same again", again.Empty(), true)
}

func testLoadFails(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 16 << 10
	b.reopen()
	broken := errors.New("source broke")
	var cancel context.CancelFunc
	cancelling := func(yield func(*graph.Record, error) bool) {
		for i, r := range records(cloud(370, 3)) {
			if i == 7000 {
				cancel()
			}
			if !yield(r, nil) {
				return
			}
		}
	}
	list := records(cloud(370, 2))
	two := append(list[:len(list):len(list)], &graph.Record{Vertex: vertex("host", "node-0001", "", "version", "yet another")})
	loose := append(list[:len(list):len(list)], &graph.Record{Edge: edge("vnic-vedge", "node-0001-tap1", "nobody")})
	for _, full := range []bool{false, true} {
		before := ""
		if full {
			b.commit("lab", cloud(20, 1))
			var err error
			before, err = whole(t.Context(), b.view("lab", graph.Now))
			b.ok(err)
		}
		var ctx context.Context
		ctx, cancel = context.WithCancel(t.Context())
		for _, c := range []struct {
			name string
			src  iter.Seq2[*graph.Record, error]
			want error
		}{
			{"source", stream(list, broken), broken}, {"twice in two forms", stream(two, nil), graph.ErrConflict},
			{"dangling", stream(loose, nil), graph.ErrDangling}, {"nothing", stream([]*graph.Record{{}}, nil), nil}, {"cancelled", cancelling, context.Canceled},
		} {
			_, err := b.Load(ctx, "lab", cause, c.src)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			text, err := whole(t.Context(), b.view("lab", graph.Now))
			b.ok(err)
			b.equal("after "+c.name, text, before)
		}
		cancel()
		b.reopen()
		text, err := whole(t.Context(), b.view("lab", graph.Now))
		b.ok(err)
		b.equal("after reopening", text, before)
	}
	_, err := b.Load(t.Context(), "lab", cause, stream(list, nil)) // and then it works
	b.ok(err)
	b.cloudCounts("lab", 370)
	_, err = whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
}

func testLoadOnTop(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 16 << 10
	b.reopen()
	first := b.commit("lab", cloud(30, 1))
	old, err := whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
	_, err = b.Load(t.Context(), "lab", cause, stream(records(cloud(60, 2)), nil))
	b.ok(err)
	b.cloudCounts("lab", 60)
	for range 2 {
		_, err := whole(t.Context(), b.view("lab", graph.Now))
		b.ok(err)
		then, err := whole(t.Context(), b.view("lab", first.Time))
		b.ok(err)
		b.equal("before the load", then, old)
		b.reopen()
	}
}

func testLargeCommit(t *testing.T, e Engine) {
	b := e.start(t)
	big := vertex("host", "big", "", "text", string(make([]byte, 5<<20)))
	batch := cloud(300, 1)
	batch.Put = append(batch.Put, big)
	c := b.commit("lab", batch)
	b.equal("changes", len(c.Changes), len(batch.Put)+len(batch.PutEdges))
	big.Attrs["more"] = true
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{big}})
	b.commit("lab", &graph.Batch{Delete: []graph.ID{"big"}})
	b.reopen()
	v, err := b.view("lab", c.Time).Vertex(t.Context(), "big")
	b.ok(err)
	b.equal("size", len(v.Attrs.String("text")), 5<<20)
	b.cloudCounts("lab", 300)
	_, err = b.Commit(t.Context(), "lab", cause, &graph.Batch{Put: []*graph.Vertex{vertex("host", "huge", "", "text", string(make([]byte, kv.MaxValueBytes)))}})
	if !errors.Is(err, kv.ErrTooLarge) {
		t.Errorf("a vertex of %d bytes: %v, want ErrTooLarge", kv.MaxValueBytes, err)
	}
	var gone []graph.ID
	for v, err := range b.view("lab", graph.Now).Vertices(t.Context(), "host", "switch") {
		b.ok(err)
		gone = append(gone, v.ID)
	}
	c = b.commit("lab", &graph.Batch{Delete: gone})
	b.equal("removed", len(c.Changes), 301+300)
	_, err = whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
}

// testReaders reads while commits go on, and wants each view to be of one
// commit only.
func testReaders(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 8 << 10
	b.reopen()
	b.commit("lab", cloud(20, 0))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					if n > 0 {
						return
					}
				default:
				}
				if err := oneVersion(t.Context(), b.Store); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 30 {
		batch := cloud(20, i+1)
		if i%3 == 1 { // then and now many go
			batch = &graph.Batch{}
			for j := range 10 {
				batch.Delete = append(batch.Delete, graph.ID(fmt.Sprintf("node-%04d-ovs", j)))
			}
		}
		if i%5 == 4 { // or the attempt fails on the way
			if _, err := b.Load(t.Context(), "lab", cause, stream(records(cloud(40, 1000+i)), errors.New("broke"))); err == nil {
				t.Error("load did not fail")
			}
		}
		b.commit("lab", batch)
	}
	close(done)
	readers.Wait()
}

func oneVersion(ctx context.Context, s *graph.Store) error {
	for _, back := range []graph.Time{0, 1, 5e9} {
		at := graph.Now
		if back > 0 {
			at = s.Last("lab") - back
		}
		v, err := s.View(ctx, "lab", at)
		if err != nil {
			return err
		}
		if v.Time() == graph.Now {
			continue // before the first commit
		}
		seen := map[string]int{}
		for x, err := range v.Vertices(ctx, "vnic") {
			if err != nil {
				return err
			}
			seen[fmt.Sprint(x.Attrs["version"])]++
		}
		if len(seen) != 1 {
			return fmt.Errorf("view at %s mixes versions: %v", v.Time(), seen)
		}
		if _, err := whole(ctx, v); err != nil {
			return err
		}
	}
	return nil
}
