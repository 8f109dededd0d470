package webapi

import (
	"context"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/query"
)

// ConstraintBody is what limits the cliques of one focal point type.
type ConstraintBody struct {
	ID          graph.OID        `json:"id,omitempty" readOnly:"true" doc:"given by the server" example:"5f3bf001b7e4d1c6a08f0001"`
	FocalPoint  graph.VertexType `json:"focal_point_type" maxLength:"100" doc:"the object type that cliques start from" example:"instance"`
	Attributes  []string         `json:"constraints" maxItems:"20" nullable:"false" doc:"attributes of the focal point that links must agree with; none: nothing limits its cliques" example:"[\"network\"]"`
	Environment string           `json:"environment" required:"false" maxLength:"512" doc:"name of the one environment it is for; empty: all" example:"lab"`
	Shipped     bool             `json:"shipped" readOnly:"true" doc:"it comes with Calipso and cannot be changed; one of your own takes its place"`
}

func newConstraintBody(c catalog.Constraint) ConstraintBody {
	if c.Attributes == nil {
		c.Attributes = []string{}
	}
	return ConstraintBody{c.ID, c.FocalPoint, c.Attributes, c.Environment, c.Shipped}
}

// constraint is what a client sent; ANY is every environment, as in clique
// types.
func (b ConstraintBody) constraint() catalog.Constraint {
	c := catalog.Constraint{FocalPoint: b.FocalPoint, Attributes: b.Attributes, Environment: b.Environment}
	if c.Environment == catalog.AnyEnvironment {
		c.Environment = ""
	}
	return c
}

// ConstraintChange is a constraint that was made, changed or removed.
type ConstraintChange struct {
	Constraint ConstraintBody `json:"clique_constraint"`
	RuleEffects
}

type constraintListRequest struct {
	PageQuery
	FocalPoint  string   `query:"focal_point_type" maxLength:"100" doc:"only for focal points of this type" example:"instance"`
	Environment string   `query:"environment" maxLength:"512" doc:"only those for this environment" example:"lab"`
	Attributes  []string `query:"constraint,explode" maxItems:"20" doc:"only with all of these attributes" example:"network"`
	OriginQuery
}

type constraintListReply struct{ Body ListBody[ConstraintBody] }

// listConstraints serves GET /api/v1/clique-constraints.
func (a *API) listConstraints(ctx context.Context, in *constraintListRequest) (*constraintListReply, error) {
	all, err := a.cliqueConstraints(ctx)
	if err != nil {
		return nil, err
	}
	list := []ConstraintBody{}
	for _, c := range all {
		has := !slices.ContainsFunc(in.Attributes, func(s string) bool { return !slices.Contains(c.Attributes, s) })
		if has && in.wants(c.Shipped) && (in.FocalPoint == "" || in.FocalPoint == string(c.FocalPoint)) && (in.Environment == "" || in.Environment == c.Environment) {
			list = append(list, newConstraintBody(c))
		}
	}
	body, err := pageOf(list, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &constraintListReply{Body: body}, nil
}

// cliqueConstraints are those that the caller may see.
func (a *API) cliqueConstraints(ctx context.Context) ([]catalog.Constraint, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	all, err := a.opt.Reference.Constraints.List(ctx)
	if err != nil {
		return nil, err
	}
	shows, err := a.shows(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c catalog.Constraint) bool { return !shows(c.Environment) }), nil
}

func (a *API) cliqueConstraint(ctx context.Context, id string) (catalog.Constraint, error) {
	all, err := a.cliqueConstraints(ctx)
	if err != nil {
		return catalog.Constraint{}, err
	}
	return a.opt.Reference.Constraints.Find(all, id)
}

