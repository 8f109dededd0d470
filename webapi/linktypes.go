package webapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/reference"
)

// LinkTypeBody is one type of links.
type LinkTypeBody struct {
	ID          graph.OID        `json:"id,omitempty" readOnly:"true" doc:"given by the server" example:"5f3bf001b7e4d1c6a08f0001"`
	Type        graph.EdgeType   `json:"type,omitempty" maxLength:"200" doc:"types of both ends, joined by one dash; this or the ends" example:"vnic-host_pnic"`
	Description string           `json:"description" required:"false" maxLength:"4000" doc:"what such a link means; default: the type" example:"interface is passed through to a guest"`
	From        graph.VertexType `json:"endPointA,omitempty" maxLength:"100" doc:"object type that it leads from" example:"vnic"`
	To          graph.VertexType `json:"endPointB,omitempty" maxLength:"100" doc:"object type that it leads to" example:"host_pnic"`
	Shipped     bool             `json:"shipped" readOnly:"true" doc:"it comes with Calipso and cannot be changed"`
	Stored      bool             `json:"stored" readOnly:"true" doc:"discovery finds such links; else it is the mirror of one that is found, or a user's own"`
}

func newLinkTypeBody(t reference.LinkType) LinkTypeBody {
	from, to, _ := t.Type.Ends()
	return LinkTypeBody{t.ID, t.Type, t.Description, from, to, t.Shipped, t.Stored}
}

func (b LinkTypeBody) linkType() (reference.LinkType, error) {
	t := reference.LinkType{Type: b.Type, Description: b.Description}
	if b.From == "" && b.To == "" {
		return t, nil
	}
	joined := graph.EdgeTypeOf(b.From, b.To)
	if t.Type == "" {
		t.Type = joined
	}
	if t.Type != joined {
		return t, &graph.InvalidError{What: "link type", Fields: []graph.FieldError{{Field: "type", Reason: fmt.Sprintf("%q is not what endPointA and endPointB make, which is %q; give one or the other", t.Type, joined)}}}
	}
	return t, nil
}

type linkTypeListRequest struct {
	PageQuery
	End string `query:"end" maxLength:"100" doc:"only those that end at objects of this type" example:"vnic"`
	OriginQuery
}

type linkTypeListReply struct{ Body ListBody[LinkTypeBody] }

// listLinkTypes serves GET /api/v1/link-types.
func (a *API) listLinkTypes(ctx context.Context, in *linkTypeListRequest) (*linkTypeListReply, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	all, err := a.opt.Reference.LinkTypes.List(ctx)
	if err != nil {
		return nil, err
	}
	list := []LinkTypeBody{}
	for _, t := range all {
		b := newLinkTypeBody(t)
		if in.wants(t.Shipped) && (in.End == "" || slices.Contains([]graph.VertexType{b.From, b.To}, graph.VertexType(in.End))) {
			list = append(list, b)
		}
	}
	body, err := pageOf(list, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &linkTypeListReply{Body: body}, nil
}

// LinkTypePath is a link type in a path.
type LinkTypePath struct {
	Type string `path:"type" maxLength:"200" doc:"the type, or its id" example:"vnic-host_pnic"`
}

type linkTypeRequest struct {
	LinkTypePath
	IfNoneMatch
}

// getLinkType serves GET /api/v1/link-types/{type}: 200, 304, 404.
func (a *API) getLinkType(ctx context.Context, in *linkTypeRequest) (*docReply[LinkTypeBody], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	t, err := a.opt.Reference.LinkTypes.Get(ctx, in.Type)
	if err != nil {
		return nil, err
	}
	return reply(newLinkTypeBody(t), in.IfNoneMatch)
}

type newLinkTypeRequest struct{ Body LinkTypeBody }

// addLinkType serves POST /api/v1/link-types: 201, 409, 422.
func (a *API) addLinkType(ctx context.Context, in *newLinkTypeRequest) (*docReply[LinkTypeBody], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	t, err := in.Body.linkType()
	if err != nil {
		return nil, err
	}
	if t, err = a.opt.Reference.LinkTypes.Add(ctx, a.by(ctx), t); err != nil {
		return nil, err
	}
	b := newLinkTypeBody(t)
	return change(b, http.StatusCreated, b, "/api/v1/link-types/"+escapePath(string(t.Type)))
}

type changeLinkTypeRequest struct {
	LinkTypePath
	IfMatch
	Body LinkTypeBody
}

// changeLinkType serves PUT /api/v1/link-types/{type}: 200, 404, 409, 412, 422.
func (a *API) changeLinkType(ctx context.Context, in *changeLinkTypeRequest) (*docReply[LinkTypeBody], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	old, err := a.opt.Reference.LinkTypes.Get(ctx, in.Type)
	if err != nil {
		return nil, err
	}
	t, err := in.Body.linkType()
	if err != nil {
		return nil, err
	}
	if t.Type == "" {
		t.Type = old.Type
	}
	t, err = a.opt.Reference.LinkTypes.Change(ctx, a.by(ctx), string(old.ID), t, func(old reference.LinkType) error { return in.allow(newLinkTypeBody(old)) })
	if err != nil {
		return nil, err
	}
	b := newLinkTypeBody(t)
	return change(b, http.StatusOK, b, "")
}

type removeLinkTypeRequest struct {
	LinkTypePath
	IfMatch
}

// removeLinkType serves DELETE /api/v1/link-types/{type}: 204, 404, 409 with
// what uses it, 412.
func (a *API) removeLinkType(ctx context.Context, in *removeLinkTypeRequest) (*struct{}, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	err := a.opt.Reference.LinkTypes.Remove(ctx, a.by(ctx), in.Type, func(old reference.LinkType) error { return in.allow(newLinkTypeBody(old)) })
	return nil, a.seenUses(ctx, err)
}
