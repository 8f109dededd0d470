package fields

import "strconv"

// memberKeys are the entries by which the elements of a list may be told
// apart, the best first.
var memberKeys = [...]string{"id", "name", "mac_address", "address"}

// memberKey is the entry by which all elements of two lists are told apart: one
// that each element has, and no two of the same list share. Empty: there is
// none, or no element at all.
func memberKey(a, b []any) string {
	if len(a)+len(b) == 0 {
		return ""
	}
	for _, key := range memberKeys {
		if distinct(a, key) && distinct(b, key) {
			return key
		}
	}
	return ""
}

func distinct(list []any, key string) bool {
	seen := make(map[string]struct{}, len(list))
	for _, e := range list {
		name := memberName(e, key)
		if _, again := seen[name]; again || name == "" {
			return false
		}
		seen[name] = struct{}{}
	}
	return true
}

// memberName is the text of the entry by which an element is known.
func memberName(e any, key string) string {
	m, _ := object(e)
	switch v := m[key].(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

func members(list []any, key string) map[string]any {
	out := make(map[string]any, len(list))
	for _, e := range list {
		out[memberName(e, key)] = e
	}
	return out
}
