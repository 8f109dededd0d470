package webapi

import (
	"context"
	"net/http"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/reference"
)

// ConstantEntry is one allowed value.
type ConstantEntry struct {
	Label string `json:"label" required:"false" maxLength:"200" doc:"what lists show for it; default: the value" example:"Completed with errors"`
	Value string `json:"value" maxLength:"200" doc:"what documents hold" example:"completed_with_errors"`
}

// ConstantBody is an enumeration of the documented schema.
type ConstantBody struct {
	ID              graph.OID       `json:"id,omitempty" readOnly:"true" doc:"given by the server"`
	Name            string          `json:"name,omitempty" maxLength:"100" doc:"as in the path" example:"distributions"`
	EnvironmentType string          `json:"environment_type,omitempty" maxLength:"100" doc:"the type of environments it is for; absent: all" example:"OpenStack"`
	Data            []ConstantEntry `json:"data" maxItems:"1000" nullable:"false" doc:"the values, in the order that lists show them"`
	Shipped         bool            `json:"shipped" readOnly:"true" doc:"it comes with Calipso, and nobody has set other values"`
	Fixed           bool            `json:"fixed" readOnly:"true" doc:"its values cannot be set: they are the program's own words, or follow from other tables"`
}

func newConstantBody(c reference.Constant) ConstantBody {
	b := ConstantBody{c.ID, c.Name, c.EnvironmentType, make([]ConstantEntry, len(c.Data)), c.Shipped, c.Fixed}
	for i, e := range c.Data {
		b.Data[i] = ConstantEntry(e)
	}
	return b
}

type constantListRequest struct {
	PageQuery
	EnvironmentType string `query:"environment_type" maxLength:"100" doc:"only those for this type of environments, or for all" example:"OpenStack"`
	OriginQuery
}

type constantListReply struct{ Body ListBody[ConstantBody] }

// listConstants serves GET /api/v1/constants.
func (a *API) listConstants(ctx context.Context, in *constantListRequest) (*constantListReply, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	all, err := a.opt.Reference.Constants(ctx)
	if err != nil {
		return nil, err
	}
	list := []ConstantBody{}
	for _, c := range all {
		if in.wants(c.Shipped) && (in.EnvironmentType == "" || c.EnvironmentType == "" || c.EnvironmentType == in.EnvironmentType) {
			list = append(list, newConstantBody(c))
		}
	}
	body, err := pageOf(list, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &constantListReply{Body: body}, nil
}

// ConstantPath is an enumeration in a path.
type ConstantPath struct {
	Name string `path:"name" maxLength:"100" doc:"name of the constant" example:"distributions"`
}

// ConstantType says for which environments an enumeration is.
type ConstantType struct {
	EnvironmentType string `query:"environment_type" maxLength:"100" doc:"the type of environments that it is for; absent: OpenStack, or all" example:"OpenStack"`
}

type constantRequest struct {
	ConstantPath
	ConstantType
	IfNoneMatch
}

// getConstant serves GET /api/v1/constants/{name}: 200, 304, 404.
func (a *API) getConstant(ctx context.Context, in *constantRequest) (*docReply[ConstantBody], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	c, err := a.opt.Reference.Constant(ctx, in.Name, in.EnvironmentType)
	if err != nil {
		return nil, err
	}
	return reply(newConstantBody(c), in.IfNoneMatch)
}

type setConstantRequest struct {
	ConstantPath
	IfMatch
	Body ConstantBody
}

// setConstant serves PUT /api/v1/constants/{name}: 200, 201 for a new one, 409,
// 412, 422.
func (a *API) setConstant(ctx context.Context, in *setConstantRequest) (*docReply[ConstantBody], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	c := catalog.Constant{Name: in.Name, EnvironmentType: in.Body.EnvironmentType}
	if in.Body.Name != "" && in.Body.Name != in.Name {
		return nil, &graph.InvalidError{What: "constant", Fields: []graph.FieldError{{Field: "name", Reason: "is not the name in the path; constants are not renamed"}}}
	}
	for _, e := range in.Body.Data {
		c.Data = append(c.Data, catalog.Entry(e))
	}
	now, fresh, err := a.opt.Reference.SetConstant(ctx, a.by(ctx), c, in.constant)
	if err != nil {
		return nil, a.seenUses(ctx, err)
	}
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	b := newConstantBody(now)
	return change(b, status, b, "")
}

// constant allows what the client has seen; of one that is not there, that is
// nothing.
func (c IfMatch) constant(old *reference.Constant) error {
	if old == nil {
		if c.Match != "" {
			return newProblem(http.StatusPreconditionFailed, "there is no such constant")
		}
		return nil
	}
	return c.allow(newConstantBody(*old))
}

type removeConstantRequest struct {
	ConstantPath
	ConstantType
	IfMatch
}

// removeConstant serves DELETE /api/v1/constants/{name}: 204, 404, 409, 412.
func (a *API) removeConstant(ctx context.Context, in *removeConstantRequest) (*struct{}, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	c, err := a.opt.Reference.Constant(ctx, in.Name, in.EnvironmentType)
	if err != nil {
		return nil, err
	}
	err = a.opt.Reference.RemoveConstant(ctx, a.by(ctx), c.Name, c.EnvironmentType, in.constant)
	return nil, a.seenUses(ctx, err)
}
