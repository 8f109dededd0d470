package extsort_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph/kv"
	"calipso/graph/kv/extsort"
)

func sorted(t interface{ Fatal(...any) }, s *extsort.Sorter) (out []string) {
	for {
		p, err := s.Next()
		if errors.Is(err, io.EOF) {
			if _, err := s.Next(); !errors.Is(err, io.EOF) {
				t.Fatal("after the end: ", err)
			}
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(p.Key)+"="+string(p.Value))
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Large values force runs; keys share a prefix, and some of them more than the
// bytes that are compared first.
func TestSorter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	rapid.Check(t, func(rt *rapid.T) {
		s := extsort.New(dir, 0, 4)
		keys := rapid.SliceOfNDistinct(rapid.StringMatching("room(a{8}b{0,4}|[a-c]{0,6}|[xy]{12})"), 0, 60, rapid.ID).Draw(rt, "keys")
		size := rapid.SampledFrom([]int{1, 1000, 100_000, 1 << 20}).Draw(rt, "size")
		var want []string
		var bytesIn int64
		for i, k := range keys {
			value := strings.Repeat(fmt.Sprint(i%10), size)
			want = append(want, k+"="+value)
			if err := s.Add([]byte(k), []byte(value[:size/2]), []byte(value[size/2:])); err != nil {
				rt.Fatal(err)
			}
			bytesIn += int64(len(k) + size)
		}
		slices.SortFunc(want, func(a, b string) int {
			ka, _, _ := strings.Cut(a, "=")
			kb, _, _ := strings.Cut(b, "=")
			return strings.Compare(ka, kb)
		})
		if s.Bytes() != bytesIn {
			rt.Fatalf("%d bytes, want %d", s.Bytes(), bytesIn)
		}
		if got := sorted(rt, s); !slices.Equal(got, want) {
			rt.Fatalf("got %d pairs, want %d", len(got), len(want))
		}
		if spilled := len(files(t, dir)) > 0; spilled != (bytesIn > 1<<20 && len(keys) > 1) {
			rt.Fatalf("%d bytes went to files: %v", bytesIn, spilled)
		}
		if err := s.Close(); err != nil {
			rt.Fatal(err)
		}
		if left := files(t, dir); len(left) > 0 {
			rt.Fatalf("left behind: %v", left)
		}
	})
}

func TestCleanAndFaults(t *testing.T) {
	dir := t.TempDir()
	s := extsort.New(dir, 0, 0)
	big := bytes.Repeat([]byte{1}, 900<<10)
	for i := range 4 {
		if err := s.Add([]byte{byte(9 - i)}, big); err != nil {
			t.Fatal(err)
		}
	}
	left := files(t, dir)
	if len(left) != 3 {
		t.Fatalf("files: %v", left)
	}
	if err := os.Truncate(left[0], 1000); err != nil {
		t.Fatal(err)
	}
	var err error
	for err == nil {
		var p kv.Pair
		if p, err = s.Next(); err == nil && len(p.Value) != len(big) {
			t.Fatal("half a pair")
		}
	}
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "calipso-sort-") {
		t.Errorf("a run that is cut off: %v", err)
	}
	other := filepath.Join(dir, "other.tmp")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := extsort.Clean(dir); err != nil { // as after a crash: nobody closed the sorter
		t.Fatal(err)
	}
	if left := files(t, dir); !slices.Equal(left, []string{other}) {
		t.Errorf("left: %v", left)
	}
	s = extsort.New(filepath.Join(other, "below"), 0, 0)
	err = errors.Join(s.Add([]byte{1}, big), s.Add([]byte{2}, big))
	if err == nil {
		t.Error("runs in a folder that cannot be made")
	}
}
