package main

import "slices"

// walker walks over arrays and reuses its memory.
type walker struct {
	nodes []uint32
	links []uint32
	// sum tells answers apart: of focal point and ends of each link. It is kept
	// only if adds is set.
	sum  uint64
	adds bool

	depth []uint8 // by vertex, for walks in breadth; 255: not reached
	queue []uint32
}

// clique finds the clique of instances[i]: each step from the nodes known
// before it. The lists are so short that looking through them beats any table.
func (w *walker) clique(a *arrays, i int) {
	focal := a.instances[i]
	nets := a.nets[a.netStart[i]:a.netStart[i+1]]
	w.nodes, w.links, w.sum = append(w.nodes[:0], focal), w.links[:0], 0
	for _, s := range a.steps {
		for _, n := range w.nodes {
			if a.types[n] != s.start {
				continue
			}
			if s.fwd != 0 {
				for _, arc := range a.out.of(n) {
					if arc.typ == s.fwd {
						w.take(focal, n, arc.peer, arc, nets)
					}
				}
			}
			if s.rev != 0 {
				for _, arc := range a.in.of(n) {
					if arc.typ == s.rev {
						w.take(focal, arc.peer, n, arc, nets)
					}
				}
			}
		}
	}
}

func (w *walker) take(focal, from, to uint32, arc plainArc, nets []uint32) {
	if arc.value != 0 && !slices.Contains(nets, arc.value) || slices.Contains(w.links, arc.edge) {
		return
	}
	w.links = append(w.links, arc.edge)
	if w.adds {
		w.sum += cliqueSum(focal, from, to)
	}
	if !slices.Contains(w.nodes, arc.peer) {
		w.nodes = append(w.nodes, arc.peer)
	}
}

// cliqueSum is what a link adds to the sum by which the answers of all sides
// are compared; in SQL (focal % 10007) * (src + 3 * dst).
func cliqueSum(focal, from, to uint32) uint64 {
	return uint64(focal%10007) * (uint64(from) + 3*uint64(to))
}

const unreached = 255

// around reaches what is at most depth links away, in either direction, and
// returns it; the slice is valid until the next call.
func (w *walker) around(a *arrays, start uint32, depth uint8) []uint32 {
	w.begin(a, start)
	for at := 0; at < len(w.queue); at++ {
		n := w.queue[at]
		d := w.depth[n] + 1
		if d > depth {
			break
		}
		w.reach(a.out.of(n), d)
		w.reach(a.in.of(n), d)
	}
	return w.queue
}

// begin forgets the walk before and starts one.
func (w *walker) begin(a *arrays, start uint32) {
	if len(w.depth) != len(a.types) {
		w.depth = make([]uint8, len(a.types))
		for i := range w.depth {
			w.depth[i] = unreached
		}
	}
	for _, n := range w.queue {
		w.depth[n] = unreached
	}
	w.queue = append(w.queue[:0], start)
	w.depth[start] = 0
}

func (w *walker) reach(arcs []plainArc, d uint8) {
	for _, arc := range arcs {
		if w.depth[arc.peer] == unreached {
			w.depth[arc.peer] = d
			w.queue = append(w.queue, arc.peer)
		}
	}
}

// between is the number of links on the shortest way between two vertices, -1
// if there is none: in breadth from both ends, a level at a time, always on the
// side that has fewer to look at. other is the walker of the far end.
func (w *walker) between(other *walker, a *arrays, from, to uint32) int {
	w.begin(a, from)
	other.begin(a, to)
	if from == to {
		return 0
	}
	sides := [2]*walker{w, other}
	var done [2]int // how many of a side's queue were looked at
	for {
		i := 0
		if len(other.queue)-done[1] < len(w.queue)-done[0] {
			i = 1
		}
		near, far := sides[i], sides[1-i]
		level := near.queue[done[i]:]
		if len(level) == 0 {
			return -1
		}
		done[i] = len(near.queue)
		best := -1
		for _, n := range level {
			d := near.depth[n] + 1
			for _, arcs := range [2][]plainArc{a.out.of(n), a.in.of(n)} {
				for _, arc := range arcs {
					if far.depth[arc.peer] != unreached {
						if l := int(d) + int(far.depth[arc.peer]); best < 0 || l < best {
							best = l
						}
					}
				}
				near.reach(arcs, d)
			}
		}
		if best >= 0 {
			return best
		}
	}
}
