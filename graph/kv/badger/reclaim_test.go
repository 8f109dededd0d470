//go:build unix

package badger_test

import (
	"encoding/binary"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"

	"calipso/graph/kv"
	"calipso/graph/kv/badger"
)

// onDisk is how many bytes the files of a directory take up; most of what they
// seem to hold is holes.
func onDisk(t *testing.T, dir string) (n int64) {
	t.Helper()
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

func TestReclaim(t *testing.T) {
	dir := t.TempDir()
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	r := rand.New(rand.NewPCG(1, 2))
	key := func(i int) []byte { return binary.BigEndian.AppendUint32([]byte{1}, uint32(i)) }
	const n = 20_000
	noise := make([]byte, 1000)
	each := func(do func(b *kv.Batch, i int)) {
		var b kv.Batch
		for i := range n {
			if do(&b, i); b.Len() == 500 || i == n-1 {
				if err := db.Write(t.Context(), &b); err != nil {
					t.Fatal(err)
				}
				b.Reset()
			}
		}
	}
	each(func(b *kv.Batch, i int) {
		for j := range noise {
			noise[j] = byte(r.Uint32())
		}
		b.Put(key(i), append([]byte(nil), noise...))
	})
	if _, err := db.Reclaim(t.Context()); err != nil {
		t.Fatal(err)
	}
	full := onDisk(t, dir)
	each(func(b *kv.Batch, i int) {
		if i%10 != 0 {
			b.Delete(key(i))
		}
	})
	deleted := onDisk(t, dir)
	bytes, err := db.Reclaim(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left := onDisk(t, dir)
	t.Logf("full %d KiB, after deleting 90 %% %d KiB, after giving back %d KiB; tables shrank by %d KiB", full>>10, deleted>>10, left>>10, bytes>>10)
	if left > full/4 || bytes < full/2 {
		t.Errorf("%d of %d bytes are left", left, full)
	}
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	there := 0
	for _, err := range s.Range(t.Context(), kv.Range{KeysOnly: true}) {
		if err != nil {
			t.Fatal(err)
		}
		there++
	}
	if there != n/10 {
		t.Errorf("%d keys are left, want %d", there, n/10)
	}
}
