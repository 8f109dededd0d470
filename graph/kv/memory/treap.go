package memory

import (
	"bytes"
	"hash/maphash"
)

// node is one key of a treap: ordered by key, a heap by priority. Nodes never
// change; a write copies the path from the root.
type node struct {
	key, value  []byte
	priority    uint64
	left, right *node
}

var seed = maphash.MakeSeed()

func (n *node) get(key []byte) *node {
	for n != nil {
		switch c := bytes.Compare(key, n.key); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n
		}
	}
	return nil
}

// split parts a tree into the keys below key, the node of the key itself, and
// those above.
func (n *node) split(key []byte) (below, at, above *node) {
	if n == nil {
		return nil, nil, nil
	}
	c := bytes.Compare(key, n.key)
	if c == 0 {
		return n.left, n, n.right
	}
	own := *n
	if c < 0 {
		below, at, own.left = n.left.split(key)
		return below, at, &own
	}
	own.right, at, above = n.right.split(key)
	return &own, at, above
}

// join makes one tree of two, all keys of a below all of b.
func join(a, b *node) *node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority >= b.priority:
		own := *a
		own.right = join(a.right, b)
		return &own
	}
	own := *b
	own.left = join(a, b.left)
	return &own
}

func (n *node) put(key, value []byte) *node {
	below, _, above := n.split(key)
	mid := &node{key: key, value: value, priority: maphash.Bytes(seed, key)}
	return join(join(below, mid), above)
}

func (n *node) remove(key []byte) *node {
	if n.get(key) == nil {
		return n
	}
	below, _, above := n.split(key)
	return join(below, above)
}

// ascend visits the keys in [from, to) in order; to nil: to the end.
func (n *node) ascend(from, to []byte, visit func(*node) bool) bool {
	if n == nil {
		return true
	}
	if bytes.Compare(n.key, from) < 0 {
		return n.right.ascend(from, to, visit)
	}
	if to != nil && bytes.Compare(n.key, to) >= 0 {
		return n.left.ascend(from, to, visit)
	}
	return n.left.ascend(from, to, visit) && visit(n) && n.right.ascend(from, to, visit)
}

// descend visits the keys in [from, to) backwards.
func (n *node) descend(from, to []byte, visit func(*node) bool) bool {
	if n == nil {
		return true
	}
	if bytes.Compare(n.key, from) < 0 {
		return n.right.descend(from, to, visit)
	}
	if to != nil && bytes.Compare(n.key, to) >= 0 {
		return n.left.descend(from, to, visit)
	}
	return n.right.descend(from, to, visit) && visit(n) && n.left.descend(from, to, visit)
}
