package webapi

import (
	"context"

	"calipso/query"
)

// environment is one environment in short, and what the caller may do with it.
type environment struct {
	query.Environment
	ObjectsTotal int  `json:"objects_total" doc:"objects of all types"`
	LinksTotal   int  `json:"links_total" doc:"links of all types"`
	MayEdit      bool `json:"may_edit" doc:"the caller may scan and change it"`
}

func (a *API) environmentOf(ctx context.Context, e *query.Environment) (environment, error) {
	_, edit, err := principal(ctx).Env(ctx, e.Name)
	if err != nil {
		return environment{}, err
	}
	out := environment{Environment: *e, MayEdit: edit}
	for _, n := range e.Objects {
		out.ObjectsTotal += n
	}
	for _, n := range e.Links {
		out.LinksTotal += n
	}
	return out, nil
}

type environmentListReply struct{ Body ListBody[environment] }

// listEnvironments serves GET /api/v1/environments: those the caller may view.
func (a *API) listEnvironments(ctx context.Context, in *struct{ PageQuery }) (*environmentListReply, error) {
	envs, err := a.visible(ctx)
	if err != nil {
		return nil, err
	}
	names, err := pageOf(envs, in.PageQuery)
	if err != nil {
		return nil, err
	}
	body := ListBody[environment]{Items: []environment{}, Next: names.Next, Total: names.Total}
	for _, env := range names.Items {
		e, err := a.opt.Query.Environment(ctx, query.At{Env: env})
		if err != nil {
			return nil, err
		}
		item, err := a.environmentOf(ctx, e)
		if err != nil {
			return nil, err
		}
		body.Items = append(body.Items, item)
	}
	return &environmentListReply{Body: body}, nil
}

type environmentRequest struct {
	EnvPath
	AtQuery
}

type environmentReply struct{ Body environment }

// getEnvironment serves GET /api/v1/environments/{env}: 200, 404.
func (a *API) getEnvironment(ctx context.Context, in *environmentRequest) (*environmentReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	e, err := a.opt.Query.Environment(ctx, at)
	if err != nil {
		return nil, err
	}
	body, err := a.environmentOf(ctx, e)
	if err != nil {
		return nil, err
	}
	return &environmentReply{Body: body}, nil
}
