package badger

import (
	"bytes"
	"math/rand/v2"
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
