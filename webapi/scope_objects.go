package webapi

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"calipso/graph"
	"calipso/query/extent"
)

type scopeObjectsRequest struct {
	ScopePath
	PageQuery
	AtQuery
	Env     graph.EnvID        `query:"env" maxLength:"512" doc:"one that the scope selects; may be left out if there is one only"`
	Type    []graph.VertexType `query:"type,explode" maxItems:"100" doc:"only objects of these types" example:"instance"`
	Members bool               `query:"members" doc:"only what the scope selects, without their cliques"`
}

type scopeObjectsReply struct{ Body ListBody[ScopeObject] }

// scopeObjects serves GET /api/v1/scopes/{name}/objects: 200, 404, 422. Later
// pages go on at the time of the first.
func (a *API) scopeObjects(ctx context.Context, in *scopeObjectsRequest) (*scopeObjectsReply, error) {
	s, err := a.visibleScope(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	envs := s.Envs()
	if in.Env == graph.Shared && len(envs) == 1 {
		in.Env = envs[0]
	}
	if _, ok := s.Of(in.Env); !ok {
		return nil, invalidQuery("env", fmt.Sprintf("%q is none that the scope selects; say which of %q", in.Env, envs))
	}
	at, err := in.start(ctx, a)
	if err != nil {
		return nil, err
	}
	e, err := a.opt.Extents.Of(ctx, s, in.Env, at)
	if err != nil {
		return nil, err
	}
	list := e.Within
	if in.Members {
		list = e.Members
	}
	page, err := pageOf(list(in.Type...), in.PageQuery)
	if err != nil {
		return nil, err
	}
	v, err := a.opt.Store.View(ctx, in.Env, e.Time)
	if err != nil {
		return nil, err
	}
	items, err := e.Explain(ctx, v, page.Items)
	if err != nil {
		return nil, err
	}
	body := ListBody[ScopeObject]{Items: []ScopeObject{}, Total: page.Total}
	for _, i := range items {
		body.Items = append(body.Items, ScopeObject{i.Ref, i.Host, i.Member, ScopeProof(i.Why)})
	}
	if page.Next != "" {
		body.Next = page.Next + "." + base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(e.Time)))
	}
	return &scopeObjectsReply{Body: body}, nil
}

// start is the time of the list: the one asked for, or that of the cursor,
// which is cut off it.
func (in *scopeObjectsRequest) start(ctx context.Context, a *API) (graph.Time, error) {
	if in.Cursor == "" {
		return a.moment(ctx, in.Env, "at", in.At)
	}
	place, when, _ := strings.Cut(in.Cursor, ".")
	b, err := base64.RawURLEncoding.DecodeString(when)
	if err != nil || len(b) != 8 || int64(binary.BigEndian.Uint64(b)) <= 0 {
		return graph.Now, badCursor()
	}
	in.Cursor = place
	return graph.Time(binary.BigEndian.Uint64(b)), nil
}

type objectScopesRequest struct {
	ObjectPath
	AtQuery
	PageQuery
}

type objectScopesReply struct{ Body ListBody[ScopeUse] }

// objectScopes serves GET …/objects/{id}/scopes: 200, 404. A scope that is not
// listed does not use the object (rule S-23).
func (a *API) objectScopes(ctx context.Context, in *objectScopesRequest) (*objectScopesReply, error) {
	all, err := a.visibleScopes(ctx)
	if err != nil {
		return nil, err
	}
	at, err := a.moment(ctx, in.Env, "at", in.At)
	if err != nil {
		return nil, err
	}
	uses, err := a.opt.Extents.Uses(ctx, all, in.Env, in.ID, at)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(uses, in.PageQuery)
	if err != nil {
		return nil, err
	}
	body := ListBody[ScopeUse]{Items: []ScopeUse{}, Next: page.Next, Total: page.Total}
	for _, u := range page.Items {
		body.Items = append(body.Items, newScopeUse(u))
	}
	return &objectScopesReply{Body: body}, nil
}

func newScopeUse(u extent.Use) ScopeUse {
	out := ScopeUse{Scope: u.Scope, Comment: u.Comment, Objects: u.Objects, Proof: []ScopeProof{}, Users: u.Users}
	for _, p := range u.Proof {
		out.Proof = append(out.Proof, ScopeProof(p))
	}
	return out
}
