package graph

import (
	"context"

	"calipso/graph/kv"
)

// piece is a part of one chunk of the log.
type piece struct {
	key    []byte
	time   Time
	before []entry // decided already
	now    []entry
	after  []entry // for another step
	heads  [][]byte
}

// pieces reads the next entries with the heads of what they are about; more
// tells whether there are others.
func (t *thinner) pieces(ctx context.Context) (out []piece, more bool, err error) {
	budget := thinEntries
	rng := kv.Range{From: t.next, To: t.room.time(kindChanges, t.gap.Until+1)}
	for p, err := range t.Range(ctx, rng) {
		if err != nil {
			return nil, false, err
		}
		if budget == 0 {
			more = true
			break
		}
		list, err := decodeEntries(p.Value)
		if err != nil {
			return nil, false, err
		}
		at, err := timeAt(p.Key)
		if err != nil {
			return nil, false, err
		}
		from := min(t.offset, len(list))
		to := min(len(list), from+budget)
		t.offset = 0
		budget -= to - from
		out = append(out, piece{
			key: append([]byte(nil), p.Key...), time: at,
			before: list[:from], now: list[from:to], after: list[to:],
		})
		more = more || to < len(list)
	}
	var keys [][]byte
	for _, p := range out {
		for _, e := range p.now {
			keys = append(keys, t.headKey(e))
		}
	}
	heads, err := t.GetMany(ctx, keys)
	if err != nil {
		return nil, false, err
	}
	for i := range out {
		out[i].heads, heads = heads[:len(out[i].now)], heads[len(out[i].now):]
	}
	return out, more, nil
}

// piece decides about entries; whole is false if the batch filled up on the
// way. The place where to go on is noted.
func (t *thinner) piece(ctx context.Context, p piece) (whole bool, err error) {
	kept := append([]entry(nil), p.before...)
	n := 0
	for ; n < len(p.now); n++ {
		if t.full() {
			break
		}
		stays, err := t.entry(ctx, p.time, p.now[n], p.heads[n])
		if err != nil {
			return false, err
		}
		if stays {
			t.left[p.time] = true
		}
		if stays || t.dry {
			kept = append(kept, p.now[n])
		}
	}
	t.next, t.offset = p.key, len(kept)
	rest := append(append([]entry(nil), p.now[n:]...), p.after...)
	if len(kept) < len(p.before)+n {
		t.rewrite(p, append(kept, rest...))
	}
	if whole = n == len(p.now); whole && len(rest) == 0 {
		t.next, t.offset = append(p.key, 0), 0
	}
	return whole, nil
}

func (t *thinner) rewrite(p piece, list []entry) {
	if len(list) == 0 {
		t.batch.Delete(p.key)
		return
	}
	b := []byte{formatVersion}
	for _, e := range list {
		b = e.append(b)
	}
	t.batch.Put(p.key, b)
}

// full tells that nothing more should go into the batch.
func (t *thinner) full() bool {
	ops, bytes := t.batch.Len()+len(t.lists), t.batch.Bytes()
	for key, list := range t.lists {
		bytes += len(key) + len(list)
	}
	return ops > 0 && bytes >= t.s.opt.BatchBytes/2 || ops >= kv.MaxBatchOps/2
}

// commits removes the records of commits of which nothing is left, as far as
// all their entries are decided.
func (t *thinner) commits(ctx context.Context, pieces []piece, more bool) (bool, error) {
	to := t.gap.Until
	if more {
		to = pieces[len(pieces)-1].time - 1
	}
	rng := keysOnly(kv.Range{From: t.room.time(kindCommit, t.heads+1), To: t.room.time(kindCommit, to+1)})
	for p, err := range t.Range(ctx, rng) {
		if err != nil {
			return false, err
		}
		at, err := timeAt(p.Key)
		if err != nil {
			return false, err
		}
		if t.batch.Len()+len(t.lists) >= kv.MaxBatchOps-1 {
			return true, nil
		}
		t.heads = at
		if !t.left[at] && at != t.gap.Until {
			t.batch.Delete(append([]byte(nil), p.Key...))
			t.done.Commits++
		}
		delete(t.left, at)
	}
	t.heads = to
	return more, nil
}
