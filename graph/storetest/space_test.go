//go:build unix

package storetest_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"

	"calipso/graph"
	"calipso/graph/kv/badger"
)

// TestSpace writes many versions, retires nearly all of them, and wants the
// files to take up little more than before.
func TestSpace(t *testing.T) {
	dir := t.TempDir()
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := graph.Open(t.Context(), db, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	size := func() (n int64) {
		if _, err := db.Reclaim(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			info, err := e.Info()
			if err == nil {
				n += info.Sys().(*syscall.Stat_t).Blocks * 512
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	r := rand.New(rand.NewPCG(1, 2))
	var times []graph.Time
	commit := func() {
		b := &graph.Batch{}
		for n := range 2000 {
			noise := make([]byte, 300)
			for i := range noise {
				noise[i] = byte(r.Uint32())
			}
			b.Put = append(b.Put, &graph.Vertex{ID: graph.ID(fmt.Sprint("v", n)), Type: graph.VNIC, Attrs: graph.Attrs{"noise": fmt.Sprintf("%x", noise)}})
		}
		c, err := s.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan}, b)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, c.Time)
	}
	commit()
	one := size()
	for range 19 {
		commit()
	}
	all := size()
	dropped, err := s.Retain(t.Context(), "lab", graph.Keep{Since: times[19], Times: times[:1]})
	if err != nil {
		t.Fatal(err)
	}
	left := size()
	t.Logf("one version %d KiB, twenty %d KiB, two of them %d KiB; %+v", one>>10, all>>10, left>>10, dropped)
	if dropped.Versions != 18*2000 || all < 10*one || left > 3*one {
		t.Errorf("dropped %+v: %d bytes are left of %d, one version takes %d", dropped, left, all, one)
	}
}
