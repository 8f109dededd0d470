package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/collect/scan"
	"calipso/collect/schedule"
	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/snapshot"
	"calipso/graph/storetest"
	"calipso/index"
	"calipso/webapi"
)

// works are what the program is killed at.
var works = []struct {
	name string
	do   func(c *crasher) error
}{
	{"import", (*crasher).imports},
	{"scan", (*crasher).scans},
	{"snapshot", (*crasher).snapshots},
	{"retention", (*crasher).retention},
}

// TestCrash kills the program with SIGKILL at moments of chance, while it
// imports, scans, names times, forgets some, or just starts, and opens what it left: every
// commit that was acknowledged is there, none is there by halves, arrays and
// index agree with the store. make crash runs 200 rounds.
//
// CALIPSO_KILL_ROUNDS sets how many rounds there are, one of each work if
// unset; CALIPSO_KILL_SEED repeats the choices of a former run.
func TestCrash(t *testing.T) {
	if work := os.Getenv("CALIPSO_TEST_CRASH"); work != "" {
		crash(t, work)
		return
	}
	rounds, seed := len(works), rand.Uint64()
	if text := os.Getenv("CALIPSO_KILL_ROUNDS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("CALIPSO_KILL_ROUNDS: %v", err)
		}
	}
	if text := os.Getenv("CALIPSO_KILL_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("CALIPSO_KILL_SEED: %v", err)
		}
	}
	t.Logf("CALIPSO_KILL_SEED=%d", seed)
	c := &casualties{T: t, dir: t.TempDir(), random: rand.New(rand.NewPCG(seed, 0)), acked: map[acknowledged]bool{}}
	for n := range 2 {
		c.archive(n + 1)
	}
	for round := range rounds {
		work := works[round%len(works)].name
		begun := time.Now()
		moment := c.kill(work)
		killed := time.Since(begun)
		c.examine()
		t.Logf("round %d: %s, killed %s; %d acknowledged so far; %s and %s to examine", round, work, moment, len(c.acked),
			killed.Round(time.Millisecond), (time.Since(begun) - killed).Round(time.Millisecond))
		if t.Failed() {
			t.Fatalf("again with CALIPSO_KILL_SEED=%d CALIPSO_KILL_ROUNDS=%d", seed, round+1)
		}
	}
}

// acknowledged is what the program said was done.
type acknowledged struct {
	Env      graph.EnvID
	Commit   graph.Time `json:",omitempty"`
	Snapshot string     `json:",omitempty"`
	Scan     string     `json:",omitempty"`
	Kept     graph.Time `json:",omitempty"` // all since then, and less before
}

// casualties kills the program again and again, on one data directory.
type casualties struct {
	*testing.T
	dir    string // with the data directory and the archives
	random *rand.Rand
	acked  map[acknowledged]bool
}

const importedEnv = "imported"

// archive makes what is imported: all objects carry the same number.
func (c *casualties) archive(n int) {
	c.Helper()
	s, err := graph.Open(c.Context(), memory.New(), graph.Options{})
	if err != nil {
		c.Fatal(err)
	}
	defer s.Close()
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: importedEnv}, Body: graph.Attrs{"name": importedEnv}}
	for id, b := range map[graph.EnvID]*graph.Batch{importedEnv: {Put: storetest.Numbered(n).Put, PutEdges: storetest.Numbered(n).PutEdges}, graph.Shared: {PutDocs: []*graph.Document{env}}} {
		if _, err := s.Commit(c.Context(), id, graph.Cause{Kind: graph.CauseImport}, b); err != nil {
			c.Fatal(err)
		}
	}
	var tar bytes.Buffer
	if err := (transfer{store: s}).Export(c.Context(), importedEnv, graph.Now, &tar); err != nil {
		c.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, fmt.Sprintf("%d.tar", n)), tar.Bytes(), 0o600); err != nil {
		c.Fatal(err)
	}
}

