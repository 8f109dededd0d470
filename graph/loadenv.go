package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"calipso/graph/kv"
	"calipso/graph/topology"
)

// loadEnv sweeps an environment and makes its arrays.
func (s *Store) loadEnv(ctx context.Context, e *environment) error {
	last, err := s.recover(ctx, e.room)
	if err != nil {
		return err
	}
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	r := records{Snapshot: snap, room: e.room, at: maxTime}
	e.nextVertex, e.nextEdge = 1, 1
	counters, err := snap.Get(ctx, e.room.kind(kindCounters))
	switch {
	case errors.Is(err, kv.ErrNotFound):
	case err != nil:
		return err
	case len(counters) != 8:
		return corrupt(errors.New("counters are cut off"))
	default:
		e.nextVertex = binary.BigEndian.Uint32(counters)
		e.nextEdge = binary.BigEndian.Uint32(counters[4:])
	}
	h, err := r.readHorizon(ctx)
	if err != nil {
		return err
	}
	e.horizon.Store(h)
	g, err := r.rebuild(ctx)
	if err != nil {
		return err
	}
	e.shown.Store(&shown{last: last, graph: g})
	return nil
}

// recover undoes what a crash left and tells the time of the last commit.
func (s *Store) recover(ctx context.Context, r room) (Time, error) {
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	defer snap.Close()
	last, err := records{Snapshot: snap, room: r, at: maxTime}.lastCommit(ctx, maxTime)
	if err != nil {
		return 0, err
	}
	dirty := false
	if last == 0 { // then nothing in the room counts
		for _, err := range snap.Range(ctx, kv.Prefix(r.prefix())) {
			if err != nil {
				return 0, err
			}
			dirty = true
			break
		}
	} else {
		switch _, err := snap.Get(ctx, r.kind(kindIntent)); {
		case err == nil:
			dirty = true
		case !errors.Is(err, kv.ErrNotFound):
			return 0, err
		}
	}
	if !dirty {
		return last, nil
	}
	s.opt.Log.Info("sweeping an unfinished commit", "room", uint32(r), "last", last)
	return last, s.sweep(ctx, r, last)
}

// names reads the tables of names.
func (r records) names(ctx context.Context) (vertexTypes, edgeTypes, values topology.Names, err error) {
	tables := []*topology.Names{tableVertexTypes: &vertexTypes, tableEdgeTypes: &edgeTypes, tableValues: &values}
	for _, t := range tables[1:] {
		*t = topology.NewNames()
	}
	prefix := r.room.kind(kindName)
	for p, err := range r.Range(ctx, kv.Prefix(prefix)) {
		if err != nil {
			return vertexTypes, edgeTypes, values, err
		}
		at := p.Key[len(prefix):]
		if len(at) != 5 || at[0] < tableVertexTypes || at[0] > tableValues {
			return vertexTypes, edgeTypes, values, corrupt(fmt.Errorf("name key %x", p.Key))
		}
		t := tables[at[0]]
		// A sweep may leave two codes for one name; the first one is meant,
		// the other keeps its place.
		code, name := int(binary.BigEndian.Uint32(at[1:])), strings.Clone(string(p.Value))
		if code != t.Len()+1 {
			return vertexTypes, edgeTypes, values, corrupt(fmt.Errorf("name %q has code %d instead of %d", name, code, t.Len()+1))
		}
		*t = t.Add(name)
		if t.Len() != code {
			return vertexTypes, edgeTypes, values, corrupt(fmt.Errorf("name %q has two codes", name))
		}
	}
	return vertexTypes, edgeTypes, values, nil
}

// rebuild makes the arrays from the vertices' types and parents and the lists
// of outgoing edges, which lie side by side: one pass.
func (r records) rebuild(ctx context.Context) (*topology.Graph, error) {
	vertexTypes, edgeTypes, values, err := r.names(ctx)
	if err != nil {
		return nil, err
	}
	edit := topology.New(vertexTypes, edgeTypes, values).Edit()
	rng := kv.Range{From: r.room.graph(graphMeta), To: r.room.graph(graphIn)}
	prefix := len(r.room.graph(graphMeta))
	for p, err := range r.Range(ctx, rng) {
		if err != nil {
			return nil, err
		}
		at := p.Key[prefix:]
		switch {
		case p.Key[prefix-1] == graphMeta && len(at) == 4 && len(p.Value) == 5:
			edit.SetVertex(binary.BigEndian.Uint32(at), p.Value[0], binary.BigEndian.Uint32(p.Value[1:]))
		case p.Key[prefix-1] == graphOut && len(at) == 9:
			if err := checkPacked(p.Key, p.Value); err != nil {
				return nil, err
			}
			for b := p.Value; len(b) > 0; b = b[packedSize:] {
				if e := decodePacked(b); e.live {
					edit.SetEdge(e.edge, at[4], binary.BigEndian.Uint32(at), e.peer, e.value)
				}
			}
		default:
			return nil, corrupt(fmt.Errorf("graph record %x", p.Key))
		}
	}
	return edit.Graph(), nil
}
