package importexport

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
)

// oidFields are the members that hold document ids, as text inside and as
// ObjectIDs in documents.
var oidFields = map[string]bool{"ref_id": true, "origin_id": true, "clique_type": true, "focal_point": true}

// Encode turns a document in graph form into BSON: _id first, other keys in
// order and encoded as MongoDB wants them, secrets masked.
//
// Errors: a value that has no documented form, with its key.
func Encode(m map[string]any) (bson.D, error) {
	d := make(bson.D, 0, len(m))
	if id, ok := m["_id"]; ok {
		d = append(d, bson.E{Key: "_id", Value: encodeID(id)})
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k == "_id" {
			continue
		}
		v, err := encodeValue(m[k])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		if s, ok := v.(string); ok && oidFields[k] {
			v = encodeID(s)
		}
		d = append(d, bson.E{Key: encodeKey(k), Value: v})
	}
	return d, nil
}

// encodeID makes an ObjectID of 24 hex digits and leaves other ids as they are.
func encodeID(v any) any {
	s := fmt.Sprint(v)
	if oid, err := bson.ObjectIDFromHex(s); err == nil {
		return oid
	}
	return s
}

func encodeValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int64, float64:
		return v, nil
	case int:
		return int64(v), nil
	case time.Time:
		return bson.NewDateTimeFromTime(v), nil
	case graph.Secret:
		return v.String(), nil
	case graph.OID:
		return encodeID(v), nil
	case graph.Attrs:
		return Encode(v)
	case map[string]any:
		return Encode(v)
	case []any:
		list := make(bson.A, len(v))
		for i, e := range v {
			n, err := encodeValue(e)
			if err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
			list[i] = n
		}
		return list, nil
	case []graph.OID:
		list := make(bson.A, len(v))
		for i, e := range v {
			list[i] = encodeID(e)
		}
		return list, nil
	case []bson.D:
		list := make(bson.A, len(v))
		for i, e := range v {
			list[i] = e
		}
		return list, nil
	}
	return nil, fmt.Errorf("importexport: a %T has no documented form", v)
}
