package legacy

import (
	"context"
	"regexp"
)

// Need is what a resource asks of who calls. Zero lets nobody in, so that one
// that somebody forgot to classify is closed.
type Need int

// What may be needed.
const (
	Closed            Need = iota
	Anyone                 // no credentials
	SignedIn               // any account; the handler keeps to what it may see
	View                   // who may view the environment that the request names
	Edit                   // who may edit the environment that the request names
	CreateEnv              // who may edit all environments, and so add one
	ManageCliqueTypes      // who holds that right
)

// Resource is one method of one path: what it takes, and what answers it. The
// tables are the only place where this is said; the validator, the rights, the
// answers and the printed reference follow from them.
type Resource struct {
	Method, Path string
	In           Versions // empty: in all
	Needs        Need
	// Params are checked in this order: those of the query, or for POST the
	// members of the body.
	Params []Param
	// Raw leaves the body to Handle.
	Raw bool
	// Pattern allows keys beyond the table.
	Pattern *regexp.Regexp
	// Check is for what concerns several parameters at once; it runs after
	// each has been checked by itself.
	Check func(ctx context.Context, q *Request) error
	// Handle answers. By then the values are checked, and if one names an
	// environment, that is known and open to the caller.
	Handle func(ctx context.Context, q *Request) (Answer, error)
}

// body tells where the parameters are.
func (r *Resource) body() bool { return r.Method == "POST" }

// environment is the parameter that names the environment, nil if none does.
func (r *Resource) environment() *Param {
	for i := range r.Params {
		if r.Params[i].Environment {
			return &r.Params[i]
		}
	}
	return nil
}

// resources is the whole table for a version.
func (a *API) resources() []Resource {
	all := []Resource{
		a.postTokens(), a.deleteTokens(),
		a.getInventory(), a.getLinks(), a.getCliques(),
		a.getCliqueTypes(), a.getCliqueConstraints(), a.getConstants(), a.getEnvironmentConfigs(),
		a.getMessages(), a.getScans(), a.getScheduledScans(), a.getConnectionTests(),
		a.getMonitoringConfigTemplates(), a.getAggregates(),
	}
	all = append(all, a.writing()...)
	all = append(all, a.grafanaResources(all)...)
	var out []Resource
	for _, r := range all {
		if r.In.orAlways().Has(a.opt.Compat) {
			r.Params = paramsIn(r.Params, a.opt.Compat)
			out = append(out, r)
		}
	}
	return out
}
