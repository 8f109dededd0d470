package legacy

import (
	"context"
	"strings"

	"calipso/graph"
)

// postedEnvironment is the parameter that names the environment of a scan or a
// schedule: each version had a name of its own, and both are taken now.
func postedEnvironment() []Param {
	return []Param{
		{Name: "environment", Type: String, In: InOPNFV, Mandatory: Always, Environment: true},
		{Name: "env_name", Alias: "environment", Type: String, In: InCVIM | InNew, Mandatory: Always, Environment: true},
	}
}

// onlyFlags limit a scan to one of its phases.
var onlyFlags = []string{"scan_only_inventory", "scan_only_links", "scan_only_cliques"}

// scanParams are what scans and schedules of scans have in common.
func scanParams() []Param {
	table := []Param{
		{Name: "log_level", Type: String, Mandatory: InCVIM, Constant: "log_levels"},
		{Name: "clear", Type: Bool, In: InOPNFV | InNew},
		{Name: "clear", Type: Bool, In: InCVIM, Default: true},
	}
	for _, name := range onlyFlags {
		table = append(table, Param{Name: name, Type: Bool, In: InOPNFV}, Param{Name: name, Type: Bool, In: InCVIM | InNew, Default: false})
	}
	for _, name := range []string{"implicit_links", "es_index"} {
		table = append(table, Param{Name: name, Type: Bool, In: InCVIM | InNew, Default: false})
	}
	return table
}

// oneFlag complains of several flags that limit a scan: in version opnfv of
// their being there, later of their being true.
func oneFlag(_ context.Context, q *Request) error {
	var set []string
	for _, name := range onlyFlags {
		if q.Bool(name) || q.Compat() == OPNFV && q.Has(name) {
			set = append(set, name)
		}
	}
	if len(set) < 2 {
		return nil
	}
	if q.Compat() == OPNFV {
		return BadRequest("multiple scan_only_* flags found: %s. only one of them can be set.", strings.Join(set, ", "))
	}
	return BadRequest("Multiple scan_only_* flags are set to true: %s. Only one of them can be set to true at a time.", strings.Join(set, ", "))
}

// scanOrder is what a posted scan or schedule asks for.
func (q *Request) scanOrder(ctx context.Context) ScanOrder {
	return ScanOrder{
		Env: q.Env, Who: q.Who(ctx), Object: graph.ID(q.Text("object_id")), Clear: q.Bool("clear"), LogLevel: q.Text("log_level"),
		InventoryOnly: q.Bool(onlyFlags[0]), LinksOnly: q.Bool(onlyFlags[1]), CliquesOnly: q.Bool(onlyFlags[2]),
	}
}

// pending is the status of a scan that waits to be made.
const pending = "pending"

// postScans asks for a scan (section 5.12).
func (a *API) postScans() Resource {
	table := append(postedEnvironment(),
		Param{Name: "status", Type: String, In: InOPNFV, Mandatory: Always, Constant: "scans_statuses"},
		Param{Name: "status", Type: String, In: InNew, Default: pending, Constant: "scans_statuses"},
	)
	table = append(table, scanParams()...)
	table = append(table, Param{Name: "inventory", Type: String}, Param{Name: "object_id", Type: String})
	return Resource{Method: "POST", Path: "/scans", Needs: Edit, Params: table, Check: oneFlag, Handle: a.createScan}
}

func (a *API) createScan(ctx context.Context, q *Request) (Answer, error) {
	id, err := a.submitScan(ctx, q)
	if err != nil {
		return nil, err
	}
	env := string(q.Env)
	return q.created("created a new scan for environment "+env, "Created a new scan for environment "+env, id), nil
}

func (a *API) submitScan(ctx context.Context, q *Request) (id string, err error) {
	if q.Has("status") && q.Text("status") != pending {
		return a.keepScan(ctx, q)
	}
	if a.opt.Scans == nil {
		return "", unavailable("scans")
	}
	return a.opt.Scans.Submit(ctx, q.scanOrder(ctx))
}

// keepScan stores a request that does not wait to be run: a draft, or one that
// says what became of it elsewhere.
func (a *API) keepScan(ctx context.Context, q *Request) (string, error) {
	if a.opt.Writer == nil {
		return "", unavailable("scans")
	}
	now := a.opt.Clock().UTC()
	o := q.scanOrder(ctx)
	body := graph.Attrs{
		"environment": string(q.Env), "status": q.Text("status"), "submit_timestamp": now, "user": o.Who, "log_level": o.LogLevel, "object_id": string(o.Object),
		"clear": o.Clear, onlyFlags[0]: o.InventoryOnly, onlyFlags[1]: o.LinksOnly, onlyFlags[2]: o.CliquesOnly,
	}
	d := &graph.Document{DocKey: graph.DocKey{Collection: graph.Scans, ID: string(graph.NewOID(now))}, Body: body}
	_, err := a.opt.Writer.Commit(ctx, q.Env, graph.Cause{Kind: graph.CauseUser, ID: d.ID, Who: o.Who}, &graph.Batch{PutDocs: []*graph.Document{d}})
	return d.ID, err
}
