package graph

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph/kv"
)

// headKey and older lead to the versions of what an entry is about.
func (t *thinner) headKey(e entry) []byte {
	switch e.what {
	case entryVertex:
		return t.room.num(kindVertex, e.num)
	case entryEdge:
		return t.room.num(kindEdge, e.num)
	}
	return t.room.doc(e.doc)
}

func (t *thinner) olderPrefix(e entry) []byte {
	switch e.what {
	case entryVertex:
		return t.room.num(kindVertexOld, e.num)
	case entryEdge:
		return t.room.num(kindEdgeOld, e.num)
	}
	return t.room.docOld(e.doc)
}

// entry decides about the version that a commit made of one thing, and drops it
// unless it stays. The head may be one that this step has replaced: only a
// version older than the one in question takes its place then.
func (t *thinner) entry(ctx context.Context, at Time, e entry, head []byte) (stays bool, err error) {
	shown, err := t.versionAt(ctx, e, head, t.gap.Until)
	if err != nil {
		return false, err
	}
	if shown != nil {
		time, deleted, err := decodeHead(shown, docHead)
		if err != nil {
			return false, err
		}
		if time == at {
			if stays = !deleted || at == t.since; !stays {
				stays, err = t.thereAt(ctx, e, head, t.gap.From)
			}
			if stays || err != nil {
				return stays, err
			}
		}
	}
	return false, t.drop(ctx, at, e, head, shown)
}

// versionAt is the version of a thing at a time; nil if there is none.
func (t *thinner) versionAt(ctx context.Context, e entry, head []byte, at Time) ([]byte, error) {
	if head == nil || at == 0 {
		return nil, nil
	}
	time, _, err := decodeHead(head, docHead)
	if err != nil || time <= at {
		return head, err
	}
	return t.older(ctx, t.olderPrefix(e), at)
}

func (t *thinner) thereAt(ctx context.Context, e entry, head []byte, at Time) (bool, error) {
	b, err := t.versionAt(ctx, e, head, at)
	if err != nil || b == nil {
		return false, err
	}
	_, deleted, err := decodeHead(b, docHead)
	return !deleted, err
}

// drop removes a version; shown is the one at the end of the gap.
func (t *thinner) drop(ctx context.Context, at Time, e entry, head, shown []byte) error {
	key, rec := t.headKey(e), head
	newest := false
	if head != nil {
		time, _, err := decodeHead(head, docHead)
		if err != nil {
			return err
		}
		newest = time == at
	}
	if !newest {
		key = version(t.olderPrefix(e), at)
		var err error
		if rec, err = t.Get(ctx, key); errors.Is(err, kv.ErrNotFound) {
			return nil // with its environment's document, or by a step that was cut off
		} else if err != nil {
			return err
		}
	}
	t.done.Versions++
	t.done.Bytes += int64(len(key) + len(rec))
	if t.dry {
		return nil
	}
	var before []byte // an earlier deletion that takes the place of the newest version
	if newest {
		var err error
		if before, err = t.versionAt(ctx, e, head, t.gap.From); err != nil {
			return err
		}
	}
	if before == nil {
		t.remove(key)
	}
	if err := t.unindex(ctx, e, rec, shown, newest && before == nil); err != nil {
		return fmt.Errorf("version of %s: %w", at, err)
	}
	if before == nil {
		return nil
	}
	time, _, err := decodeHead(before, docHead)
	if err != nil {
		return err
	}
	t.batch.Put(key, before)
	t.remove(version(t.olderPrefix(e), time))
	return nil
}

// remove takes a key away, unless this step has done so before.
func (t *thinner) remove(key []byte) {
	if _, done := t.gone[string(key)]; done {
		return
	}
	t.gone[string(key)] = struct{}{}
	t.batch.Delete(key)
}
