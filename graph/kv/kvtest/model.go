package kvtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph/kv"
)

// model writes, drops and reads at random and compares with a map. All rounds
// share a database, each under a prefix of its own.
func model(t *testing.T, e Engine) {
	dir := t.TempDir()
	db := e.Open(t, dir)
	defer func() { _ = db.Close() }()
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		want := map[string]string{}
		key := rapid.Map(rapid.StringMatching(`[ab]{1,3}`), func(k string) string {
			return fmt.Sprintf("%06d/%s", round, k)
		})
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch rapid.IntRange(0, 49).Draw(r, "what") {
			case 0, 1:
				p := key.Draw(r, "prefix")
				ok(r, db.DropPrefix(r.Context(), []byte(p)))
				maps.DeleteFunc(want, func(k, _ string) bool { return strings.HasPrefix(k, p) })
			case 2:
				if !e.Volatile {
					ok(r, db.Close())
					db = e.Open(t, dir)
				}
			default:
				var b kv.Batch
				for range rapid.IntRange(1, 8).Draw(r, "ops") {
					k := key.Draw(r, "key")
					if rapid.Bool().Draw(r, "delete") {
						b.Delete([]byte(k))
						delete(want, k)
						continue
					}
					v := rapid.StringN(0, 3, 5).Draw(r, "value")
					b.Put([]byte(k), []byte(v))
					want[k] = v
				}
				ok(r, db.Write(r.Context(), &b))
			}
			rng := kv.Range{
				From: []byte(key.Draw(r, "from")), To: []byte(key.Draw(r, "to")),
				Reverse: rapid.Bool().Draw(r, "reverse"),
			}
			if rapid.Bool().Draw(r, "whole") {
				p := kv.Prefix(fmt.Appendf(nil, "%06d/", round))
				rng.From, rng.To = p.From, p.To
			}
			compare(r, db, rng, want)
		}
	})
}

func compare(t tester, db kv.DB, r kv.Range, want map[string]string) {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	ok(t, err)
	defer s.Close()
	pairs := []string{}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if k >= string(r.From) && k < string(r.To) {
			pairs = append(pairs, k+"="+want[k])
		}
	}
	if r.Reverse {
		slices.Reverse(pairs)
	}
	same(t, fmt.Sprintf("range %q to %q", r.From, r.To), list(t, s, r), pairs)
}
