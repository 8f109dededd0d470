package badger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/ristretto/v2/z"

	"calipso/graph/kv"
)

// What the stream writer is given reads as the message that was meant.
func TestAppendKV(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	buf := z.NewBuffer(1<<10, "test")
	defer func() { _ = buf.Release() }()
	for range 2000 {
		p := kv.Pair{Key: make([]byte, 1+r.IntN(300)), Value: make([]byte, r.IntN(20_000)>>r.IntN(16))}
		for i := range p.Key {
			p.Key[i] = byte(r.Uint32())
		}
		version := r.Uint64() >> r.IntN(64)
		buf.Reset()
		appendKV(buf, p, version)
		list, err := engine.BufferToKVList(buf)
		if err != nil || len(list.GetKv()) != 1 {
			t.Fatalf("%v, %v, want one message", list, err)
		}
		got := list.GetKv()[0]
		if !bytes.Equal(got.Key, p.Key) || !bytes.Equal(got.Value, p.Value) || got.Version != version || got.StreamId != 1 || len(got.ProtoReflect().GetUnknown()) > 0 {
			t.Fatalf("%v; want key %x, version %d", got, p.Key, version)
		}
	}
}

// Nobody waits for a load beyond what the options say, and readers may come in
// between any two pairs.
func TestAlone(t *testing.T) {
	for _, c := range []struct {
		bytes int64
		alone bool
	}{{-1, true}, {kv.MaxBatchBytes, false}} {
		db, err := Open(t.TempDir(), Options{AloneBytes: c.bytes})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Load(t.Context(), 2*kv.MaxBatchBytes, func(yield func(kv.Pair, error) bool) {
			for i := range 3 * kv.MaxBatchOps {
				if !yield(kv.Pair{Key: binary.BigEndian.AppendUint32(nil, uint32(i))}, nil) {
					return
				}
				db.gate.mu.Lock()
				alone := db.gate.mu.exclusive
				db.gate.mu.Unlock()
				if alone != c.alone {
					t.Fatalf("with %d bytes allowed, the load has the engine to itself: %v", c.bytes, alone)
				}
				if c.alone {
					continue
				}
				s, err := db.Snapshot(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				s.Close()
			}
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// A load waits while write buffers do.
func TestBehind(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	behind := func(want bool) {
		t.Helper()
		if got, err := db.behind(); err != nil || got != want {
			t.Fatalf("behind: %v, %v, want %v", got, err, want)
		}
	}
	behind(false)
	var logs []string
	for i := range mostLogs { // beside the one in use
		logs = append(logs, filepath.Join(dir, strconv.Itoa(90_000+i)+".mem"))
		if err := os.WriteFile(logs[i], nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	behind(true)
	for _, name := range logs {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	behind(false)
}
