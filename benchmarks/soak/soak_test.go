package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func samples(n int, of func(i int) sample) (list []sample) {
	for i := range n {
		s := of(i)
		s.Seconds = float64(10 * i)
		list = append(list, s)
	}
	return list
}

// TestJudge: what rises at first and then stays is level, what goes on rising
// is not.
func TestJudge(t *testing.T) {
	level := sample{RSS: 100e6, Own: 60e6, Live: 30e6, Goroutines: 80, Files: 50}
	for name, c := range map[string]struct {
		of   func(i int) sample
		want bool
	}{
		"level":       {func(i int) sample { s := level; s.RSS += int64(i%3) * 2e6; return s }, true},
		"warming up":  {func(i int) sample { s := level; s.RSS += int64(min(i, 20)) * 5e6; return s }, true},
		"memory":      {func(i int) sample { s := level; s.Own += int64(i) * 1e6; return s }, false},
		"kept":        {func(i int) sample { s := level; s.Live += int64(i) * 2e5; return s }, false},
		"goroutines":  {func(i int) sample { s := level; s.Goroutines += i; return s }, false},
		"files":       {func(i int) sample { s := level; s.Files += i; return s }, false},
		"steady disk": {func(i int) sample { s := level; s.Scans, s.Disk = int64(i), int64(i)*1e6; return s }, true},
		"dearer disk": {func(i int) sample { s := level; s.Scans, s.Disk = int64(i), int64(i)*int64(i)*1e5; return s }, false},
	} {
		r := &report{Samples: samples(60, c.of)}
		r.judge()
		if r.Level != c.want {
			t.Errorf("%s: level %v\n%s", name, r.Level, r.verdict())
		}
	}
}

func TestKeep(t *testing.T) {
	r := &report{Objects: 10, Length: time.Minute, Samples: samples(6, func(int) sample { return sample{RSS: 123e6} })}
	r.judge()
	path := filepath.Join(t.TempDir(), "results", "abc-soak")
	if err := r.keep(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path + ".txt")
	if err != nil || !bytes.Contains(text, []byte("123.0")) || !bytes.Contains(text, []byte("level off")) {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-time", "1s"}, {"-time", "2m", "-every", "1m"}, {"more"}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}

// TestStates: the two states differ, so that importing one after the other
// changes something.
func TestStates(t *testing.T) {
	folders, err := states(t.Context(), t.TempDir(), 500)
	if err != nil {
		t.Fatal(err)
	}
	var text [2][]byte
	for i, f := range folders {
		if text[i], err = os.ReadFile(filepath.Join(f, "inventory.jsonl")); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(text[0], text[1]) || bytes.Count(text[0], []byte("\n")) != bytes.Count(text[1], []byte("\n")) {
		t.Error("the states are the same, or have not the same objects")
	}
}
