package clique

import "slices"

// fewKeys is up to where looking through a list beats a table.
const fewKeys = 24

// set keeps numbers in the order in which they came. Most cliques are so small
// that it is a list; past fewKeys a table finds them.
type set struct {
	keys  []uint32
	table table // number → index in keys, past fewKeys
}

func (s *set) reset() { s.keys = s.keys[:0] }

// find is the index of a number.
func (s *set) find(key uint32) (at int, ok bool) {
	if len(s.keys) <= fewKeys {
		at = slices.Index(s.keys, key)
		return at, at >= 0
	}
	i, ok := s.table.get(key)
	return int(i), ok
}

func (s *set) has(key uint32) bool {
	_, ok := s.find(key)
	return ok
}

// add is the index of a number, which it adds if it is not there.
func (s *set) add(key uint32) (at int, known bool) {
	if at, known = s.find(key); known {
		return at, true
	}
	at = len(s.keys)
	s.keys = append(s.keys, key)
	switch {
	case at == fewKeys:
		s.table.reset()
		for i, k := range s.keys {
			s.table.getOrAdd(k, uint32(i))
		}
	case at > fewKeys:
		s.table.getOrAdd(key, uint32(at))
	}
	return at, false
}

// move gives a number that is there another index; those that had the places
// before are moved as well.
func (s *set) move(at int, key uint32) {
	s.keys[at] = key
	if len(s.keys) > fewKeys {
		s.table.set(key, uint32(at))
	}
}
