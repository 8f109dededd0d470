package legacy

import (
	"context"
	"net/http"
	"time"

	"calipso/graph"
)

// getTimezone tells what time it is where an environment, or this server, is
// (section 6.4).
func (a *API) getTimezone() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/timezone", In: InCVIM | InNew, Needs: View,
		Params: []Param{optionalEnv},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			if q.Env == graph.Shared {
				return Bare{clockIn("", a.opt.Clock())}, nil
			}
			d, err := a.environmentDocument(ctx, string(q.Env))
			if err != nil {
				return nil, err
			}
			return Bare{clockIn(d.Body.String("timezone"), a.opt.Clock())}, nil
		},
	}
}

// optionalEnv names an environment, or leaves it out.
var optionalEnv = Param{Name: "env_name", Type: String, Environment: true}

// getHealth tells how the environments, or one of them, stand (section 6.5).
func (a *API) getHealth() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/health", In: InCVIM | InNew, Needs: View,
		Params: []Param{optionalEnv},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			if q.Env != graph.Shared {
				h, err := a.healthOf(ctx, q.Env)
				return Bare{h}, err
			}
			envs, err := a.host.Visible(ctx)
			if err != nil {
				return nil, err
			}
			all := map[string]any{}
			for _, env := range envs {
				if all[string(env)], err = a.healthOf(ctx, env); err != nil {
					return nil, err
				}
			}
			return Bare{map[string]any{"version": a.opt.Version, "timezone": clockIn("", a.opt.Clock()), "environments": all}}, nil
		},
	}
}

// healthOf tells how one environment stands, by its own latest scan (rule
// API-18).
func (a *API) healthOf(ctx context.Context, env graph.EnvID) (map[string]any, error) {
	d, err := a.environmentDocument(ctx, string(env))
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"scanned": d.Body.Bool("scanned"), "timezone": clockIn(d.Body.String("timezone"), a.opt.Clock()), "version": nil,
	}
	if v := d.Body.String("version"); v != "" {
		out["version"] = v
	}
	var submitted, ended time.Time
	for s, err := range a.documents(ctx, env, graph.Scans) {
		if err != nil {
			return nil, err
		}
		status := s.Body.String("status")
		at, _ := moment(s.Body["submit_timestamp"])
		end, _ := moment(s.Body["end_timestamp"])
		if submitted.IsZero() || at.After(submitted) {
			submitted = at
			out["last_scan_status"], out["last_scanned"] = status, at
			if !end.IsZero() {
				out["last_scanned"] = end
			}
		}
		if scanned, says := fullScan(s.Body); says && !end.Before(ended) {
			ended = end
			out["scanned"] = scanned
		}
	}
	return out, nil
}

// fullScan tells whether the scan of a whole environment succeeded; says is
// false of scans that are none, or have not ended (rule DIS-16).
func fullScan(s graph.Attrs) (scanned, says bool) {
	if s.String("object_id") != "" || s.Bool("scan_only_links") || s.Bool("scan_only_cliques") {
		return false, false
	}
	switch s.String("status") {
	case "completed", "completed_with_errors":
		return true, true
	case "failed":
		return false, true
	}
	return false, false
}
