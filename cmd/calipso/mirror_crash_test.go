package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
	"calipso/importexport/mirror/mirrortest"
	"calipso/testdata/labs/mongolab"
)

// TestMirrorCrash kills the program with SIGKILL at moments of chance while it
// changes an environment and keeps a MongoDB in step, and stops or kills the
// MongoDB now and then. At the end that holds exactly the documents of a fresh
// export, as an independent reader sees it.
//
// CALIPSO_KILL_ROUNDS sets how many rounds there are, 4 if unset;
// CALIPSO_KILL_SEED repeats the choices of a former run.
func TestMirrorCrash(t *testing.T) {
	if dir := os.Getenv("CALIPSO_TEST_MIRROR_CRASH"); dir != "" {
		changeAndMirror(t, dir)
		return
	}
	rounds, seed := 4, rand.Uint64()
	for name, to := range map[string]func(string) error{
		"CALIPSO_KILL_ROUNDS": func(s string) (err error) { rounds, err = strconv.Atoi(s); return err },
		"CALIPSO_KILL_SEED":   func(s string) (err error) { seed, err = strconv.ParseUint(s, 10, 64); return err },
	} {
		if text := os.Getenv(name); text != "" {
			if err := to(text); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	server := mongolab.Own(t, mongolab.Options{})
	t.Setenv("CALIPSO_MONGO_URI", server.URI("calipso"))
	dir := filepath.Join(t.TempDir(), "data")
	t.Logf("CALIPSO_KILL_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	a := opened(t, dir)
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{"name": "lab", "environment_type": "OpenStack", "mechanism_drivers": []any{"OVS"}}}
	if _, err := a.store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.store.Load(t.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(100))); err != nil {
		t.Fatal(err)
	}
	shut(t, a)
	for round := range rounds {
		outage := []func(testing.TB){nil, server.Stop, server.Kill}[r.IntN(3)]
		commits := killMirror(t, dir, 1+r.IntN(12), time.Duration(r.IntN(3000))*time.Millisecond, outage)
		if outage != nil {
			server.Start(t)
		}
		t.Logf("round %d: killed after %d commits, outage: %t", round, commits, outage != nil)
	}
	a = opened(t, dir)
	defer shut(t, a)
	if err := a.mirror.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, err := mirrortest.Export(t.Context(), a.store, importexport.ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	mirrortest.Same(t, mirrortest.Read(t, server.URI(""), "calipso"), want)
}

// killMirror starts the program, lets it make some commits, has the MongoDB
// fail if outage is given, and kills the program some time later.
func killMirror(t *testing.T, dir string, after int, late time.Duration, outage func(testing.TB)) (commits int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestMirrorCrash$")
	cmd.Env = append(os.Environ(), "CALIPSO_TEST_MIRROR_CRASH="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var end *time.Timer
	for in := bufio.NewScanner(out); in.Scan(); {
		if !strings.HasPrefix(in.Text(), "committed") {
			continue
		}
		if commits++; commits == after {
			if outage != nil {
				outage(t)
			}
			end = time.AfterFunc(late, func() { _ = cmd.Process.Kill() })
		}
	}
	err = cmd.Wait()
	if end == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the program ended by itself: %v\n%s", err, complaint.String())
	}
	return commits
}

// changeAndMirror is the program that is going to be killed.
func changeAndMirror(t *testing.T, dir string) {
	a := opened(t, dir)
	var group errgroup.Group
	a.background(t.Context(), &group)
	group.Go(func() error { return a.mirror.run(t.Context()) })
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for {
		b, err := shaken(t, a.store, r)
		if err == nil {
			_, err = a.store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, b)
		}
		if err == nil {
			_, err = fmt.Fprintln(os.Stdout, "committed")
		}
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.IntN(150)) * time.Millisecond) // no faster than things happen
	}
}

// shaken changes some of an environment at random, and how it was scanned.
func shaken(t *testing.T, s *graph.Store, r *rand.Rand) (*graph.Batch, error) {
	v, err := s.View(t.Context(), "lab", graph.Now)
	if err != nil {
		return nil, err
	}
	b := &graph.Batch{}
	for x, err := range v.Vertices(t.Context()) {
		if err != nil {
			return nil, err
		}
		if r.IntN(60) == 0 {
			x.Name = fmt.Sprint("renamed ", r.IntN(10))
			b.Put = append(b.Put, x)
		}
	}
	there := map[graph.EdgeKey]bool{}
	for e, err := range v.Edges(t.Context()) {
		if err != nil {
			return nil, err
		}
		there[e.EdgeKey] = true
		switch r.IntN(60) {
		case 0:
			b.DeleteEdges = append(b.DeleteEdges, e.EdgeKey)
		case 1:
			e.Name = fmt.Sprint("renamed ", r.IntN(10))
			b.PutEdges = append(b.PutEdges, e)
		}
	}
	for rec, err := range graphtest.Cloud(graphtest.CloudSize(100)) {
		if err != nil {
			return nil, err
		}
		if rec.Edge != nil && !there[rec.Edge.EdgeKey] && r.IntN(6) == 0 {
			b.PutEdges = append(b.PutEdges, rec.Edge)
		}
	}
	if r.IntN(4) == 0 {
		b.PutDocs = append(b.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: "*"}, Body: graph.Attrs{"ok_time": time.Now().UTC()}})
	}
	return b, nil
}