// kill starts the program, kills it at some moment, which it describes, and
// notes what it acknowledged.
func (c *casualties) kill(work string) (moment string) {
	c.Helper()
	cmd := exec.CommandContext(c.Context(), os.Args[0], "-test.run", "^TestCrash$")
	cmd.Env = append(os.Environ(), "CALIPSO_TEST_CRASH="+work, "CALIPSO_TEST_CRASH_DIR="+c.dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		c.Fatal(err)
	}
	after, lines := c.random.IntN(5), 0
	late := time.Duration(c.random.IntN(400_000)) * time.Microsecond
	moment = fmt.Sprintf("%s after %d acknowledgements", late.Round(time.Millisecond), after)
	var end *time.Timer
	shoot := func() { end = time.AfterFunc(late, func() { _ = cmd.Process.Kill() }) }
	if after == 0 {
		shoot() // while it starts
	}
	said := []string{}
	for in := bufio.NewScanner(out); in.Scan(); {
		said = append(said, in.Text())
		text, ok := strings.CutPrefix(in.Text(), "acknowledged ")
		if !ok {
			continue
		}
		var a acknowledged
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			c.Fatalf("%q: %v", in.Text(), err)
		}
		c.acked[a] = true
		if lines++; lines == after {
			shoot()
		}
	}
	err = cmd.Wait()
	if end == nil || cmd.ProcessState.Exited() {
		c.Fatalf("the program ended by itself: %v\n%s\n%s", err, strings.Join(said, "\n"), complaint.String())
	}
	end.Stop()
	return moment
}

// examine opens what is left and holds it against what was acknowledged.
func (c *casualties) examine() {
	c.Helper()
	a := opened(c.T, filepath.Join(c.dir, "data"))
	defer shut(c.T, a)
	ctx, stop := context.WithCancel(c.Context())
	var group errgroup.Group
	group.Go(func() error { return a.index.Run(ctx) })
	defer func() {
		stop()
		if err := group.Wait(); err != nil {
			c.Error(err)
		}
	}()
	if err := storetest.Check(ctx, a.store); err != nil {
		c.Error(err)
	}
	snapshots := snapshot.New(a.store, snapshot.Options{})
	times := map[graph.EnvID]map[graph.Time]bool{}
	since := map[graph.EnvID]graph.Retained{}
	for ack := range c.acked {
		if times[ack.Env] == nil {
			times[ack.Env] = map[graph.Time]bool{}
			kept, err := a.store.Retained(ack.Env)
			if err != nil {
				c.Fatal(err)
			}
			since[ack.Env] = kept
			for head, err := range a.store.CommitHeads(ctx, ack.Env, max(0, kept.Since-1)) {
				if err != nil {
					c.Fatal(err)
				}
				times[ack.Env][head.Time] = true
			}
		}
		switch {
		case ack.Snapshot != "":
			if _, err := snapshots.Get(ctx, ack.Env, ack.Snapshot); err != nil {
				c.Errorf("a snapshot that was acknowledged: %v", err)
			}
		case ack.Scan != "":
			if s, err := a.queue.Get(ctx, ack.Env, ack.Scan); err != nil || s.Status != scan.Completed {
				c.Errorf("a scan that was acknowledged as completed: %+v, %v", s, err)
			}
		case ack.Kept != 0:
			// It may have been given up by a later retention, which was told too;
			// a time that is named still is never given up.
			if since[ack.Env].Since < ack.Kept {
				c.Errorf("%q keeps all since %s; %s was acknowledged", ack.Env, since[ack.Env].Since, ack.Kept)
			}
		case ack.Commit < since[ack.Env].Since: // forgotten
		case !times[ack.Env][ack.Commit]:
			c.Errorf("the commit of %q at %s was acknowledged and is not there", ack.Env, ack.Commit)
		}
	}
	c.uniform(ctx, a)
	if err := a.index.CaughtUp(ctx); err != nil {
		c.Fatal(err)
	}
	envs, err := a.store.EnvIDs(ctx)
	if err != nil {
		c.Fatal(err)
	}
	for _, env := range envs {
		c.found(ctx, a, env)
	}
}

