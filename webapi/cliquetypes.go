package webapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/reference"
	"calipso/query"
)

type cliqueTypeListRequest struct {
	PageQuery
	FocalPoint       string      `query:"focal_point_type" maxLength:"100" doc:"only for focal points of this type" example:"instance"`
	Environment      string      `query:"environment" maxLength:"512" doc:"only those that name this environment, or ANY" example:"ANY"`
	Fits             graph.EnvID `query:"fits" maxLength:"512" doc:"only those that fit this environment; the first of a focal point type is the one used" example:"lab"`
	EnvironmentType  string      `query:"environment_type" maxLength:"100" doc:"only with this condition" example:"OpenStack"`
	Distribution     string      `query:"distribution" maxLength:"100" doc:"only with this condition" example:"Kolla"`
	Version          string      `query:"distribution_version" maxLength:"100" doc:"only with this condition" example:"zed"`
	MechanismDrivers []string    `query:"mechanism_drivers,explode" maxItems:"20" doc:"only with all of these among the conditions" example:"OVS"`
	TypeDrivers      []string    `query:"type_drivers,explode" maxItems:"20" doc:"only with all of these among the conditions" example:"vxlan"`
	LinkTypes        []string    `query:"link_type,explode" maxItems:"50" doc:"only those that follow all of these" example:"vnic-vedge"`
	Name             string      `query:"name" maxLength:"200" doc:"only of this name" example:"instance"`
	OriginQuery
}

// OriginQuery chooses between what comes with Calipso and what users added.
type OriginQuery struct {
	Origin string `query:"origin" enum:"shipped,own" doc:"only what comes with Calipso, or only what users added"`
}

func (q OriginQuery) wants(shipped bool) bool {
	return q.Origin == "" || shipped == (q.Origin == "shipped")
}

type cliqueTypeListReply struct{ Body ListBody[CliqueTypeBody] }

// listCliqueTypes serves GET /api/v1/clique-types: shipped ones, then users'
// own; those for an environment only for who may view it.
func (a *API) listCliqueTypes(ctx context.Context, in *cliqueTypeListRequest) (*cliqueTypeListReply, error) {
	all, err := a.cliqueTypes(ctx)
	if err != nil {
		return nil, err
	}
	var env *graph.Environment
	if in.Fits != "" {
		if env, err = a.viewedEnvironment(ctx, in.Fits); err != nil {
			return nil, err
		}
		all = catalog.Fitting(env, all)
	}
	list := []CliqueTypeBody{}
	for _, t := range all {
		if !in.wants(t.Shipped) || !in.matches(t) {
			continue
		}
		b := newCliqueTypeBody(t)
		if env != nil {
			b.Fits = t.Score(env)
		}
		list = append(list, b)
	}
	body, err := pageOf(list, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &cliqueTypeListReply{Body: body}, nil
}

func (in *cliqueTypeListRequest) matches(t catalog.CliqueType) bool {
	for _, c := range [][2]string{
		{in.FocalPoint, string(t.FocalPoint)}, {in.Environment, t.Environment}, {in.EnvironmentType, t.EnvironmentType},
		{in.Distribution, t.Distribution}, {in.Version, t.Version}, {in.Name, t.Name},
	} {
		if c[0] != "" && c[0] != c[1] {
			return false
		}
	}
	links := make([]string, len(t.LinkTypes))
	for i, l := range t.LinkTypes {
		links[i] = string(l)
	}
	for _, c := range [][2][]string{{in.MechanismDrivers, t.MechanismDrivers}, {in.TypeDrivers, t.TypeDrivers}, {in.LinkTypes, links}} {
		for _, want := range c[0] {
			if !slices.Contains(c[1], want) {
				return false
			}
		}
	}
	return true
}

// viewedEnvironment is an environment that the caller may view, as clique types
// see it.
func (a *API) viewedEnvironment(ctx context.Context, env graph.EnvID) (*graph.Environment, error) {
	view, _, err := principal(ctx).Env(ctx, env)
	if err != nil {
		return nil, err
	}
	if !view {
		return nil, noEnvironment(env)
	}
	r, err := a.opt.Query.CliqueRules(ctx, env)
	if err != nil {
		return nil, err
	}
	return r.Env, nil
}

// cliqueTypes are those that the caller may see.
func (a *API) cliqueTypes(ctx context.Context) ([]catalog.CliqueType, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	all, err := a.opt.Reference.CliqueTypes.List(ctx)
	if err != nil {
		return nil, err
	}
	shows, err := a.shows(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t catalog.CliqueType) bool { return !shows(t.Environment) }), nil
}

