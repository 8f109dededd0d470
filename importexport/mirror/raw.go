package mirror

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// idOf is the id of a document: an ObjectID or a text; other ones, which only
// strangers write, are kept as their bytes.
func idOf(d bson.Raw) (any, error) {
	v, err := d.LookupErr("_id")
	if err != nil {
		return nil, fmt.Errorf("mirror: a document without _id: %w", err)
	}
	return idValue(v), nil
}

func idValue(v bson.RawValue) any {
	if id, ok := v.ObjectIDOK(); ok {
		return id
	}
	if text, ok := v.StringValueOK(); ok {
		return text
	}
	return strangeID{v.Type, string(v.Value)}
}

// strangeID is an id of another type.
type strangeID struct {
	typ   bson.Type
	value string
}

// MarshalBSONValue implements bson.ValueMarshaler: the id as it was found.
func (s strangeID) MarshalBSONValue() (byte, []byte, error) { return byte(s.typ), []byte(s.value), nil }

// raw is a document as bytes with its id; nil for none.
func raw(d bson.D) (id any, b bson.Raw, err error) {
	if d == nil {
		return nil, nil, nil
	}
	if b, err = bson.Marshal(d); err != nil {
		return nil, nil, fmt.Errorf("mirror: document %v: %w", d[0].Value, err)
	}
	return d[0].Value, b, nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// idSet is a set of ids, by 64 bits of a hash each.
type idSet struct {
	seed   maphash.Seed
	hashes []uint64
	sorted bool
}

func newIDSet() *idSet { return &idSet{seed: maphash.MakeSeed()} }

func (s *idSet) add(id any) { s.hashes = append(s.hashes, maphash.Comparable(s.seed, id)) }

// has may be called once all are added.
func (s *idSet) has(id any) bool {
	if !s.sorted {
		slices.Sort(s.hashes)
		s.sorted = true
	}
	_, ok := slices.BinarySearch(s.hashes, maphash.Comparable(s.seed, id))
	return ok
}
