package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/graph/snapshot"
)

// users are all that keeps the server busy.
type users struct {
	server  *program.Server
	program *program.Program
	data    string
	folders [2]string
	done    *counts
}

// keptSnapshots is how many snapshots made by hand an environment has before
// the oldest go.
const keptSnapshots = 10

// demos are the demonstration clouds, which are scanned.
var demos = [...]graph.EnvID{"demo", "demo-linuxbridge"}

// How long things are kept: so short that most of what a soak writes is
// forgotten while it runs. Readers ask for times that lie within.
const (
	keptAll       = "2m"
	keptScheduled = "5m"
	readsBack     = 90 * time.Second
)

// forgetSoon sets that for all clouds.
func forgetSoon(ctx context.Context, p *program.Program, data string) error {
	for _, env := range append([]graph.EnvID{envName}, demos[:]...) {
		if _, _, err := p.Run(ctx, "retention", "set", string(env), "--everything", keptAll, "--records", keptAll, "--scheduled", keptScheduled, "--data-dir", data); err != nil {
			return err
		}
	}
	return nil
}

// all are the users, each of whom works until the context ends.
func (u *users) all() []func(context.Context) error {
	list := []func(context.Context) error{u.imports, u.retention}
	for _, env := range demos {
		list = append(list, func(ctx context.Context) error { return u.scans(ctx, env) })
	}
	for n := range 3 {
		list = append(list, func(ctx context.Context) error { return u.reads(ctx, n) })
	}
	return list
}

// How often each user does what he does. The times are fixed, so that the load
// is the same all the while, whatever else the machine has to do.
const (
	scansEvery   = 3 * time.Second
	importsEvery = 15 * time.Second
	forgetsEvery = 30 * time.Second
	readsEvery   = 40 * time.Millisecond
)

// beat calls f at fixed times until the context ends, counting from 1; a time
// that comes while f is still busy is left out.
func beat(ctx context.Context, every time.Duration, f func(n int) error) error {
	t := time.NewTicker(every)
	defer t.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		if err := f(n); err != nil {
			return err
		}
	}
}

func at(env graph.EnvID, rest string) string {
	return "/api/v1/environments/" + url.PathEscape(string(env)) + rest
}

// scans scans one environment again and again and leaves snapshots, by turns
// scheduled ones, which retention removes, and manual ones, of which only the
// newest stay.
func (u *users) scans(ctx context.Context, env graph.EnvID) error {
	return beat(ctx, scansEvery, func(n int) error {
		kind := snapshot.Manual
		if n%2 == 1 {
			kind = snapshot.Scheduled
		}
		if err := u.server.Scan(ctx, env, snapshotName(n), kind); err != nil {
			return err
		}
		u.done.scans.Add(1)
		u.done.snapshots.Add(1)
		if old := n - 2*keptSnapshots; old > 0 && kind == snapshot.Manual {
			if err := u.server.Delete(ctx, at(env, "/snapshots/"+snapshotName(old))); err != nil {
				return err
			}
		}
		return nil
	})
}

func snapshotName(n int) string { return fmt.Sprintf("soak-%06d", n) }

// imports brings the larger cloud from one state into the other and back.
func (u *users) imports(ctx context.Context) error {
	return beat(ctx, importsEvery, func(n int) error {
		if _, _, err := u.program.Run(ctx, "import", u.folders[n%2], "--replace", "--data-dir", u.data); err != nil {
			return err
		}
		u.done.imports.Add(1)
		return nil
	})
}

// retention forgets what is old, every half minute.
func (u *users) retention(ctx context.Context) error {
	return beat(ctx, forgetsEvery, func(int) error {
		envs, err := u.server.Environments(ctx)
		if err != nil {
			return err
		}
		for _, env := range envs {
			var run struct{ Versions int64 }
			if err := u.server.Post(ctx, at(env, "/retention/runs"), map[string]any{}, &run); err != nil {
				return err
			}
			u.done.retentions.Add(1)
			u.done.forgotten.Add(run.Versions)
		}
		return nil
	})
}

// reads asks all sorts of questions about now and then.
func (u *users) reads(ctx context.Context, n int) error {
	ids, err := u.server.Objects(ctx, envName, graph.Instance, 500)
	if err != nil {
		return err
	}
	began := time.Now()
	return beat(ctx, readsEvery, func(k int) error {
		k += n
		then := time.Now().Add(-readsBack)
		if then.Before(began) { // the clouds were made a moment ago
			then = began
		}
		past := then.UTC().Format(time.RFC3339Nano)
		id := ids[k*7%len(ids)]
		var path string
		switch k % 8 {
		case 0:
			path = at(envName, "/objects/"+url.PathEscape(string(id)))
		case 1:
			path = "/api/v1/search?q=" + fmt.Sprintf("vm-%04d", k%1000)
		case 2:
			path = program.CliquePath(envName, id) + "?at=" + past
		case 3:
			path = at(envName, "/diff?from="+past)
			if k%64 != 3 { // rather large
				path = at(envName, "/tree?depth=2")
			}
		case 4:
			path = at(envName, "/objects/"+url.PathEscape(string(id))+"/history")
		case 5:
			path = at("demo", "/objects?type=instance")
		default:
			path = program.CliquePath(envName, id)
		}
		if err := u.server.Get(ctx, path, nil); err != nil {
			return err
		}
		u.done.reads.Add(1)
		return nil
	})
}

// states writes a cloud as .jsonl files, as it is and with a hundredth of its
// instances renamed; both have the same objects.
func states(ctx context.Context, dir string, objects int) (folders [2]string, err error) {
	for i := range folders {
		folders[i] = filepath.Join(dir, fmt.Sprintf("state%d", i))
		if err := state(ctx, folders[i], objects, i == 1); err != nil {
			return folders, err
		}
	}
	return folders, nil
}

func state(ctx context.Context, folder string, objects int, changed bool) (err error) {
	s, err := graph.Open(ctx, memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	cloud := graphtest.CloudSize(objects)
	cloud.Env = envName
	if err := program.Fill(ctx, s, cloud); err != nil {
		return err
	}
	if changed {
		if err := change(ctx, s); err != nil {
			return err
		}
	}
	_, err = program.Folder(ctx, s, folder)
	return err
}

// change renames every hundredth object that has a name.
func change(ctx context.Context, s *graph.Store) error {
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return err
	}
	b, n := &graph.Batch{}, 0
	for o, err := range v.Vertices(ctx, graph.Instance, graph.VNIC, graph.Port) {
		if err != nil {
			return err
		}
		if n++; n%100 == 0 {
			o.Attrs["status"] = "changed"
			b.Put = append(b.Put, o)
		}
	}
	_, err = s.Commit(ctx, envName, graph.Cause{Kind: graph.CauseImport}, b)
	return err
}