// RulePath is a clique type, constraint or the like in a path.
type RulePath struct {
	ID string `path:"id" maxLength:"400" doc:"id, or the name if there is only one of that name" example:"5f3bf001b7e4d1c6a08f0001"`
}

type ruleRequest struct {
	RulePath
	IfNoneMatch
}

// getCliqueType serves GET /api/v1/clique-types/{id}: 200, 304, 404, 409.
func (a *API) getCliqueType(ctx context.Context, in *ruleRequest) (*docReply[CliqueTypeBody], error) {
	t, err := a.cliqueType(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(newCliqueTypeBody(t), in.IfNoneMatch)
}

// cliqueType is one that the caller may see; of others none is told, not even
// that they have the same name.
func (a *API) cliqueType(ctx context.Context, id string) (catalog.CliqueType, error) {
	all, err := a.cliqueTypes(ctx)
	if err != nil {
		return catalog.CliqueType{}, err
	}
	return a.opt.Reference.CliqueTypes.Find(all, id)
}

type newCliqueTypeRequest struct {
	DryQuery
	Body CliqueTypeBody
}

// addCliqueType serves POST /api/v1/clique-types: 201, 403, 409, 422; 200 for
// a dry run.
func (a *API) addCliqueType(ctx context.Context, in *newCliqueTypeRequest) (*docReply[CliqueTypeChange], error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	t := in.Body.cliqueType()
	if err := a.mayHaveCliqueType(ctx, t); err != nil {
		return nil, err
	}
	if err := a.opt.Reference.CliqueTypes.Check(ctx, a.by(ctx), "", t); err != nil {
		return nil, err
	}
	guess := t
	guess.ID = graph.NewOID(time.Now()) // newer than all others, as its own will be
	effects, err := a.cliqueTypeEffects(ctx, in.DryQuery, nil, &guess)
	if err != nil {
		return nil, err
	}
	if !in.DryRun {
		if t, err = a.opt.Reference.CliqueTypes.Add(ctx, a.by(ctx), t); err != nil {
			return nil, err
		}
	}
	for _, e := range effects.Effects {
		if e.After != nil && e.After.ID == guess.ID {
			e.After.ID = t.ID
		}
	}
	b := newCliqueTypeBody(t)
	if in.DryRun {
		return change(CliqueTypeChange{b, effects}, http.StatusOK, nil, "")
	}
	return change(CliqueTypeChange{b, effects}, http.StatusCreated, b, "/api/v1/clique-types/"+string(t.ID))
}

type changeCliqueTypeRequest struct {
	RulePath
	IfMatch
	DryQuery
	Body CliqueTypeBody
}

// changeCliqueType serves PUT /api/v1/clique-types/{id}: 200, 403, 404, 409,
// 412, 422.
func (a *API) changeCliqueType(ctx context.Context, in *changeCliqueTypeRequest) (*docReply[CliqueTypeChange], error) {
	old, err := a.cliqueType(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	t := in.Body.cliqueType()
	if err := a.mayHaveCliqueType(ctx, t); err != nil {
		return nil, err
	}
	may := a.mayChangeCliqueType(ctx, in.IfMatch)
	if err := may(old); err != nil {
		return nil, err
	}
	if err := a.opt.Reference.CliqueTypes.Check(ctx, a.by(ctx), string(old.ID), t); err != nil {
		return nil, err
	}
	t.ID = old.ID
	effects, err := a.cliqueTypeEffects(ctx, in.DryQuery, &old, &t)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		return change(CliqueTypeChange{newCliqueTypeBody(t), effects}, http.StatusOK, nil, "")
	}
	if t, err = a.opt.Reference.CliqueTypes.Change(ctx, a.by(ctx), string(old.ID), t, may); err != nil {
		return nil, err
	}
	b := newCliqueTypeBody(t)
	return change(CliqueTypeChange{b, effects}, http.StatusOK, b, "")
}

type removeRuleRequest struct {
	RulePath
	IfMatch
	DryQuery
}

// removeCliqueType serves DELETE /api/v1/clique-types/{id}: 200, 403, 404, 409,
// 412.
func (a *API) removeCliqueType(ctx context.Context, in *removeRuleRequest) (*docReply[CliqueTypeChange], error) {
	old, err := a.cliqueType(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	may := a.mayChangeCliqueType(ctx, in.IfMatch)
	if err := may(old); err != nil {
		return nil, err
	}
	effects, err := a.cliqueTypeEffects(ctx, in.DryQuery, &old, nil)
	if err != nil {
		return nil, err
	}
	if !in.DryRun || old.Shipped { // which is refused
		if err := a.opt.Reference.CliqueTypes.Remove(ctx, a.by(ctx), string(old.ID), may); err != nil {
			return nil, err
		}
	}
	return change(CliqueTypeChange{newCliqueTypeBody(old), effects}, http.StatusOK, nil, "")
}

// change answers with what was changed; its version, if it is there now, is
// that of its own.
func change[T any](body T, status int, now any, location string) (*docReply[T], error) {
	out := &docReply[T]{Status: status, Location: location, Body: body}
	if now == nil {
		return out, nil
	}
	var err error
	out.ETag, err = etag(now)
	return out, err
}

func (a *API) by(ctx context.Context) reference.By {
	return reference.By{Who: principal(ctx).User.Name}
}

// mayHaveCliqueType says whether the caller may have such a clique type.
func (a *API) mayHaveCliqueType(ctx context.Context, t catalog.CliqueType) error {
	if err := a.mayNameEnvironment(ctx, "clique type", t.Environment); err != nil {
		return err
	}
	return a.mayEditCliqueType(ctx, t.Environment)
}

func (a *API) mayChangeCliqueType(ctx context.Context, cond IfMatch) func(catalog.CliqueType) error {
	return func(old catalog.CliqueType) error {
		if err := a.mayEditCliqueType(ctx, old.Environment); err != nil {
			return err
		}
		return cond.allow(newCliqueTypeBody(old))
	}
}

// cliqueTypeEffects compares what there is with what there will be, where the
// caller may see it. old is nil for a new one, now for one that goes.
func (a *API) cliqueTypeEffects(ctx context.Context, q DryQuery, old, now *catalog.CliqueType) (RuleEffects, error) {
	envs, err := a.visible(ctx)
	if err != nil {
		return RuleEffects{}, err
	}
	var focals []graph.VertexType
	for _, t := range []*catalog.CliqueType{old, now} {
		if t != nil && !slices.Contains(focals, t.FocalPoint) {
			focals = append(focals, t.FocalPoint)
		}
	}
	list, err := a.opt.Query.Effects(ctx, query.EffectRequest{Envs: envs, Focals: focals, Sample: q.FocalPoint, Change: func(r *clique.Rules) {
		if old != nil {
			r.Types = slices.DeleteFunc(r.Types, func(t catalog.CliqueType) bool { return t.ID == old.ID })
		}
		if now != nil {
			r.Types = append(r.Types, *now)
		}
	}})
	return newRuleEffects(q.DryRun, list), err
}
