package graph

import (
	"context"
	"fmt"
)

// putDocs makes documents true that differ from what is stored.
func (w *writer) putDocs(ctx context.Context, docs []*Document) error {
	for _, d := range docs {
		body, err := w.s.seal.encodeDoc(d)
		if err == nil {
			err = fits(body)
		}
		if err == nil {
			err = w.putDoc(ctx, d.DocKey, &docVersion{time: w.time, body: body})
		}
		if err != nil {
			return fmt.Errorf("document %q of %s: %w", d.ID, d.Collection, err)
		}
	}
	return nil
}

// deleteDocs removes documents that are there.
func (w *writer) deleteDocs(ctx context.Context, keys []DocKey) error {
	for _, k := range keys {
		if err := w.putDoc(ctx, k, &docVersion{time: w.time, deleted: true}); err != nil {
			return fmt.Errorf("document %q of %s: %w", k.ID, k.Collection, err)
		}
	}
	return nil
}

func (w *writer) putDoc(ctx context.Context, k DocKey, next *docVersion) error {
	key := w.e.room.doc(k)
	head, err := w.docHead(ctx, k, key)
	if err != nil {
		return err
	}
	there := head != nil && !head.deleted
	switch {
	case next.deleted && !there:
		return nil
	case !next.deleted && there && string(head.body) == string(next.body):
		return nil
	case head != nil && head.time == w.time:
		return fmt.Errorf("is given twice, in two forms: %w", ErrConflict)
	}
	size := len(next.body) + 2*len(key) + 256
	if head != nil {
		size += len(head.body)
	}
	if err := w.room(ctx, size); err != nil {
		return err
	}
	if head != nil {
		w.batch.Put(version(w.e.room.docOld(k), head.time), head.encode())
	}
	w.batch.Put(key, next.encode())
	op := Changed
	switch {
	case next.deleted:
		op = Removed
	case !there:
		op = Added
	}
	return w.changed(ctx, entry{op: op, what: entryDoc, doc: k}, Change{Op: op, Doc: &DocKey{k.Collection, k.ID}})
}

// docHead reads the newest version of a document, which this commit may have
// written.
func (w *writer) docHead(ctx context.Context, k DocKey, key []byte) (*docVersion, error) {
	if _, again := w.docs[k]; again {
		if err := w.flush(ctx); err != nil {
			return nil, err
		}
	}
	w.docs[k] = struct{}{}
	b, err := w.s.get(ctx, key)
	if err != nil || b == nil {
		return nil, err
	}
	d, err := decodeDocVersion(b)
	return &d, err
}
