package graph

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// Document reads one document, its secrets open.
//
// Errors: ErrNotFound.
func (v *View) Document(ctx context.Context, c Collection, id string) (*Document, error) {
	var out *Document
	k := DocKey{c, id}
	err := v.read(ctx, func(r records) error {
		head, err := r.Get(ctx, r.room.doc(k))
		if errors.Is(err, kv.ErrNotFound) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		d, err := r.docAsOf(ctx, k, head)
		if err != nil || d == nil {
			return orNotFound(err)
		}
		out, err = v.s.seal.decodeDoc(k, d.body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("graph: document %q of %s of %q: %w", id, c, v.e.id, err)
	}
	return out, nil
}

// Documents iterates over the documents of a collection by id, their secrets
// open.
func (v *View) Documents(ctx context.Context, c Collection) iter.Seq2[*Document, error] {
	return v.DocumentsFrom(ctx, c, "")
}

// DocumentsFrom is Documents from an id on, whether there is one of that id or
// not.
func (v *View) DocumentsFrom(ctx context.Context, c Collection, id string) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		err := v.read(ctx, func(r records) error {
			prefix := r.room.docPrefix(c)
			rng := kv.Prefix(prefix)
			rng.From = r.room.doc(DocKey{c, id})
			for p, err := range r.Range(ctx, rng) {
				if err != nil {
					return err
				}
				k := DocKey{c, string(p.Key[len(prefix):])}
				d, err := r.docAsOf(ctx, k, p.Value)
				if err != nil {
					return fmt.Errorf("document %q: %w", k.ID, err)
				}
				if d == nil {
					continue
				}
				doc, err := v.s.seal.decodeDoc(k, d.body)
				if err != nil {
					return fmt.Errorf("document %q: %w", k.ID, err)
				}
				if !yield(doc, nil) {
					return errStop
				}
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(nil, fmt.Errorf("graph: documents of %s of %q: %w", c, v.e.id, err))
		}
	}
}