// getConstraint serves GET /api/v1/clique-constraints/{id}: 200, 304, 404.
func (a *API) getConstraint(ctx context.Context, in *ruleRequest) (*docReply[ConstraintBody], error) {
	c, err := a.cliqueConstraint(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(newConstraintBody(c), in.IfNoneMatch)
}

type newConstraintRequest struct {
	DryQuery
	Body ConstraintBody
}

// addConstraint serves POST /api/v1/clique-constraints: 201, 409, 422; 200 for
// a dry run.
func (a *API) addConstraint(ctx context.Context, in *newConstraintRequest) (*docReply[ConstraintChange], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	c := in.Body.constraint()
	if err := a.mayNameEnvironment(ctx, "clique constraint", c.Environment); err != nil {
		return nil, err
	}
	if err := a.opt.Reference.Constraints.Check(ctx, a.by(ctx), "", c); err != nil {
		return nil, err
	}
	effects, err := a.constraintEffects(ctx, in.DryQuery, nil, &c)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		return change(ConstraintChange{newConstraintBody(c), effects}, http.StatusOK, nil, "")
	}
	if c, err = a.opt.Reference.Constraints.Add(ctx, a.by(ctx), c); err != nil {
		return nil, err
	}
	b := newConstraintBody(c)
	return change(ConstraintChange{b, effects}, http.StatusCreated, b, "/api/v1/clique-constraints/"+string(c.ID))
}

type changeConstraintRequest struct {
	RulePath
	IfMatch
	DryQuery
	Body ConstraintBody
}

// changeConstraint serves PUT /api/v1/clique-constraints/{id}: 200, 404, 409,
// 412, 422.
func (a *API) changeConstraint(ctx context.Context, in *changeConstraintRequest) (*docReply[ConstraintChange], error) {
	old, err := a.cliqueConstraint(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c := in.Body.constraint()
	if err := a.mayNameEnvironment(ctx, "clique constraint", c.Environment); err != nil {
		return nil, err
	}
	may := func(old catalog.Constraint) error { return in.allow(newConstraintBody(old)) }
	if err := may(old); err != nil {
		return nil, err
	}
	if err := a.opt.Reference.Constraints.Check(ctx, a.by(ctx), string(old.ID), c); err != nil {
		return nil, err
	}
	c.ID = old.ID
	effects, err := a.constraintEffects(ctx, in.DryQuery, &old, &c)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		return change(ConstraintChange{newConstraintBody(c), effects}, http.StatusOK, nil, "")
	}
	if c, err = a.opt.Reference.Constraints.Change(ctx, a.by(ctx), string(old.ID), c, may); err != nil {
		return nil, err
	}
	b := newConstraintBody(c)
	return change(ConstraintChange{b, effects}, http.StatusOK, b, "")
}

// removeConstraint serves DELETE /api/v1/clique-constraints/{id}: 200, 404,
// 409, 412.
func (a *API) removeConstraint(ctx context.Context, in *removeRuleRequest) (*docReply[ConstraintChange], error) {
	old, err := a.cliqueConstraint(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	effects, err := a.constraintEffects(ctx, in.DryQuery, &old, nil)
	if err != nil {
		return nil, err
	}
	may := func(old catalog.Constraint) error { return in.allow(newConstraintBody(old)) }
	if !in.DryRun || old.Shipped { // which is refused
		err = a.opt.Reference.Constraints.Remove(ctx, a.by(ctx), string(old.ID), may)
	} else {
		err = may(old)
	}
	if err != nil {
		return nil, err
	}
	return change(ConstraintChange{newConstraintBody(old), effects}, http.StatusOK, nil, "")
}

// constraintEffects compares what there is with what there will be, where the
// caller may see it.
func (a *API) constraintEffects(ctx context.Context, q DryQuery, old, now *catalog.Constraint) (RuleEffects, error) {
	envs, err := a.visible(ctx)
	if err != nil {
		return RuleEffects{}, err
	}
	var focals []graph.VertexType
	for _, c := range []*catalog.Constraint{old, now} {
		if c != nil && !slices.Contains(focals, c.FocalPoint) {
			focals = append(focals, c.FocalPoint)
		}
	}
	list, err := a.opt.Query.Effects(ctx, query.EffectRequest{Envs: envs, Focals: focals, Sample: q.FocalPoint, Change: func(r *clique.Rules) {
		if old != nil {
			r.Constraints = slices.DeleteFunc(r.Constraints, func(c catalog.Constraint) bool { return c.ID == old.ID })
		}
		if now != nil {
			r.Constraints = append(r.Constraints, *now)
		}
	}})
	return newRuleEffects(q.DryRun, list), err
}
