package importexport

import (
	"slices"

	"calipso/graph"
)

// collectionsIn lists the documented collections of one room, in order.
func collectionsIn(r room) []string {
	var out []string
	for c, k := range kinds {
		if k.room == r {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out
}

// envDocument makes a document of an environment; why says why it is not
// taken.
func envDocument(collection string, d Doc) (doc *graph.Document, why string) {
	if d.ID == "" {
		return nil, "no _id"
	}
	b := d.Body
	delete(b, "environment")
	switch graph.Collection(collection) {
	case graph.Parts:
		if name := b.String(partName); name != "" {
			d.ID = name
			delete(b, partName)
		}
	case graph.Scans:
		switch b.String("status") {
		case "pending", "running", "draft", "submitted":
			return nil, "the scan had not ended"
		}
	case graph.Messages:
		if s, ok := b["timestamp"].(string); ok {
			if t := moment(s); !t.IsZero() {
				b["timestamp"] = t
			}
		}
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Collection(collection), ID: d.ID}, Body: b}, ""
}
