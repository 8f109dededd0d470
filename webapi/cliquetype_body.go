package webapi

import (
	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query"
)

// CliqueTypeBody is a clique type. What comes with Calipso is marked shipped.
type CliqueTypeBody struct {
	ID               graph.OID        `json:"id,omitempty" readOnly:"true" doc:"given by the server" example:"5f3bf001b7e4d1c6a08f0001"`
	Name             string           `json:"name" maxLength:"200" doc:"what to call it" example:"guests on one switch"`
	FocalPoint       graph.VertexType `json:"focal_point_type" maxLength:"100" doc:"the object type that cliques start from" example:"instance"`
	LinkTypes        []graph.EdgeType `json:"link_types" maxItems:"200" nullable:"false" doc:"followed in this order, each once and both ways" example:"[\"instance-vnic\",\"vnic-vedge\"]"`
	Environment      string           `json:"environment,omitempty" maxLength:"512" doc:"name of the one environment it is for, or ANY; with it, no conditions" example:"lab"`
	EnvironmentType  string           `json:"environment_type,omitempty" maxLength:"100" doc:"condition: type of the environment" example:"OpenStack"`
	Distribution     string           `json:"distribution,omitempty" maxLength:"100" doc:"condition" example:"Kolla"`
	Version          string           `json:"distribution_version,omitempty" maxLength:"100" doc:"condition, with distribution; two whole numbers compare as at least" example:"zed"`
	MechanismDrivers TextList         `json:"mechanism_drivers,omitempty" doc:"condition: one in common is enough"`
	TypeDrivers      TextList         `json:"type_drivers,omitempty" doc:"condition: one in common is enough"`
	UseImplicitLinks bool             `json:"use_implicit_links,omitempty" doc:"follow links that are derived by chaining as well"`
	Shipped          bool             `json:"shipped" readOnly:"true" doc:"it comes with Calipso and cannot be changed; one of your own goes before it where both fit"`
	Fits             int              `json:"fits,omitempty" readOnly:"true" doc:"how well it fits the environment asked for: the highest is used"`
}

func newCliqueTypeBody(t catalog.CliqueType) CliqueTypeBody {
	b := CliqueTypeBody{
		ID: t.ID, Name: t.Name, FocalPoint: t.FocalPoint, LinkTypes: t.LinkTypes, Environment: t.Environment, EnvironmentType: t.EnvironmentType,
		Distribution: t.Distribution, Version: t.Version, MechanismDrivers: t.MechanismDrivers, TypeDrivers: t.TypeDrivers,
		UseImplicitLinks: t.UseImplicitLinks, Shipped: t.Shipped,
	}
	if b.LinkTypes == nil {
		b.LinkTypes = []graph.EdgeType{}
	}
	return b
}

func (b CliqueTypeBody) cliqueType() catalog.CliqueType {
	return catalog.CliqueType{
		Name: b.Name, FocalPoint: b.FocalPoint, LinkTypes: b.LinkTypes, Environment: b.Environment, EnvironmentType: b.EnvironmentType,
		Distribution: b.Distribution, Version: b.Version, MechanismDrivers: b.MechanismDrivers, TypeDrivers: b.TypeDrivers, UseImplicitLinks: b.UseImplicitLinks,
	}
}

// RuleEffects are what a change of a clique type or constraint does.
type RuleEffects struct {
	DryRun      bool           `json:"dry_run,omitempty" doc:"nothing was stored"`
	FocalPoints int            `json:"focal_points" doc:"objects whose clique is found in another way, in environments that you may view"`
	Effects     []query.Effect `json:"effects" nullable:"false" doc:"where it makes a difference, and which"`
}

func newRuleEffects(dry bool, list []query.Effect) RuleEffects {
	out := RuleEffects{DryRun: dry, Effects: list}
	for _, e := range list {
		out.FocalPoints += e.FocalPoints
	}
	return out
}

// CliqueTypeChange is a clique type that was made, changed or removed.
type CliqueTypeChange struct {
	CliqueType CliqueTypeBody `json:"clique_type"`
	RuleEffects
}

// DryQuery asks what a change would do.
type DryQuery struct {
	DryRun     bool     `query:"dry_run" doc:"check and compare, store nothing"`
	FocalPoint graph.ID `query:"focal_point" maxLength:"4096" doc:"id of an object whose clique is compared too" example:"0ddf16c6-cfcb-428b-8c41-1a6d7510baeb"`
}