// uniform wants all objects of an import, and no half of two.
func (c *casualties) uniform(ctx context.Context, a *app) {
	c.Helper()
	view, err := a.store.View(ctx, importedEnv, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return
	}
	if err != nil {
		c.Fatal(err)
	}
	versions := map[string]int{}
	for v, err := range view.Vertices(ctx, "vnic", "host") {
		if err != nil {
			c.Fatal(err)
		}
		versions[fmt.Sprint(v.Attrs["version"])]++
	}
	if len(versions) > 1 || view.Time() != 0 && versions["1"] != 660 && versions["2"] != 660 {
		c.Errorf("an import is there by halves: objects by number %v", versions)
	}
}

// found wants some objects of an environment in the index, and what the last
// commit removed not in it.
func (c *casualties) found(ctx context.Context, a *app, env graph.EnvID) {
	c.Helper()
	view, err := a.store.View(ctx, env, graph.Now)
	if err != nil {
		c.Fatal(err)
	}
	want := map[graph.ID]bool{}
	for v, err := range view.Vertices(ctx) {
		if err != nil {
			c.Fatal(err)
		}
		if !strings.HasSuffix(string(v.Type), "_folder") {
			want[v.ID] = true
		}
	}
	ids := slices.Sorted(func(yield func(graph.ID) bool) {
		for id := range want {
			if !yield(id) {
				return
			}
		}
	})
	c.random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	ids = ids[:min(60, len(ids))]
	if view.Time() != 0 {
		for ch, err := range a.store.Changes(ctx, env, view.Time()) {
			if err != nil {
				c.Fatal(err)
			}
			if ch.Op == graph.Removed && ch.Vertex != "" && !strings.HasSuffix(string(ch.Type), "_folder") {
				ids = append(ids, ch.Vertex)
			}
		}
	}
	for _, id := range ids {
		res, err := a.index.Search(ctx, index.Query{Text: string(id), Envs: []graph.EnvID{env}, Limit: index.MaxLimit})
		if err != nil {
			c.Fatal(err)
		}
		if got := slices.ContainsFunc(res.Hits, func(h index.Hit) bool { return h.ID == id }); got != want[id] {
			c.Errorf("%q of %q is in the store: %t; is found: %t", id, env, want[id], got)
		}
	}
}

// crasher is the program that is going to be killed.
type crasher struct {
	*app
	ctx context.Context
	dir string
}

func crash(t *testing.T, work string) {
	c := &crasher{ctx: t.Context(), dir: os.Getenv("CALIPSO_TEST_CRASH_DIR")}
	c.app = opened(t, filepath.Join(c.dir, "data"))
	var group errgroup.Group
	c.background(c.ctx, &group)
	for _, w := range works {
		if w.name == work {
			t.Fatal(w.do(c))
		}
	}
	t.Fatalf("no work %q", work)
}

func acknowledge(a acknowledged) error {
	b, err := json.Marshal(a)
	if err == nil {
		_, err = fmt.Fprintf(os.Stdout, "acknowledged %s\n", b)
	}
	return err
}

// imports brings in one archive and the other, in turn.
func (c *crasher) imports() error {
	for n := 0; ; n++ {
		tar, err := os.ReadFile(filepath.Join(c.dir, fmt.Sprintf("%d.tar", n%2+1)))
		if err != nil {
			return err
		}
		if _, err := (transfer{store: c.store, index: c.index}).Import(c.ctx, "crash", bytes.NewReader(tar), webapi.ImportOptions{Env: importedEnv, Replace: true}); err != nil {
			return err
		}
		if err := acknowledge(acknowledged{Env: importedEnv, Commit: c.store.Last(importedEnv)}); err != nil {
			return err
		}
	}
}

