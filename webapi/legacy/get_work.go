package legacy

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"time"

	"calipso/graph"
)

// envName is the mandatory name of an environment.
var envName = Param{Name: "env_name", Type: String, Mandatory: Always, Environment: true}

func (a *API) getMessages() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/messages", Needs: View,
		Params: paged(
			envName,
			Param{Name: "id", Type: String, In: InOPNFV | InNew},
			Param{Name: "id", Type: OID, In: InCVIM},
			Param{Name: "source_system", Type: String, Match: Equal},
			Param{Name: "level", Type: String, Constant: "messages_severity", Match: Equal},
			Param{Name: "related_object", Type: String, Match: Equal},
			Param{Name: "related_object_type", Type: String, Constant: "object_types", Match: Equal},
			Param{Name: "start_time", Type: Date, Field: "timestamp", Match: From},
			Param{Name: "end_time", Type: Date, Field: "timestamp", Match: Until},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			docs := q.inEnvironment(ctx, graph.Messages)
			if q.Has("id") {
				return q.message(docs)
			}
			fields := []string{"environment", "source_system", "level"}
			if q.Compat() == OPNFV {
				fields = append(fields, "id")
			}
			return q.find(docs, "messages", fields...)
		},
	}
}

// message finds one by its own id, or by that of its document: 24 hex digits
// are tried as the latter first.
func (q *Request) message(docs iter.Seq2[map[string]any, error]) (Answer, error) {
	var own One
	id := q.Text("id")
	for m, err := range docs {
		if err != nil {
			return nil, err
		}
		if !q.matches(m) {
			continue
		}
		if q.Compat() != OPNFV && same(m["_id"], id) {
			if q.Compat() == CVIM {
				m["id"] = m["_id"]
			}
			return One(m), nil
		}
		if own == nil && m["id"] == id {
			own = m
		}
	}
	if q.Compat() == CVIM {
		own = nil
	}
	return own, nil
}

func (a *API) getScans() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/scans", Needs: View,
		Params: paged(
			aliased(envName, "environment"),
			oneID,
			Param{Name: "base_object", Type: String, Field: "object_id", Match: Equal},
			Param{Name: "status", Type: String, Constant: "scans_statuses", Match: Equal},
			Param{Name: "latest", Type: Bool, In: InCVIM | InNew},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			docs := withoutID(q.inEnvironment(ctx, graph.Scans))
			if q.Bool("latest") {
				return q.latest(docs)
			}
			fields := []string{"environment", "status", "start_timestamp", "end_timestamp"}
			if q.Compat() == OPNFV {
				fields = fields[:2]
			}
			return q.find(docs, "scans", fields...)
		},
	}
}

// aliased is a parameter under another name as well.
func aliased(p Param, alias string) Param {
	p.Alias = alias
	return p
}

// withoutID drops the ids inside documents that are addressed by that of the
// document.
func withoutID(docs iter.Seq2[map[string]any, error]) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for m, err := range docs {
			if err == nil {
				delete(m, "id")
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// latest is a bare list with the scan that was asked for last.
func (q *Request) latest(docs iter.Seq2[map[string]any, error]) (Answer, error) {
	list := []map[string]any{}
	var newest time.Time
	for m, err := range docs {
		if err != nil {
			return nil, err
		}
		if !q.matches(m) {
			continue
		}
		if t, _ := moment(m["submit_timestamp"]); len(list) == 0 || t.After(newest) {
			m["id"] = m["_id"]
			list, newest = []map[string]any{m}, t
		}
	}
	return Bare{list}, nil
}

// The words for how often a scan is made.
var (
	freqs       = []string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"}
	recurrences = []string{"ONCE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
)

func (a *API) getScheduledScans() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/scheduled_scans", Needs: View,
		Params: paged(
			Param{Name: "environment", Type: String, In: InOPNFV, Mandatory: Always, Environment: true},
			Param{Name: "env_name", Alias: "environment", Type: String, In: InCVIM | InNew, Mandatory: Always, Environment: true},
			oneID,
			Param{Name: "freq", Type: String, In: InOPNFV, OneOf: freqs, Match: Equal},
			Param{Name: "recurrence", Alias: "freq", Type: String, In: InCVIM | InNew, OneOf: recurrences, Match: Equal},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			fields := []string{"environment", "scheduled_timestamp", "recurrence", "freq"}
			switch q.Compat() {
			case CVIM:
				fields = fields[:3]
			case OPNFV:
				fields = []string{"environment", "scheduled_timestamp", "freq"}
			}
			return q.find(rhythm(withoutID(q.inEnvironment(ctx, graph.ScheduledScans))), "scheduled_scans", fields...)
		},
	}
}

// rhythm gives schedules that say how often under one name of it the other one
// too.
func rhythm(docs iter.Seq2[map[string]any, error]) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for m, err := range docs {
			for _, names := range [][2]string{{"freq", "recurrence"}, {"recurrence", "freq"}} {
				if v, ok := m[names[0]]; ok && m[names[1]] == nil {
					m[names[1]] = v
				}
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

func (a *API) getConnectionTests() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/connection_tests", Needs: View,
		Params: paged(
			Param{Name: "env_name", Alias: "environment", Type: String, Mandatory: Always},
			oneID,
			Param{Name: "status", Type: String, Match: Equal},
			Param{Name: "test_targets", Type: String | List, Constant: "configuration_targets"},
			Param{Name: "test_results", Type: Bool},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			docs, err := q.tests(ctx)
			if err != nil {
				return nil, err
			}
			answer, err := q.find(withoutID(docs), "connection_tests", "test_targets", "test_results")
			if one, ok := answer.(One); ok && one != nil {
				q.reduce(one)
			}
			return answer, err
		},
	}
}

// reduce leaves of a test the targets asked for, or those with the result asked
// for.
func (q *Request) reduce(m map[string]any) {
	if !q.Has("test_targets") && !q.Has("test_results") {
		return
	}
	results, _ := m["test_results"].(map[string]any)
	wanted := func(target any) bool {
		name, _ := target.(string)
		if q.Has("test_targets") && !slices.Contains(q.Texts("test_targets"), name) {
			return false
		}
		result, tested := results[name].(bool)
		return !q.Has("test_results") || tested && result == q.Bool("test_results")
	}
	keep := func(list any, name func(any) any) any {
		all, _ := list.([]any)
		out := []any{}
		for _, e := range all {
			if wanted(name(e)) {
				out = append(out, e)
			}
		}
		return out
	}
	m["test_targets"] = keep(m["test_targets"], func(e any) any { return e })
	m["targets_configuration"] = keep(m["targets_configuration"], func(e any) any { return member(map[string]any{"section": e}, "section.name") })
	if results != nil {
		left := map[string]any{}
		for target, result := range results {
			if wanted(target) {
				left[target] = result
			}
		}
		m["test_results"] = left
	}
}
