package query

import "calipso/graph/topology"

// codeSet is a set of type codes of one topology; all: every code.
type codeSet struct {
	all bool
	set [256]bool
}

func (c *codeSet) has(code uint8) bool { return c.all || c.set[code] }

// only is the set as package walk takes it: nil if it holds every code.
func (c *codeSet) only() *[256]bool {
	if c.all {
		return nil
	}
	return &c.set
}

// typeCodes are the codes of some types; none given: all types. Types that the
// topology does not know occur nowhere in it.
func typeCodes[T ~string](names topology.Names, types []T) *codeSet {
	c := &codeSet{all: len(types) == 0}
	for _, t := range types {
		if code, ok := names.Code(string(t)); ok {
			c.set[uint8(code)] = true
		}
	}
	c.set[0] = false
	return c
}
