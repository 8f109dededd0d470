package webapi

import (
	"context"
	"net/http"

	"calipso/graph"
	"calipso/graph/reference"
)

type newTemplateRequest struct{ Body rowDoc }

// addTemplate serves POST /api/v1/monitoring-config-templates: 201, 409, 422.
func (a *API) addTemplate(ctx context.Context, in *newTemplateRequest) (*docReply[rowDoc], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	r, err := in.Body.row()
	if err != nil {
		return nil, err
	}
	if r, err = a.opt.Reference.Templates.Add(ctx, a.by(ctx), r); err != nil {
		return nil, err
	}
	b := newRowDoc(r)
	return change(b, http.StatusCreated, b, "/api/v1/monitoring-config-templates/"+string(r.ID))
}

type changeTemplateRequest struct {
	RulePath
	IfMatch
	Body rowDoc
}

// changeTemplate serves PUT /api/v1/monitoring-config-templates/{id}: 200, 404, 409,
// 412, 422.
func (a *API) changeTemplate(ctx context.Context, in *changeTemplateRequest) (*docReply[rowDoc], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	r, err := in.Body.row()
	if err != nil {
		return nil, err
	}
	if r, err = a.opt.Reference.Templates.Change(ctx, a.by(ctx), in.ID, r, in.row); err != nil {
		return nil, err
	}
	b := newRowDoc(r)
	return change(b, http.StatusOK, b, "")
}

type removeTemplateRequest struct {
	RulePath
	IfMatch
}

// removeTemplate serves DELETE /api/v1/monitoring-config-templates/{id}: 204, 404, 412.
func (a *API) removeTemplate(ctx context.Context, in *removeTemplateRequest) (*struct{}, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	return nil, a.opt.Reference.Templates.Remove(ctx, a.by(ctx), in.ID, in.row)
}

func (c IfMatch) row(old reference.Row) error { return c.allow(newRowDoc(old)) }

// row is what a client sent, as the store takes it.
func (d rowDoc) row() (reference.Row, error) {
	body, err := graph.Normalize(map[string]any(d))
	if err != nil {
		return reference.Row{}, err
	}
	return reference.Row{Body: body.(map[string]any)}, nil
}
