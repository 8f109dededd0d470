package importexport

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// slowly is what the general way makes of a line.
func slowly(line []byte) (d Doc, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil || m == nil || len(bytes.TrimSpace(line[dec.InputOffset():])) > 0 {
		return d, false
	}
	return DecodeJSON(m, "at", len(line)+1)
}

var seedLines = []string{
	`{"_id":{"$oid":"5F3bf001b7e4d1c6a08f0002"},"a":1,"b":-0.5e3,"c":"x\ty\"","d":[],"e":{},"f":[1,"ü",null,true,false,{"g":[[]]}]}`,
	`{"last_scanned":{"$date":"2026-03-01T12:00:00.123Z"},"n":{"$numberLong":"7"},"i":{"$numberInt":"-1"},"x":{"$numberDouble":"1.5"},"":0}`,
	` { "a" : [ 1 , 2 ] , "a" : "twice" } `, `{"a":01}`, `{"a":-}`, `{"a":1.}`, `{"a":.5}`, `{"a":1e}`, `{"a":9223372036854775808}`, `{"a":1e999}`, `{"a":[1,]}`, `{"a":1,}`, `{,}`,
	`{"a":"\u00e9"}`, `{"a[dot]b":1}`, `{"$a":1,"b":2}`, `{"d":{"$date":{"$numberLong":"1"}}}`, `{"a":"` + "\xff" + `"}`, `{"a":tru}`, `{"a":nulll}`, `{"$oid":"5F3bf001b7e4d1c6a08f0002"}`, `[]`, `{}x`, `{"a":"` + "\x01" + `"}`, ``, `{"a`, `{"a":"\`,
}

func same(t *testing.T, p *Parser, line []byte) (read bool) {
	t.Helper()
	got, ok := p.Parse(line, "at")
	if !ok {
		return false
	}
	want, known := slowly(line)
	if !known {
		t.Fatalf("%q was read as %v", line, got.Body)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%q (-general +parser):\n%s", line, d)
	}
	return true
}

// What the parser reads is what the general way reads, and the usual lines are
// among it.
func TestParser(t *testing.T) {
	var p Parser
	for i, line := range seedLines {
		if read := same(t, &p, []byte(line)); read != (i < 3) {
			t.Errorf("%q: read %v", line, read)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	const bits = `{}[]",:\0123e.-$ tfn`
	for range 50_000 {
		line := []byte(seedLines[r.IntN(3)])
		for range r.IntN(4) {
			line[r.IntN(len(line))] = bits[r.IntN(len(bits))]
		}
		same(t, &p, line)
	}
	deep := bytes.Repeat([]byte(`{"a":`), 5000)
	if _, ok := p.Parse(deep, ""); ok {
		t.Error("a document without end was read")
	}
}

func FuzzParser(f *testing.F) {
	for _, line := range seedLines {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) { same(t, &Parser{}, line) })
}

func BenchmarkParse(b *testing.B) {
	line := []byte(`{"_id":{"$oid":"5f3bf001b7e4d1c6a08f0002"},"environment":"cloud","id":"instance-00000017","type":"instance","name":"web-17","parent_id":"node-1-instances","parent_type":"instances_folder","host":"node-1","last_scanned":{"$date":"2026-03-01T12:00:00Z"},"attributes":{"flavor":"m1.small","vcpus":2,"ram":4096,"networks":["5f3bf001-b7e4","5f3bf002-b7e4"],"status":"ACTIVE","description":"some words about it, and then some more of them"}}`)
	b.Run("way=parser", func(b *testing.B) {
		var p Parser
		for b.Loop() {
			if _, ok := p.Parse(line, ""); !ok {
				b.Fatal("not read")
			}
		}
	})
	b.Run("way=general", func(b *testing.B) {
		for b.Loop() {
			if _, ok := slowly(line); !ok {
				b.Fatal("not read")
			}
		}
	})
}
