package catalog

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
)

// SupportedEnvironments is the collection of Supported documents.
const SupportedEnvironments graph.Collection = "supported_environments"

// Feature is something that works on some environments only.
type Feature string

// The features of an environment.
const (
	Scanning   Feature = "scanning"
	Monitoring Feature = "monitoring"
	Listening  Feature = "listening"
)

// Supported says what works on environments of some kinds. A list with "*"
// fits every value; an empty one fits nothing.
type Supported struct {
	Distributions, Versions, MechanismDrivers, TypeDrivers []string
	Features                                               []Feature
}

var (
	all     = []Feature{Scanning, Monitoring, Listening}
	follow  = []Feature{Scanning, Listening}
	tunnels = words("vlan vxlan")
	any1    = []string{"*"}
)

// supported joins the shipped lists of both earlier versions; the first row is
// the generic entry, so that current releases are not refused (rule DIS-98).
var supported = []Supported{
	{any1, any1, words("OVS LXB OVN SRIOV VPP"), any1, follow},
	{words("Apex"), words("Euphrates"), words("OVS"), words("vxlan"), all},
	{words("Devstack"), words("Mitaka"), words("VPP"), tunnels, all},
	{words("Kolla"), words("train stein rocky queens"), words("OVS VPP LXB"), words("vlan vxlan gre"), all},
	{words("Kubernetes"), words("1.9 1.10 1.14 1.17"), words("Flannel VPP Calico"), words("vxlan vlan bgp ipip"), all},
	{words("Mercury"), words("10239 10307"), words("OVS"), words("vlan"), follow},
	{words("Mercury"), words("10918 11190 13840 15310 16074 18079 18606 19312"), words("OVS VPP"), tunnels, all},
	{words("Mirantis"), words("6.0 7.0 8.0 9.0 9.1 10.0"), words("OVS"), tunnels, all},
	{words("RDO"), words("Liberty Mitaka"), words("OVS VPP"), tunnels, all},
	{words("Stratoscale"), words("2.1.6"), words("OVS"), words("vlan"), []Feature{Scanning, Monitoring}},
}

func words(s string) []string { return strings.Fields(s) }

// SupportedKinds lists the support matrix. The slice is the caller's.
func SupportedKinds() []Supported { return slices.Clone(supported) }

// Supports tells whether a feature works on an environment: some row fits its
// distribution, version, any of its drivers and types, and has the feature
// (rule DM-16). The error names the combination that is missing.
func Supports(env *graph.Environment, f Feature, rows []Supported) error {
	for _, r := range rows {
		if slices.Contains(r.Features, f) && fits(r.Distributions, env.Distribution) && fits(r.Versions, env.Version) &&
			fits(r.MechanismDrivers, env.MechanismDrivers...) && fits(r.TypeDrivers, env.TypeDrivers...) {
			return nil
		}
	}
	return fmt.Errorf("catalog: %s is not supported for distribution %q version %q with mechanism drivers %v and type drivers %v",
		f, env.Distribution, env.Version, env.MechanismDrivers, env.TypeDrivers)
}

// fits tells whether a list admits any of the values. An environment that names
// no driver at all fits only a list that admits everything.
func fits(list []string, values ...string) bool {
	return slices.Contains(list, "*") || slices.ContainsFunc(values, func(v string) bool {
		return slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, v) })
	})
}

// ParseSupported gives a document of the support matrix its type: every value
// may be one or a list.
func ParseSupported(d *graph.Document) Supported {
	e, f := d.Body.Map("environment"), d.Body.Map("features")
	s := Supported{
		Distributions: e.Strings("distribution"), Versions: e.Strings("distribution_version"),
		MechanismDrivers: e.Strings("mechanism_drivers"), TypeDrivers: e.Strings("type_drivers"),
	}
	for _, feature := range all {
		if f.Bool(string(feature)) {
			s.Features = append(s.Features, feature)
		}
	}
	return s
}

// Document is the row in the documented shape.
func (s Supported) Document() *graph.Document {
	features := map[string]any{}
	for _, f := range all {
		features[string(f)] = slices.Contains(s.Features, f)
	}
	b := graph.Attrs{"features": features, "shipped": true, "environment": map[string]any{
		"distribution": scalarOrList(s.Distributions), "distribution_version": scalarOrList(s.Versions),
		"mechanism_drivers": scalarOrList(s.MechanismDrivers), "type_drivers": scalarOrList(s.TypeDrivers),
	}}
	return shippedDocument(SupportedEnvironments, fmt.Sprint(s), b)
}
