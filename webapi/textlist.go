package webapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// TextList is a list of texts. One alone may be sent without brackets, as the
// documented collections have it.
type TextList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *TextList) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*l = nil
		if one != "" {
			*l = TextList{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(l))
}

// MarshalJSON implements json.Marshaler: always a list.
func (l TextList) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]string(l))
}

// Schema describes it for OpenAPI.
func (TextList) Schema(huma.Registry) *huma.Schema {
	text := &huma.Schema{Type: huma.TypeString}
	most := 100
	list := &huma.Schema{Type: huma.TypeArray, Items: text, MaxItems: &most}
	for _, s := range []*huma.Schema{text, list} {
		s.PrecomputeMessages()
	}
	return &huma.Schema{OneOf: []*huma.Schema{text, list}}
}
