package webapi

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calipso/graph"
)

// What appendJSON writes is what encoding/json writes, byte for byte.
func TestAppendJSONIsEncodingJSON(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, v any) {
		var want bytes.Buffer
		if err := writeJSON(&want, v); err != nil {
			t.Fatalf("%v: %v", v, err)
		}
		got, err := appendJSON(nil, v)
		if err != nil || string(got)+"\n" != want.String() {
			t.Fatalf("got %s, %v\nwant %s", got, err, want.Bytes())
		}
	}
	for _, v := range []any{
		"\x00\x1f\b\f\n\r\t\"\\/\x7f<>&", "ä—名\u2028\u2029\ufffd", "\xff\xc3(", 1e21, 1e-7, -1e-9, 1.5e-10, 0.1, math.MaxFloat64, 5e-324, 100.0, math.Copysign(0, -1),
		int64(math.MinInt64), time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC), graph.OID("5f"), []any(nil), map[string]any(nil), graph.Attrs{"b": nil, "a": true},
		[]string{"x"}, 7,
	} {
		check(t, v)
	}
	leaf := rapid.OneOf(rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return string(b) }))
	value := rapid.OneOf(leaf, rapid.SliceOf(leaf).AsAny(), rapid.MapOf(rapid.String(), leaf).AsAny(),
		rapid.MapOf(rapid.String(), rapid.SliceOf(leaf).AsAny()).AsAny())
	rapid.Check(t, func(t *rapid.T) { check(t, value.Draw(t, "value")) })
	for _, v := range []any{math.NaN(), math.Inf(1), map[string]any{"x": math.NaN()}} {
		if _, err := appendJSON(nil, v); err == nil {
			t.Errorf("%v was written", v)
		}
	}
	var back any
	if b, _ := appendJSON(nil, "\xff"); json.Unmarshal(b, &back) != nil {
		t.Errorf("%s is no JSON", b)
	}
}
