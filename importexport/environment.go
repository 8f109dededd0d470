package importexport

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph"
)

// environment maps an environment document. Secrets that the source masks are
// kept as the store has them.
func (im *importer) environment(ctx context.Context, view View, d Doc) (doc *graph.Document, note, why string) {
	b := d.Body
	name := b.String("name")
	switch {
	case name == "":
		return nil, "", "no name"
	case im.opt.Env != "" && name != string(im.opt.Env):
		return nil, "", "of another environment"
	}
	if todaysEnvironment(b) {
		note = "fields brought into today's form"
	}
	env, err := graph.ParseEnvironment(b)
	if err != nil {
		im.report.Warnings = append(im.report.Warnings, fmt.Sprintf("%s: %v; its configuration is left out, so it cannot be scanned", d.At, err))
		note = "configuration left out"
		b["configuration"] = []any{}
		delete(b, "pod_data")
		if env, err = graph.ParseEnvironment(b); err != nil {
			return nil, "", err.Error()
		}
	}
	var stored graph.Attrs
	if view != nil {
		if old, err := view.Document(ctx, graph.Environments, name); err == nil {
			stored = old.Body
		} else if !errors.Is(err, graph.ErrNotFound) {
			im.report.Warnings = append(im.report.Warnings, fmt.Sprintf("%s: stored secrets of %q cannot be read: %v", d.At, name, err))
		}
	}
	if missing := keepSecrets(map[string]any(env.Body), map[string]any(stored)); missing > 0 {
		im.report.Warnings = append(im.report.Warnings, fmt.Sprintf("environment %q: %d passwords are masked in the source; enter them before scanning", name, missing))
	}
	return env.Document(), note, ""
}

// todaysEnvironment renames fields that old documents spell otherwise and tells
// whether there were any.
func todaysEnvironment(b graph.Attrs) bool {
	changed := false
	rename := func(m map[string]any, from, to string) {
		if v, ok := m[from]; ok {
			delete(m, from)
			if _, has := m[to]; !has {
				m[to] = v
			}
			changed = true
		}
	}
	rename(b, "network_plugins", "mechanism_drivers")
	rename(b, "last_scanned:", "last_scanned")
	if b.String("operational") == "yes" {
		b["operational"], changed = "running", true
	}
	for _, s := range b.Maps("configuration") {
		rename(s, "password", "pwd")
		if s.String("name") == "Monitoring" {
			rename(s, "port", "api_port")
		}
	}
	return changed
}

// keepSecrets puts the stored secrets in place of masked ones and counts those
// that are not stored. Sections are matched by their names.
func keepSecrets(v, stored any) (missing int) {
	switch v := v.(type) {
	case map[string]any:
		old, _ := stored.(map[string]any)
		for k, e := range v {
			s, ok := e.(graph.Secret)
			if !ok {
				missing += keepSecrets(e, old[k])
				continue
			}
			if !graph.IsMasked(s.Reveal()) {
				continue
			}
			if kept, ok := old[k].(graph.Secret); ok {
				v[k] = kept
				continue
			}
			missing++
		}
	case []any:
		old, _ := stored.([]any)
		for i, e := range v {
			missing += keepSecrets(e, sameName(e, old, i))
		}
	}
	return missing
}

func sameName(v any, list []any, i int) any {
	if m, ok := v.(map[string]any); ok {
		if name, ok := m["name"]; ok {
			for _, o := range list {
				if om, ok := o.(map[string]any); ok && om["name"] == name {
					return o
				}
			}
			return nil
		}
	}
	if i < len(list) {
		return list[i]
	}
	return nil
}

// undescribed is a document for an environment that has objects but no document
// in the source or store, nil if it has one: without, it would not be listed.
func (im *importer) undescribed(ctx context.Context, view View, env graph.EnvID, described map[graph.EnvID]bool) (*graph.Document, error) {
	if described[env] {
		return nil, nil
	}
	if view != nil {
		_, err := view.Document(ctx, graph.Environments, string(env))
		if err == nil {
			return nil, nil
		}
		if !errors.Is(err, graph.ErrNotFound) {
			return nil, err
		}
	}
	e, err := graph.ParseEnvironment(graph.Attrs{"name": string(env), "type": "environment", "environment_type": "OpenStack", "configuration": []any{}})
	if err != nil {
		return nil, err
	}
	im.report.Warnings = append(im.report.Warnings, fmt.Sprintf("environment %q has no document in the source; one without access data was made", env))
	return e.Document(), nil
}
