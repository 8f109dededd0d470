package diff

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// Limits of rules that somebody makes.
const (
	maxKeys = 1000 // of one type
	maxKey  = 500  // bytes
)

// Validate tells every fault of rules.
func (r *Rules) Validate() error {
	var wrong []graph.FieldError
	for _, t := range slices.Sorted(maps.Keys(r.Ignore)) {
		at := "ignore." + string(t)
		if _, known := catalog.VertexTypeOf(t); !known && t != AllTypes && !catalog.IsFolder(t) {
			wrong = append(wrong, graph.FieldError{Field: at, Reason: fmt.Sprintf("%q is no object type; give one such as %q, or %q for all", t, graph.Host, AllTypes)})
		}
		wrong = append(wrong, checkKeys(at, r.Ignore[t])...)
	}
	wrong = append(wrong, checkKeys("ignore_links", r.IgnoreLinks)...)
	wrong = append(wrong, checkKeys("status", r.Status)...)
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "rules", Fields: wrong}
	}
	return nil
}

func checkKeys(at string, keys []string) []graph.FieldError {
	var wrong []graph.FieldError
	if len(keys) > maxKeys {
		wrong = append(wrong, graph.FieldError{Field: at, Reason: fmt.Sprintf("has more than %d keys", maxKeys)})
	}
	for i, k := range keys {
		if k == "" || len(k) > maxKey {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("%s[%d]", at, i), Reason: fmt.Sprintf("is empty or longer than %d bytes; give the key of a field such as \"updated_at\"", maxKey)})
		}
	}
	return wrong
}

// Completed is the rules with those built in where a member is not given, each
// list sorted.
func (r *Rules) Completed() *Rules {
	out, built := &Rules{Ignore: map[graph.VertexType][]string{}}, DefaultRules()
	ignore := r.Ignore
	if ignore == nil {
		ignore = built.Ignore
	}
	for t, keys := range ignore {
		out.Ignore[t] = sortedKeys(keys)
	}
	out.IgnoreLinks, out.Status = r.IgnoreLinks, r.Status
	if out.IgnoreLinks == nil {
		out.IgnoreLinks = built.IgnoreLinks
	}
	if out.Status == nil {
		out.Status = built.Status
	}
	out.IgnoreLinks, out.Status = sortedKeys(out.IgnoreLinks), sortedKeys(out.Status)
	return out
}

// sortedKeys is never nil.
func sortedKeys(keys []string) []string {
	out := append([]string{}, keys...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Version names rules by what they say: the same rules have the same version,
// in whatever order they are written.
func (r *Rules) Version() string {
	b, err := json.Marshal(r.Completed())
	if err != nil {
		panic(err) // texts only
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}
