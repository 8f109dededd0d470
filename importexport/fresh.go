package importexport

import (
	"context"
	"time"

	"calipso/graph"
)

// Ids of documents in collection parts that stand for no single fetcher.
const (
	// importPart says when what was imported without parts was scanned.
	importPart = "import"
	// everyPart says when the last scan of the whole environment ended.
	everyPart = "*"
)

// partName is the member of a document of collection parts that names the part.
const partName = "name"

// freshness tells when the parts of an environment last answered completely.
type freshness map[string]graph.Attrs

func readFreshness(ctx context.Context, v View) (freshness, error) {
	f := freshness{}
	for d, err := range v.Documents(ctx, graph.Parts) {
		if err != nil {
			return nil, err
		}
		f[d.ID] = d.Body
	}
	return f, nil
}

// of is when a part last answered completely, and whether its last attempt
// failed. A part without a document of its own, or whose own is older, answered
// with the last scan of the whole environment.
func (f freshness) of(part string) (at time.Time, stale bool) {
	if part == "" {
		part = importPart
	}
	own, ok := f[part]
	at = moment(own["ok_time"])
	if ok && own.String("state") == "failed" {
		return at, true
	}
	if all := moment(f[everyPart]["ok_time"]); all.After(at) {
		at = all
	}
	return at, false
}

// moment reads a time, also where old documents hold it as text; zero if it is
// none.
func moment(v any) time.Time {
	switch v := v.(type) {
	case time.Time:
		return v.UTC()
	case string:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05.999999"} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UTC()
			}
		}
	}
	return time.Time{}
}
