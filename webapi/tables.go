package webapi

import (
	"context"
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/graph/reference"
)

// rowDoc is a document of a reference collection in its documented shape.
type rowDoc map[string]any

// Schema describes it for OpenAPI.
func (rowDoc) Schema(r huma.Registry) *huma.Schema {
	return shared(r, "ReferenceDocument", []field{
		{"id", huma.TypeString, "document id, 24 hex digits", false},
		{"shipped", huma.TypeBoolean, "it comes with Calipso and cannot be changed", false},
	}, "A document of a reference collection in its documented shape.")
}

func newRowDoc(r reference.Row) rowDoc {
	d := rowDoc{}
	maps.Copy(d, r.Body)
	d["id"], d["shipped"] = string(r.ID), r.Shipped
	return d
}

type rowListReply struct{ Body ListBody[rowDoc] }

// rows answers with a page of those rows whose members hold what is asked for;
// a member is looked for in the row, and then in its "environment".
func (a *API) rows(ctx context.Context, of func(*reference.Keeper) *reference.Set[reference.Row], page PageQuery, origin OriginQuery, want map[string]string) (*rowListReply, error) {
	if err := a.referenceRuns(); err != nil {
		return nil, err
	}
	all, err := of(a.opt.Reference).List(ctx)
	if err != nil {
		return nil, err
	}
	list := []rowDoc{}
	for _, r := range all {
		if origin.wants(r.Shipped) && holds(r.Body, want) {
			list = append(list, newRowDoc(r))
		}
	}
	body, err := pageOf(list, page)
	if err != nil {
		return nil, err
	}
	return &rowListReply{Body: body}, nil
}

func holds(b graph.Attrs, want map[string]string) bool {
	for member, value := range want {
		if value == "" {
			continue
		}
		from := b
		if _, has := b[member]; !has {
			from = b.Map("environment")
		}
		if member == "feature" {
			if !b.Map("features").Bool(value) {
				return false
			}
			continue
		}
		if list := from.Strings(member); !slices.Contains(list, value) && !slices.Contains(list, "*") {
			return false
		}
	}
	return true
}

// one makes the handler for one row.
func (a *API) one(of func(*reference.Keeper) *reference.Set[reference.Row]) func(context.Context, *ruleRequest) (*docReply[rowDoc], error) {
	return func(ctx context.Context, in *ruleRequest) (*docReply[rowDoc], error) {
		if err := a.referenceRuns(); err != nil {
			return nil, err
		}
		r, err := of(a.opt.Reference).Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return reply(newRowDoc(r), in.IfNoneMatch)
	}
}

// The tables.
func supported(k *reference.Keeper) *reference.Set[reference.Row] { return k.Supported }
func agents(k *reference.Keeper) *reference.Set[reference.Row]    { return k.Agents }
func hover(k *reference.Keeper) *reference.Set[reference.Row]     { return k.Hover }
func choices(k *reference.Keeper) *reference.Set[reference.Row]   { return k.Choices }
func templates(k *reference.Keeper) *reference.Set[reference.Row] { return k.Templates }

type supportedListRequest struct {
	PageQuery
	OriginQuery
	Distribution string `query:"distribution" maxLength:"100" doc:"only rows that hold for this one" example:"Kolla"`
	Version      string `query:"distribution_version" maxLength:"100" doc:"only rows that hold for this one" example:"train"`
	Mechanism    string `query:"mechanism_drivers" maxLength:"100" doc:"only rows that hold for this driver" example:"OVS"`
	Type         string `query:"type_drivers" maxLength:"100" doc:"only rows that hold for this driver" example:"vxlan"`
	Feature      string `query:"feature" enum:"scanning,monitoring,listening" doc:"only rows where this works"`
}

// listSupported serves GET /api/v1/supported-environments.
func (a *API) listSupported(ctx context.Context, in *supportedListRequest) (*rowListReply, error) {
	return a.rows(ctx, supported, in.PageQuery, in.OriginQuery, map[string]string{
		"distribution": in.Distribution, "distribution_version": in.Version, "mechanism_drivers": in.Mechanism, "type_drivers": in.Type, "feature": in.Feature,
	})
}

type typedListRequest struct {
	PageQuery
	OriginQuery
	Type string `query:"type" maxLength:"100" doc:"only of this type" example:"vnic"`
}

// listAgents serves GET /api/v1/network-agent-types.
func (a *API) listAgents(ctx context.Context, in *typedListRequest) (*rowListReply, error) {
	return a.rows(ctx, agents, in.PageQuery, in.OriginQuery, map[string]string{"type": in.Type})
}

// listHover serves GET /api/v1/attributes-for-hover-on-data.
func (a *API) listHover(ctx context.Context, in *typedListRequest) (*rowListReply, error) {
	return a.rows(ctx, hover, in.PageQuery, in.OriginQuery, map[string]string{"type": in.Type})
}

type choiceListRequest struct {
	PageQuery
	OriginQuery
	EnvironmentType string `query:"environment_type" maxLength:"100" doc:"only for this type of environments" example:"OpenStack"`
	Distribution    string `query:"distribution" maxLength:"100" doc:"only with this distribution" example:"Kolla"`
}

// listChoices serves GET /api/v1/environment-options.
func (a *API) listChoices(ctx context.Context, in *choiceListRequest) (*rowListReply, error) {
	return a.rows(ctx, choices, in.PageQuery, in.OriginQuery, map[string]string{"environment_type": in.EnvironmentType, "distributions": in.Distribution})
}

type templateListRequest struct {
	PageQuery
	Type   string `query:"type" maxLength:"100" doc:"only for this file" example:"client.json"`
	Side   string `query:"side" enum:"client,server" doc:"only for this side"`
	Order  string `query:"order" maxLength:"10" doc:"only of this order" example:"1"`
	System string `query:"monitoring_system" maxLength:"100" doc:"only for this system" example:"sensu"`
}

// listTemplates serves GET /api/v1/monitoring-config-templates.
func (a *API) listTemplates(ctx context.Context, in *templateListRequest) (*rowListReply, error) {
	return a.rows(ctx, templates, in.PageQuery, OriginQuery{}, map[string]string{"type": in.Type, "side": in.Side, "order": in.Order, "monitoring_system": in.System})
}
