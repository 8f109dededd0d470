package storetest

import (
	"fmt"

	"calipso/graph"
	"calipso/graph/kv"
)

// forgetAll retires everything but now, and wants the database to hold as many
// records of each kind as the graph of now needs.
func (p *past) forgetAll() {
	p.commit(&graph.Batch{PutDocs: []*graph.Document{doc(graph.Parts, "last", graph.Attrs{"n": len(p.times)})}})
	now := p.times[len(p.times)-1]
	_, err := p.b.Retain(p.b.Context(), p.env, graph.Keep{Since: now})
	p.ok(err)
	if len(p.times) > 1 {
		p.since, p.kept = now, nil
	}
	m := p.state[now]
	named := map[graph.ID]bool{}
	for _, v := range m.vertices {
		named[v.ID] = true
		if v.Parent != "" {
			named[v.Parent] = true
		}
	}
	want := map[byte]int{
		'V': len(m.vertices), 'E': len(m.edges), 'D': len(m.docs),
		'i': len(named), 't': len(m.vertices), 'c': len(m.vertices), 'x': len(m.edges),
	}
	got := p.count()
	for kind, n := range want {
		p.equal(fmt.Sprintf("records of kind %c", kind), got[kind], n)
	}
	for _, kind := range []byte("ved") {
		p.equal(fmt.Sprintf("older versions of kind %c", kind), got[kind], 0)
	}
	p.equal("adjacency", p.packed(), 2*len(m.edges))
	p.histories()
}

// count tells how many records of each kind the environment has.
func (p *past) count() map[byte]int {
	out := map[byte]int{}
	p.each(func(key, _ []byte) { out[key[4]]++ })
	return out
}

// packed is the number of entries in the adjacency lists.
func (p *past) packed() (n int) {
	p.each(func(key, value []byte) {
		if key[4] == 'G' && key[5] != 0 {
			n += len(value) / 13
		}
	})
	return n
}

// each visits the records of the environment, whose room was the last made.
func (p *past) each(visit func(key, value []byte)) {
	snap, err := p.b.db.Snapshot(p.b.Context())
	p.ok(err)
	defer snap.Close()
	var last []byte
	for pair, err := range snap.Range(p.b.Context(), kv.Range{Reverse: true, KeysOnly: true}) {
		p.ok(err)
		last = append(last, pair.Key[:4]...)
		break
	}
	for pair, err := range snap.Range(p.b.Context(), kv.Prefix(last)) {
		p.ok(err)
		visit(pair.Key, pair.Value)
	}
}