// scans scans a cloud that changes to and fro.
func (c *crasher) scans() error {
	d, err := newDemo(c.app, io.Discard)
	if err != nil {
		return err
	}
	cloud := d.clouds[0]
	env := graph.EnvID(cloud.name)
	var there io.Writer
	var in io.Reader
	in, there = io.Pipe()
	d.clouds, d.out = d.clouds[:1], there
	go func() { _ = d.run(c.ctx, "") }()
	for lines := bufio.NewScanner(in); lines.Scan() && !strings.Contains(lines.Text(), "are there"); {
	}
	for n := 0; ; n++ {
		s, err := c.queue.Submit(c.ctx, schedule.Request{Env: env, Who: "crash", Snapshot: fmt.Sprintf("scan-%d", time.Now().UnixNano())})
		if err != nil {
			return err
		}
		done, err := d.await(c.ctx, s)
		if err != nil {
			return err
		}
		if done.Status != scan.Completed {
			return fmt.Errorf("scan %s: %s", done.Status, done.Error)
		}
		for _, a := range []acknowledged{{Env: env, Scan: s.ID}, {Env: env, Commit: c.store.Last(env)}} {
			if err := acknowledge(a); err != nil {
				return err
			}
		}
		transcripts, err := cloud.transcripts(cloud.states[n%2])
		if err != nil {
			return err
		}
		cloud.ssh.Switch(transcripts)
		if err := cloud.rest.Switch(cloud.files, cloud.states[n%2]+"/rest"); err != nil {
			return err
		}
	}
}

// snapshots names times of an environment that changes.
func (c *crasher) snapshots() error {
	const env = "named"
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: env}, Body: graph.Attrs{"name": env}}
	cause := graph.Cause{Kind: graph.CauseUser, Who: "crash"}
	if _, err := c.store.Commit(c.ctx, graph.Shared, cause, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		return err
	}
	keeper := snapshot.New(c.store, snapshot.Options{})
	for n := 0; ; n++ {
		done, err := c.store.Commit(c.ctx, env, cause, storetest.NumberedOf(6, n%2+1))
		if err != nil {
			return err
		}
		if !done.Empty() {
			if err := acknowledge(acknowledged{Env: env, Commit: done.Time}); err != nil {
				return err
			}
		}
		name := fmt.Sprintf("s-%d", time.Now().UnixNano())
		if _, err := keeper.Create(c.ctx, snapshot.Request{Env: env, Name: name, Creator: "crash"}); err != nil {
			return err
		}
		if err := acknowledge(acknowledged{Env: env, Snapshot: name}); err != nil {
			return err
		}
	}
}

// retention forgets all but the last few times of an environment that changes,
// and those that have a name.
func (c *crasher) retention() error {
	const env = "forgetful"
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: env}, Body: graph.Attrs{"name": env}}
	cause := graph.Cause{Kind: graph.CauseUser, Who: "crash"}
	if _, err := c.store.Commit(c.ctx, graph.Shared, cause, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		return err
	}
	var last []graph.Time
	for n := int(time.Now().UnixNano() % 1000); ; n++ {
		done, err := c.store.Commit(c.ctx, env, cause, storetest.NumberedOf(6, n))
		if err != nil {
			return err
		}
		if last = append(last, c.store.Last(env)); !done.Empty() {
			if err := acknowledge(acknowledged{Env: env, Commit: done.Time}); err != nil {
				return err
			}
		}
		if len(last)%4 != 0 {
			continue
		}
		keep := graph.Keep{Since: last[len(last)-2], Times: last[max(0, len(last)-20):]}
		keep.Times = []graph.Time{keep.Times[0], keep.Times[len(keep.Times)/2]}
		kept, err := c.store.Retained(env)
		if err != nil {
			return err
		}
		keep.Times = append(slices.DeleteFunc(keep.Times, func(t graph.Time) bool { return t < kept.Since }), kept.Times[max(0, len(kept.Times)-3):]...)
		if _, err := c.store.Retain(c.ctx, env, keep); err != nil {
			return err
		}
		if err := acknowledge(acknowledged{Env: env, Kept: keep.Since}); err != nil {
			return err
		}
	}
}
