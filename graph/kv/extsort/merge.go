package extsort

import (
	"bytes"
	"errors"
	"io"

	"calipso/graph/kv"
)

// source is one sorted sequence with the pair it stands at.
type source struct {
	pair kv.Pair
	rank uint64
	next func() (kv.Pair, error)
}

// Next gives the pairs in ascending order, then io.EOF; nothing may be added
// any more. A pair's bytes are valid until the next one is asked for.
func (s *Sorter) Next() (kv.Pair, error) {
	if s.merging == nil {
		if err := s.merge(); err != nil {
			return kv.Pair{}, err
		}
	} else if len(s.merging) > 0 {
		if err := s.advance(); err != nil {
			return kv.Pair{}, err
		}
	}
	if len(s.merging) == 0 {
		return kv.Pair{}, io.EOF
	}
	return s.merging[0].pair, nil
}

// merge starts reading: the runs, and what is still in memory.
func (s *Sorter) merge() error {
	s.sort()
	s.free = nil
	at := 0
	next := []func() (kv.Pair, error){func() (kv.Pair, error) {
		if at == len(s.entries) {
			return kv.Pair{}, io.EOF
		}
		at++
		return s.pair(s.entries[at-1]), nil
	}}
	for _, r := range s.runs {
		next = append(next, r.next)
	}
	s.merging = make([]source, 0, len(next))
	for _, n := range next {
		// It goes to the front and from there to its place.
		s.merging = append(s.merging, source{})
		copy(s.merging[1:], s.merging)
		s.merging[0] = source{next: n}
		if err := s.advance(); err != nil {
			return err
		}
	}
	return nil
}

// advance moves the first source on and puts it where it belongs then. Runs
// mostly follow each other, so it mostly stays.
func (s *Sorter) advance() error {
	first := s.merging[0]
	var err error
	first.pair, err = first.next()
	if errors.Is(err, io.EOF) {
		s.merging = append(s.merging[:0], s.merging[1:]...)
		return nil
	}
	if err != nil {
		return err
	}
	first.rank = s.rank(first.pair.Key)
	at := 0
	for at+1 < len(s.merging) && s.merging[at+1].before(first) {
		s.merging[at] = s.merging[at+1]
		at++
	}
	s.merging[at] = first
	return nil
}

func (a source) before(b source) bool {
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	return bytes.Compare(a.pair.Key, b.pair.Key) < 0
}
