package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"calipso/graph/kv"
	"calipso/graph/topology"
)

const (
	// applyChunk is how many things are compared with what is stored at once.
	applyChunk = 2000
	// changeChunk is the size from which a chunk of the change list is written.
	changeChunk = 32 << 10
	// itemOps bounds the operations that one thing needs together.
	itemOps = 8
)

// writer makes one commit of one environment, whose writing lock is held.
//
// What does not fit one atomic batch is written ahead under the commit's time,
// with a note of intent before it; the commit's record comes last and makes it
// visible. Heads are written before the adjacency that follows from them, so
// that a sweep finds all there is to undo by looking at heads.
type writer struct {
	s     *Store
	e     *environment
	base  *shown
	time  Time
	cause Cause

	batch  kv.Batch
	begun  bool // the intent, and perhaps more, is on disk
	gather bool // the batch grows until a first load writes it

	nextVertex, nextEdge uint32
	firstVertex          uint32 // numbers from here on are this commit's: nothing
	firstEdge            uint32 // is stored under them before
	counted              bool   // the counters need writing
	vertexTypes          topology.Names
	edgeTypes            topology.Names
	values               topology.Names

	nums     map[ID]uint32 // numbers looked up or given out
	put      bits          // vertices put in this commit
	putEdges bits
	newEdges map[[3]uint32]uint32 // edges made in this commit, during a load
	docs     map[DocKey]struct{}  // documents seen in this commit
	edit     *topology.Edit
	edges    []edgeChange

	keep    bool // collect the change list for the caller
	list    []Change
	chunk   []byte
	chunks  int
	changes int
}

// edgeChange is what the arrays and the adjacency lists need to know.
type edgeChange struct {
	from, to, edge, value uint32
	typ                   uint8
	live                  bool
}

func (s *Store) newWriter(e *environment, cause Cause) *writer {
	sh := e.shown.Load()
	return &writer{
		s: s, e: e, base: sh, time: s.tick(), cause: cause,
		nextVertex: e.nextVertex, nextEdge: e.nextEdge, firstVertex: e.nextVertex, firstEdge: e.nextEdge,
		vertexTypes: sh.graph.VertexTypes(), edgeTypes: sh.graph.EdgeTypes(), values: sh.graph.Values(),
		nums: map[ID]uint32{}, docs: map[DocKey]struct{}{}, edit: sh.graph.Edit(), keep: true,
	}
}

// run applies the changes and finishes the commit, or undoes what is written.
func (w *writer) run(ctx context.Context, apply func() error) error {
	err := apply()
	if err == nil && w.changes > 0 {
		err = w.finish(ctx)
	}
	if err != nil || w.changes == 0 {
		return w.undo(context.WithoutCancel(ctx), err)
	}
	return nil
}

// undo brings the environment back to its last commit. Numbers and names that
// were given out on disk stay given out.
func (w *writer) undo(ctx context.Context, cause error) error {
	if !w.begun || w.e.broken != nil {
		return cause
	}
	w.e.nextVertex, w.e.nextEdge = w.nextVertex, w.nextEdge
	if w.base.last == 0 {
		w.e.nextVertex, w.e.nextEdge = 1, 1 // the sweep empties the room
	}
	err := w.s.sweep(ctx, w.e.room, w.base.last)
	w.e.nums.forget()
	if err == nil {
		err = w.dropNames(ctx)
	}
	switch {
	case err == nil:
	case errors.Is(err, kv.ErrFull):
		w.e.unswept = true // done by the next writer
	default:
		w.e.broken = fmt.Errorf("%w: %w", errBroken, err)
	}
	if cause == nil {
		return err
	}
	return cause
}

// room makes sure that the next thing, of that size, fits the batch as a whole.
func (w *writer) room(ctx context.Context, bytes int) error {
	if w.gather || w.batch.Len() == 0 ||
		w.batch.Bytes()+bytes <= w.s.opt.BatchBytes && w.batch.Len()+itemOps < kv.MaxBatchOps-itemOps {
		return nil
	}
	return w.flush(ctx)
}

// flush writes the batch ahead of the commit.
func (w *writer) flush(ctx context.Context) error {
	if w.batch.Len() == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !w.begun {
		w.batch.Put(w.e.room.kind(kindIntent), binary.BigEndian.AppendUint64(nil, uint64(w.time)))
		w.begun = true // even if the write fails: it may have happened
	}
	w.putCounters()
	if err := w.s.db.Write(ctx, &w.batch); err != nil {
		return err
	}
	w.batch = kv.Batch{}
	return nil
}

