package extsort

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"calipso/graph/kv"
)

// pattern names the files of runs; Clean removes what bears such a name.
const pattern = "calipso-sort-*.tmp"

// blockBytes is the size of the pieces that hold pairs in memory.
const blockBytes = 1 << 20

// Sorter takes pairs in any order and gives them back by key. It serves one
// goroutine and must be closed.
type Sorter struct {
	dir   string
	limit int
	skip  int

	blocks  [][]byte // what is in use, the last one being filled
	free    [][]byte
	used    int // bytes in blocks
	entries []entry
	runs    []*run
	size    int64
	merging []source // nil until the first Next
}

// entry is one pair in memory.
type entry struct {
	rank             uint64 // eight bytes of the key: most comparisons end here
	block, at        uint32
	keyLen, valueLen uint32
}

// New makes a sorter that holds about limit bytes of pairs in memory and
// writes the rest to files in dir, which is made when it is needed ("": the
// system's folder for temporary files). All keys begin with the same skip bytes.
func New(dir string, limit, skip int) *Sorter {
	return &Sorter{dir: dir, limit: max(limit, blockBytes), skip: skip}
}

// Clean removes files that a process left which ended on its way.
func Clean(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, pattern))
	for _, name := range old {
		err = errors.Join(err, os.Remove(name))
	}
	if err != nil {
		return fmt.Errorf("extsort: %w", err)
	}
	return nil
}

// Bytes is the size of all keys and values that were added.
func (s *Sorter) Bytes() int64 { return s.size }

// Add takes a pair, whose value comes in pieces; all bytes are copied.
func (s *Sorter) Add(key []byte, value ...[]byte) error {
	e := entry{keyLen: uint32(len(key)), rank: s.rank(key)}
	for _, v := range value {
		e.valueLen += uint32(len(v))
	}
	size := int(e.keyLen + e.valueLen)
	if s.used+size > s.limit && len(s.entries) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	b := s.block(size)
	e.block, e.at = uint32(len(s.blocks)-1), uint32(len(*b))
	*b = append(*b, key...)
	for _, v := range value {
		*b = append(*b, v...)
	}
	s.entries = append(s.entries, e)
	s.used += size
	s.size += int64(size)
	return nil
}

// block is one with room for so many bytes.
func (s *Sorter) block(size int) *[]byte {
	last := len(s.blocks) - 1
	if last >= 0 && cap(s.blocks[last])-len(s.blocks[last]) >= size {
		return &s.blocks[last]
	}
	var next []byte
	if n := len(s.free); n > 0 && size <= blockBytes {
		next, s.free = s.free[n-1], s.free[:n-1]
	} else {
		next = make([]byte, 0, max(size, blockBytes))
	}
	s.blocks = append(s.blocks, next)
	return &s.blocks[last+1]
}

// rank is the part of a key that decides most comparisons.
func (s *Sorter) rank(key []byte) uint64 {
	var first [8]byte
	if s.skip < len(key) {
		copy(first[:], key[s.skip:])
	}
	return binary.BigEndian.Uint64(first[:])
}

func (s *Sorter) pair(e entry) kv.Pair {
	b := s.blocks[e.block][e.at:]
	return kv.Pair{Key: b[:e.keyLen:e.keyLen], Value: b[e.keyLen : e.keyLen+e.valueLen : e.keyLen+e.valueLen]}
}

// sort orders what is in memory.
func (s *Sorter) sort() {
	slices.SortFunc(s.entries, func(a, b entry) int {
		if c := cmp.Compare(a.rank, b.rank); c != 0 {
			return c
		}
		return bytes.Compare(s.pair(a).Key, s.pair(b).Key)
	})
}

// spill writes what is in memory as a run.
func (s *Sorter) spill() error {
	s.sort()
	r, err := newRun(s.dir)
	if err != nil {
		return err
	}
	s.runs = append(s.runs, r)
	for _, e := range s.entries {
		if err := r.write(s.pair(e)); err != nil {
			return err
		}
	}
	if err := r.rewind(); err != nil {
		return err
	}
	for _, b := range s.blocks {
		if cap(b) == blockBytes {
			s.free = append(s.free, b[:0])
		}
	}
	clear(s.blocks)
	s.blocks, s.entries, s.used = s.blocks[:0], s.entries[:0], 0
	return nil
}

// Close removes the files and gives the memory back.
func (s *Sorter) Close() error {
	var errs []error
	for _, r := range s.runs {
		errs = append(errs, r.close())
	}
	*s = Sorter{}
	return errors.Join(errs...)
}
