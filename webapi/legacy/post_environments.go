package legacy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// postEnvironmentConfigs adds an environment (section 5.9).
func (a *API) postEnvironmentConfigs() Resource {
	flag := func(name string) Param {
		return Param{Name: name, Type: Bool}
	}
	off := func(name string) []Param {
		earlier, later := flag(name), flag(name)
		earlier.In, later.In, later.Default = InOPNFV, InCVIM|InNew, false
		return []Param{earlier, later}
	}
	listen := off("listen")
	listen[0].Mandatory = InOPNFV
	table := []Param{
		text("app_path"),
		{Name: "configuration", Type: List, Mandatory: Always},
		{Name: "distribution", Type: String, Mandatory: Always, Constant: "distributions"},
		text("distribution_version"),
	}
	table = append(table, listen...)
	table = append(table,
		Param{Name: "user", Type: String},
		Param{Name: "mechanism_drivers", Type: List, Mandatory: Always, Constant: "mechanism_drivers"},
		text("name"),
		Param{Name: "operational", Type: String, In: InOPNFV | InNew, Mandatory: InOPNFV, Constant: "environment_operational_status"},
		Param{Name: "scanned", Type: Bool, Default: false},
		Param{Name: "last_scanned", Type: Date, MayBeEmpty: true},
		text("type"),
		Param{Name: "type_drivers", Type: String, Mandatory: Always, Constant: "type_drivers"},
	)
	for _, name := range []string{"enable_monitoring", "monitoring_setup_done", "aci_enabled"} {
		table = append(table, off(name)...)
	}
	table = append(table,
		Param{Name: "auth", Type: Object},
		Param{Name: "environment_type", Type: String, Mandatory: InCVIM, MayBeEmpty: true, Constant: "environment_types"},
	)
	return Resource{Method: "POST", Path: "/environment_configs", Needs: CreateEnv, Params: table, Handle: a.createEnvironment}
}

func (a *API) createEnvironment(ctx context.Context, q *Request) (Answer, error) {
	if a.opt.Environments == nil {
		return nil, unavailable("environments")
	}
	name := q.Text("name")
	if err := a.nameFree(ctx, name); err != nil {
		return nil, err
	}
	kind := q.Text("environment_type")
	if kind == "" {
		kind = catalog.OpenStack
	}
	if err := q.valuesOfType(ctx, kind); err != nil {
		return nil, err
	}
	list, _ := q.Values["configuration"].([]any)
	clean, wrong, err := q.sections(ctx, list, requiredSections[kind])
	if err != nil {
		return nil, err
	}
	if wrong != "" {
		return nil, BadRequest("%s", wrong)
	}
	doc := graph.Attrs(q.Values).Clone()
	doc["configuration"], doc["environment_type"] = clean, kind
	env, err := graph.ParseEnvironment(doc)
	if err != nil {
		return nil, err
	}
	if err := a.supported(ctx, env, q.Bool("listen")); err != nil {
		return nil, err
	}
	if err := q.rightsLists(ctx, q.Object("auth")); err != nil {
		return nil, err
	}
	stored, err := a.opt.Environments.Put(ctx, q.Who(ctx), doc, true)
	if errors.Is(err, graph.ErrConflict) {
		return nil, environmentExists(name)
	}
	if err != nil {
		return nil, err
	}
	id := graph.DocumentOID(graph.Shared, graph.Environments, string(stored.Name))
	return q.created("created environment_config for "+name, "Created environment configuration for "+name, string(id)), nil
}

// nameFree complains of a name that an environment has. Who may add one may see
// them all.
func (a *API) nameFree(ctx context.Context, name string) error {
	_, err := a.opt.Environments.Get(ctx, graph.EnvID(name))
	switch {
	case errors.Is(err, graph.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return environmentExists(name)
}

func environmentExists(name string) error {
	return BadRequest("Environment with name '%s' already exists", name)
}

// valuesOfType compares with the constants of the environment's type, where
// earlier versions knew those of one type, or of all alike (rule API-14).
func (q *Request) valuesOfType(ctx context.Context, kind string) error {
	if q.Compat() != Current {
		return nil
	}
	for _, field := range []struct{ name, constant string }{
		{"distribution", "distributions"}, {"mechanism_drivers", "mechanism_drivers"}, {"type_drivers", "type_drivers"},
	} {
		allowed, err := q.api.valuesFor(ctx, field.constant, kind)
		if err != nil {
			return err
		}
		// What no constant of a type lists is not known well enough to refuse.
		if len(allowed) > 0 && !among(q.Values[field.name], allowed) {
			return BadRequest("%s", notAmong(field.name, allowed))
		}
	}
	return nil
}

// supported compares an environment with the support matrix.
func (a *API) supported(ctx context.Context, env *graph.Environment, listen bool) error {
	docs, err := a.shared(ctx, catalog.SupportedEnvironments)
	if err != nil {
		return err
	}
	var rows []catalog.Supported
	for _, d := range docs {
		rows = append(rows, catalog.ParseSupported(d))
	}
	var names []string
	for name := range env.Sections {
		names = append(names, name)
	}
	slices.Sort(names)
	fault := supportFault(func(f catalog.Feature) bool { return catalog.Supports(env, f, rows) == nil }, names, listen)
	if fault != "" {
		return BadRequest("%s", fault)
	}
	return nil
}

// rightsLists checks who may view and edit an environment.
func (q *Request) rightsLists(ctx context.Context, lists map[string]any) error {
	if lists == nil {
		return nil
	}
	_, err := q.Validate(ctx, []Param{
		{Name: "view-env", Type: List, Mandatory: Always, Check: texts("view-env")},
		{Name: "edit-env", Type: List, Mandatory: Always, Check: texts("edit-env")},
	}, nil, lists)
	var told *Error
	if errors.As(err, &told) {
		return BadRequest("%s: %s", q.either("auth error", "Auth config error"), told.Message)
	}
	return err
}

// texts complains of a list with other entries than texts.
func texts(name string) func(context.Context, *Request, any) (string, error) {
	return func(_ context.Context, _ *Request, v any) (string, error) {
		for _, e := range v.([]any) {
			if _, ok := e.(string); !ok {
				return fmt.Sprintf("%s must be list of string", name), nil
			}
		}
		return "", nil
	}
}
