package webapi

import (
	"context"
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query/diff"
	"calipso/query/diff/render"
)

// DiffSide is one side of a comparison.
type DiffSide struct {
	Env graph.EnvID `json:"environment" minLength:"1" maxLength:"512" doc:"name of the environment"`
	At  string      `json:"at,omitempty" maxLength:"200" doc:"time (RFC 3339, or a date) or snapshot of it; default: now"`
}

// DiffMapping says what things of the first environment are called in the
// second.
type DiffMapping struct {
	Hosts map[string]string `json:"hosts,omitempty" doc:"hosts by name; ids that contain the name are rewritten with it"`
	Names map[string]string `json:"names,omitempty" doc:"other things by name: projects, networks, instances"`
	IDs   map[string]string `json:"ids,omitempty" doc:"objects by id"`
}

// DiffRules say what comparisons leave out.
type DiffRules struct {
	Ignore      map[graph.VertexType][]string `json:"ignore,omitempty" doc:"keys of fields that do not count, by object type; * stands for all types"`
	IgnoreLinks []string                      `json:"ignore_links,omitempty" doc:"keys of links that do not count"`
	Status      []string                      `json:"status,omitempty" doc:"keys that tell a status, which is compared apart"`
}

// rules are those of a request; a member that is left out is as built in.
func (r DiffRules) rules() *diff.Rules {
	return &diff.Rules{Ignore: maps.Clone(r.Ignore), IgnoreLinks: r.IgnoreLinks, Status: r.Status}
}

type diffAnyRequest struct {
	FormatQuery
	Body struct {
		From    DiffSide     `json:"from" doc:"one side"`
		To      DiffSide     `json:"to" doc:"the other"`
		With    string       `json:"with,omitempty" enum:"design,last-week" doc:"instead of a time in from: as for the comparison of one environment"`
		Mapping *DiffMapping `json:"mapping,omitempty" doc:"names of the first environment in the second"`
		Scope   string       `json:"scope,omitempty" maxLength:"400" doc:"only what is within this scope on either side"`
		Rules   *DiffRules   `json:"rules,omitempty" doc:"what to leave out; default: the rules of the second environment"`
		Folders bool         `json:"folders,omitempty" doc:"count the folders of the tree too"`
		Group   string       `json:"group,omitempty" enum:"host,project,network" doc:"group by this"`
	}
}

// diffAny serves POST /api/v1/diff: 200, 404, 422.
func (a *API) diffAny(ctx context.Context, in *diffAnyRequest) (*huma.StreamResponse, error) {
	b := in.Body
	for _, env := range []graph.EnvID{b.From.Env, b.To.Env} {
		if err := a.permit(ctx, principal(ctx), viewEnv, env); err != nil {
			return nil, err
		}
	}
	var rules *diff.Rules
	if b.Rules != nil {
		rules = b.Rules.rules()
	}
	var r *diff.Report
	var err error
	if b.From.Env == b.To.Env && b.Mapping == nil {
		r, err = a.compare(ctx, comparing{Env: b.From.Env, From: b.From.At, To: b.To.At, With: b.With, ScopeName: b.Scope, Folders: b.Folders, Rules: rules})
	} else {
		r, err = a.across(ctx, in, rules)
	}
	if err != nil {
		return nil, err
	}
	return writeReport(r, in.format(), render.Group(b.Group))
}

// across compares two environments.
func (a *API) across(ctx context.Context, in *diffAnyRequest, rules *diff.Rules) (*diff.Report, error) {
	b := in.Body
	s, err := a.scopeOf(ctx, b.Scope)
	if err != nil {
		return nil, err
	}
	from, to := diff.Side{Env: b.From.Env}, diff.Side{Env: b.To.Env}
	var partner *diff.Partner
	switch {
	case b.With != "" && b.From.At != "":
		return nil, invalidQuery("with", "goes not with a time in from: it finds the time to compare with")
	case b.With != "":
		if partner, err = a.partner(ctx, comparing{Env: b.From.Env, With: b.With}, s, graph.Now); err == nil {
			from.At = partner.Time
		}
	default:
		from.At, err = a.moment(ctx, from.Env, "from", b.From.At)
	}
	if err != nil {
		return nil, err
	}
	if to.At, err = a.moment(ctx, to.Env, "to", b.To.At); err != nil {
		return nil, err
	}
	opt, err := a.diffOptions(ctx, to.Env, rules)
	if err != nil {
		return nil, err
	}
	opt.Scope, opt.Folders = s, b.Folders
	m := diff.Mapping{}
	if b.Mapping != nil {
		m = diff.Mapping(*b.Mapping)
	}
	r, err := diff.Across(ctx, a.opt.Store, from, to, m, opt)
	if err != nil {
		return nil, err
	}
	r.Partner = partner
	return r, nil
}
