package legacy

import (
	"context"
	"strings"
	"time"

	"calipso/graph"
)

// dateForm is how the old API writes times: UTC, without saying so.
const dateForm = "2006-01-02T15:04:05.000000"

// present brings a document of the store into the shapes of the wire: times,
// document ids and secrets as text. What is given is not changed.
func (q *Request) present(ctx context.Context, v any) any {
	p := presenter{reveal: q.api.opt.RevealSecrets && q.api.host.Administrator(ctx)}
	return p.value("", v)
}

type presenter struct{ reveal bool }

func (p presenter) value(key string, v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(dateForm)
	case string:
		return dated(key, v)
	case graph.OID:
		return string(v)
	case graph.Secret:
		if p.reveal {
			return v.Reveal()
		}
		return v.String()
	case []graph.OID:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = string(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = p.value(key, e)
		}
		return out
	case []map[string]any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = p.value(key, e)
		}
		return out
	case graph.Attrs:
		return p.object(v)
	case map[string]any:
		return p.object(v)
	}
	return v
}

func (p presenter) object(m map[string]any) any {
	if m == nil {
		return nil
	}
	out := make(map[string]any, len(m))
	for k, e := range m {
		out[k] = p.value(k, e)
	}
	return out
}

// dated brings a time that the store keeps as text into the form of all
// others.
func dated(key, text string) string {
	if !strings.HasSuffix(key, "timestamp") && key != "last_scanned" {
		return text
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return t.UTC().Format(dateForm)
}
