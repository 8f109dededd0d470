package webapi

import (
	"context"

	"calipso/graph/catalog"
)

// objectType is one type of objects, in words.
type objectType struct {
	Type        string `json:"type" doc:"as in objects"`
	Name        string `json:"name" doc:"what people call one of them"`
	Plural      string `json:"plural" doc:"what people call several of them"`
	Description string `json:"description" doc:"what it is"`
	Layer       int    `json:"layer" doc:"place in pictures, from the guest (1) to the network (9); 0: above these"`
}

type objectTypesReply struct{ Body ListBody[objectType] }

// listObjectTypes serves GET /api/v1/object-types: the catalog, in the order
// of the tree.
func (a *API) listObjectTypes(_ context.Context, in *struct{ PageQuery }) (*objectTypesReply, error) {
	var all []objectType
	for _, t := range catalog.VertexTypes() {
		all = append(all, objectType{string(t.Type), t.Name, t.Plural, t.Description, t.Layer})
	}
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &objectTypesReply{Body: body}, nil
}