// putCounters keeps the counters ahead of every number that is on disk.
func (w *writer) putCounters() {
	if !w.counted {
		return
	}
	b := binary.BigEndian.AppendUint32(nil, w.nextVertex)
	w.batch.Put(w.e.room.kind(kindCounters), binary.BigEndian.AppendUint32(b, w.nextEdge))
	w.counted = false
}

// finish writes what follows from the changes, then the commit's record, and
// shows the commit to readers once it is durable.
func (w *writer) finish(ctx context.Context) error {
	if err := w.writeAdjacency(ctx); err != nil {
		return err
	}
	if err := w.writeChunk(ctx); err != nil {
		return err
	}
	rec, err := commitRecord{
		Kind: w.cause.Kind, ID: w.cause.ID, Who: w.cause.Who, Changes: w.changes, Chunks: w.chunks,
	}.encode()
	if err != nil {
		return err
	}
	if err := w.room(ctx, len(rec)+64); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	w.batch.Put(w.e.room.time(kindCommit, w.time), rec)
	w.batch.Delete(w.e.room.kind(kindIntent))
	w.putCounters()
	w.edit.Names(w.vertexTypes, w.edgeTypes, w.values)
	next := &shown{last: w.time, graph: w.edit.Graph()}
	// Past this point nobody knows what an error left behind.
	ctx = context.WithoutCancel(ctx)
	switch err := w.s.db.Write(ctx, &w.batch); {
	case errors.Is(err, kv.ErrFull):
		return err // nothing was done
	case err != nil:
		w.e.broken = fmt.Errorf("%w: %w", errBroken, err)
		return err
	}
	if err := w.s.db.Sync(ctx); err != nil {
		w.e.broken = fmt.Errorf("%w: %w", errBroken, err)
		return err
	}
	w.e.nextVertex, w.e.nextEdge = w.nextVertex, w.nextEdge
	w.e.shown.Store(next)
	w.s.notify()
	return nil
}

// changed adds to the change list.
func (w *writer) changed(ctx context.Context, e entry, c Change) error {
	w.changes++
	if w.keep {
		w.list = append(w.list, c)
	}
	if len(w.chunk) == 0 {
		w.chunk = append(w.chunk, formatVersion)
	}
	if w.chunk = e.append(w.chunk); len(w.chunk) < changeChunk {
		return nil
	}
	return w.writeChunk(ctx)
}

func (w *writer) writeChunk(ctx context.Context) error {
	if len(w.chunk) == 0 {
		return nil
	}
	if err := w.room(ctx, len(w.chunk)); err != nil {
		return err
	}
	w.batch.Put(w.e.room.chunk(w.time, uint32(w.chunks)), w.chunk)
	w.chunks++
	w.chunk = nil
	return nil
}

// read opens a snapshot that sees what was written ahead.
func (w *writer) read(ctx context.Context) (records, error) {
	era := w.e.nums.begun()
	snap, err := w.s.db.Snapshot(ctx)
	return records{snap, w.e.room, maxTime, era}, err
}

// maxValues is how many different constraint values there may be.
const maxValues = topology.MaxValue

// Names get a code and a record when they first appear.
const (
	tableVertexTypes byte = iota + 1
	tableEdgeTypes
	tableValues
)

func (w *writer) code(names *topology.Names, table byte, name string, most int) (int, error) {
	if code, ok := names.Code(name); ok {
		return code, nil
	}
	if names.Len() >= most {
		return 0, fmt.Errorf("%q is one kind too many, %d are possible: %w", name, most, ErrConflict)
	}
	*names = names.Add(name)
	code := names.Len()
	w.batch.Put(w.e.room.name(table, code), []byte(name))
	return code, nil
}

// dropNames removes the names that this commit was the first to use: the next
// one gives their codes to others.
func (w *writer) dropNames(ctx context.Context) error {
	g := w.base.graph
	var b kv.Batch
	for table, names := range map[byte][2]topology.Names{
		tableVertexTypes: {g.VertexTypes(), w.vertexTypes},
		tableEdgeTypes:   {g.EdgeTypes(), w.edgeTypes},
		tableValues:      {g.Values(), w.values},
	} {
		for code := names[0].Len() + 1; code <= names[1].Len(); code++ {
			b.Delete(w.e.room.name(table, code))
			if b.Len() == kv.MaxBatchOps {
				if err := w.s.db.Write(ctx, &b); err != nil {
					return err
				}
				b = kv.Batch{}
			}
		}
	}
	return w.s.db.Write(ctx, &b)
}

// bits is a set of numbers.
type bits []uint64

func (b bits) has(n uint32) bool {
	i := int(n >> 6)
	return i < len(b) && b[i]&(1<<(n&63)) != 0
}

func (b *bits) add(n uint32) {
	for int(n>>6) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[n>>6] |= 1 << (n & 63)
}
