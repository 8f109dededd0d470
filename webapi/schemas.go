package webapi

import "github.com/danielgtaylor/huma/v2"

// Schema describes the documented inventory shape for OpenAPI: the common
// fields; what else there is depends on the type.
func (objectDoc) Schema(r huma.Registry) *huma.Schema {
	return shared(r, "Object", []field{
		{"_id", huma.TypeString, "document id, 24 hex digits; what source and target of links name", true},
		{"environment", huma.TypeString, "name of the environment", true},
		{"id", huma.TypeString, "object id, unique in the environment", true},
		{"type", huma.TypeString, "object type", true},
		{"name", huma.TypeString, "display name", true},
		{"object_name", huma.TypeString, "short name", true},
		{"id_path", huma.TypeString, "ids from the environment down to the object, each after a slash", true},
		{"name_path", huma.TypeString, "the same with names", true},
		{"parent_id", huma.TypeString, "what it hangs under; the environment's name at the top", true},
		{"parent_type", huma.TypeString, "type of that; environment at the top", true},
		{"show_in_tree", huma.TypeBoolean, "always true", true},
		{"host", huma.TypeString, "host it is on", false},
		{"last_scanned", "date-time", "when its source last confirmed it", false},
		{"stale", huma.TypeBoolean, "its source did not answer the last time: this is what was known before", true},
		{"stale_reason", huma.TypeString, "why it did not", false},
		{"part", huma.TypeString, "the part of the scan that states it", false},
	}, "An object in the documented inventory shape. Further attributes, by type, stand beside these fields.")
}

// Schema describes the documented shape of a link for OpenAPI.
func (linkDoc) Schema(r huma.Registry) *huma.Schema {
	return shared(r, "Link", []field{
		{"_id", huma.TypeString, "document id, 24 hex digits", true},
		{"environment", huma.TypeString, "name of the environment", true},
		{"link_type", huma.TypeString, "types of its ends, joined by a dash", true},
		{"link_name", huma.TypeString, "label: a MAC address, a port, a segment", true},
		{"source", huma.TypeString, "_id of the object it leads from", true},
		{"source_id", huma.TypeString, "its object id", true},
		{"target", huma.TypeString, "_id of the object it leads to", true},
		{"target_id", huma.TypeString, "its object id", true},
		{"state", huma.TypeString, "up or down", true},
		{"link_weight", huma.TypeInteger, "always 0", true},
		{"source_label", huma.TypeString, "label of the near end", true},
		{"target_label", huma.TypeString, "label of the far end", true},
		{"implicit", huma.TypeBoolean, "derived by chaining other links", true},
		{"attributes", huma.TypeObject, "constraint values, such as network, and extras", true},
		{"host", huma.TypeString, "host it lies on", false},
		{"switch", huma.TypeString, "switch it lies on", false},
		{"last_scanned", "date-time", "when its source last confirmed it", false},
	}, "A link in the documented shape.")
}

type field struct {
	name, kind, doc string
	always          bool
}

// shared registers a schema once and refers to it.
func shared(r huma.Registry, name string, fields []field, doc string) *huma.Schema {
	if _, known := r.Map()[name]; !known {
		s := &huma.Schema{Type: huma.TypeObject, Description: doc, Properties: map[string]*huma.Schema{}, AdditionalProperties: true}
		for _, f := range fields {
			p := &huma.Schema{Type: f.kind, Description: f.doc}
			if f.kind == "date-time" {
				p.Type, p.Format = huma.TypeString, f.kind
			}
			s.Properties[f.name] = p
			if f.always {
				s.Required = append(s.Required, f.name)
			}
		}
		s.PrecomputeMessages()
		r.Map()[name] = s
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}
