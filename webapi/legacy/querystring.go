package legacy

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseQuery reads a query strictly: every part has a "=". A key that is given
// several times has a list.
func parseQuery(raw string) (map[string]any, error) {
	out := map[string]any{}
	if raw == "" {
		return out, nil
	}
	for part := range strings.SplitSeq(raw, "&") {
		key, value, ok := strings.Cut(part, "=")
		if !ok {
			return nil, BadRequest("Invalid query string: bad query field: '%s'", part)
		}
		key, value = unescape(key), unescape(value)
		switch old := out[key].(type) {
		case nil:
			out[key] = value
		case string:
			out[key] = []any{old, value}
		case []any:
			out[key] = append(old, value)
		}
	}
	return out, nil
}

// unescape decodes what is escaped and leaves alone what only looks so.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s):
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				b = append(b, '%')
				continue
			}
			b = append(b, byte(n))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	if !utf8.Valid(b) {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(b)
}
