package badger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	engine "github.com/dgraph-io/badger/v4"

	"calipso/graph/kv"
)

// Snapshot implements kv.DB.
func (d *DB) Snapshot(ctx context.Context) (kv.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := d.gate.enter(); err != nil {
		return nil, fmt.Errorf("badger: snapshot: %w", err)
	}
	return &snapshot{db: d, txn: d.db.NewTransaction(false)}, nil
}

type snapshot struct {
	db  *DB
	txn *engine.Txn
}

// Close implements kv.Snapshot.
func (s *snapshot) Close() {
	if s.txn == nil {
		return
	}
	s.txn.Discard()
	s.txn = nil
	s.db.gate.leave()
}

// Get implements kv.Snapshot.
func (s *snapshot) Get(ctx context.Context, key []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.get(key)
}

func (s *snapshot) get(key []byte) ([]byte, error) {
	item, err := s.txn.Get(key)
	if errors.Is(err, engine.ErrKeyNotFound) {
		return nil, kv.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("badger: key %x: %w", key, err)
	}
	return valueOf(item, []byte{})
}

// valueOf copies a value into the given room, or into new; it is never nil.
// Of a value in a file of its own that it cannot read the engine says that it
// is empty.
func valueOf(item *engine.Item, room []byte) ([]byte, error) {
	value, err := item.ValueCopy(room)
	if err == nil && len(value) == 0 && item.ValueSize() > 0 {
		err = fmt.Errorf("value log (a .vlog file) %w: it does not hold the %d bytes that were written", kv.ErrDamaged, item.ValueSize())
	}
	if err != nil {
		return nil, fmt.Errorf("badger: value of key %x: %w", item.Key(), err)
	}
	if value == nil {
		value = []byte{}
	}
	return value, nil
}

// GetMany implements kv.Snapshot.
func (s *snapshot) GetMany(ctx context.Context, keys [][]byte) ([][]byte, error) {
	if len(keys) >= manyKeys {
		return s.collect(ctx, keys)
	}
	out := make([][]byte, len(keys))
	for i, key := range keys {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		value, err := s.get(key)
		if err == nil {
			out[i] = value
		} else if !errors.Is(err, kv.ErrNotFound) {
			return nil, err
		}
	}
	return out, nil
}

const (
	// manyKeys is from how many keys on a pass over the tables may be cheaper
	// than as many look-ups.
	manyKeys = 64
	// nearKeys is how many keys a pass steps over before it gives up.
	nearKeys = 8
	// farKeys is how many keys are then looked up one by one, which for those
	// that are not there costs no reading, before the pass is tried again.
	farKeys = 16
)

// collect reads many keys in order: in one pass where they lie close together,
// since neighbours share blocks, and one by one where they do not.
func (s *snapshot) collect(ctx context.Context, keys [][]byte) ([][]byte, error) {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(keys[a], keys[b]) })
	p := &pass{snapshot: s, prefix: common(keys[order[0]], keys[order[len(order)-1]])}
	defer p.close()
	out := make([][]byte, len(keys))
	for n, i := range order {
		if n%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var err error
		if out[i], err = p.read(keys[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pass reads ascending keys.
type pass struct {
	*snapshot
	prefix []byte
	it     *engine.Iterator // nil until it is worth one
	far    int              // keys left to be looked up one by one
}

func (p *pass) close() {
	if p.it != nil {
		p.it.Close()
	}
}

// read is the value of the next key, nil if there is none.
func (p *pass) read(key []byte) ([]byte, error) {
	if p.far == 0 && !p.reach(key) {
		p.far = farKeys
	}
	if p.far > 0 {
		if p.far--; p.far == 0 {
			p.seek(key)
		} else {
			value, err := p.get(key)
			if errors.Is(err, kv.ErrNotFound) {
				return nil, nil
			}
			return value, err
		}
	}
	if !p.it.Valid() || !bytes.Equal(p.it.Item().Key(), key) {
		return nil, nil
	}
	return valueOf(p.it.Item(), nil)
}

// reach steps to the first key that is not before the one given, unless that is
// far away.
func (p *pass) reach(key []byte) bool {
	if p.it == nil {
		p.seek(key)
		return true
	}
	for steps := 0; p.it.Valid() && bytes.Compare(p.it.Item().Key(), key) < 0; steps++ {
		if steps == nearKeys {
			return false
		}
		p.it.Next()
	}
	return true
}

func (p *pass) seek(key []byte) {
	if p.it == nil {
		p.it = p.txn.NewIterator(engine.IteratorOptions{Prefix: p.prefix})
	}
	p.it.Seek(key)
}

// FirstMany implements kv.Snapshot, for ranges that go forward.
func (s *snapshot) FirstMany(ctx context.Context, ranges []kv.Range) ([][]byte, error) {
	if len(ranges) == 0 {
		return nil, nil
	}
	prefix := common(ranges[0].From, ranges[0].To)
	for _, r := range ranges {
		prefix = common(prefix, common(r.From, r.To))
	}
	p := &pass{snapshot: s, prefix: prefix}
	defer p.close()
	out := make([][]byte, len(ranges))
	for i, r := range ranges {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if i > 0 && bytes.Compare(r.From, ranges[i-1].From) < 0 || !p.reach(r.From) {
			p.seek(r.From)
		}
		if !p.it.Valid() || r.To != nil && bytes.Compare(p.it.Item().Key(), r.To) >= 0 {
			continue
		}
		var err error
		if out[i], err = valueOf(p.it.Item(), nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Range implements kv.Snapshot.
func (s *snapshot) Range(ctx context.Context, r kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		opt := engine.IteratorOptions{Reverse: r.Reverse, Prefix: common(r.From, r.To)}
		if !r.Reverse && r.To != nil && bytes.Equal(r.To, kv.After(r.From)) {
			opt.Prefix = r.From // lets the engine pass over whole tables
		}
		it := s.txn.NewIterator(opt)
		defer it.Close()
		if r.Reverse {
			it.Seek(r.To)
			if r.To != nil && it.Valid() && bytes.Compare(it.Item().Key(), r.To) >= 0 {
				it.Next()
			}
		} else {
			it.Seek(r.From)
		}
		var key, value []byte
		for n := 0; it.Valid(); n++ {
			if n%64 == 0 && ctx.Err() != nil {
				yield(kv.Pair{}, ctx.Err())
				return
			}
			item := it.Item()
			key = item.KeyCopy(key)
			if !r.Reverse && r.To != nil && bytes.Compare(key, r.To) >= 0 ||
				r.Reverse && bytes.Compare(key, r.From) < 0 {
				return
			}
			p := kv.Pair{Key: key}
			if !r.KeysOnly {
				var err error
				if value, err = valueOf(item, value); err != nil {
					yield(kv.Pair{}, err)
					return
				}
				p.Value = value
			}
			if !yield(p, nil) {
				return
			}
			it.Next()
		}
	}
}

// common is the prefix that all keys of a range share.
func common(from, to []byte) []byte {
	n := 0
	for n < len(from) && n < len(to) && from[n] == to[n] {
		n++
	}
	return from[:n]
}
