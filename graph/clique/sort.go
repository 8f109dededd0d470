package clique

import (
	"cmp"
	"slices"
)

// fewItems is up to where sorting by insertion is faster: a step adds a handful
// of links, mostly in order already.
const fewItems = 24

func sortLinks(l []Link) {
	if len(l) > fewItems {
		slices.SortFunc(l, func(a, b Link) int { return cmp.Compare(linkOrder(&a), linkOrder(&b)) })
		return
	}
	for i := 1; i < len(l); i++ {
		for j := i; j > 0 && linkOrder(&l[j]) < linkOrder(&l[j-1]); j-- {
			l[j], l[j-1] = l[j-1], l[j]
		}
	}
}

func linkOrder(l *Link) uint64 { return uint64(l.From)<<32 | uint64(l.To) }

// sortNodes sorts by number and tells whether anything moved.
func sortNodes(n []Node) (moved bool) {
	if len(n) > fewItems {
		slices.SortFunc(n, func(a, b Node) int { return cmp.Compare(a.Num, b.Num) })
		return true
	}
	for i := 1; i < len(n); i++ {
		for j := i; j > 0 && n[j].Num < n[j-1].Num; j-- {
			n[j], n[j-1] = n[j-1], n[j]
			moved = true
		}
	}
	return moved
}
