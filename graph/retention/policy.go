package retention

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// Policy says how long things are kept. A kind of snapshots that is not named
// is kept for ever.
type Policy struct {
	// Everything: each time of so long can be read. Older ones only where a
	// snapshot names them.
	Everything Age                   `json:"everything"`
	Snapshots  map[snapshot.Kind]Age `json:"snapshots"`
	// Records: messages, and scans and connection tests that have ended, are
	// removed after so long.
	Records Age `json:"records"`
}

// Default keeps everything for 90 days, scheduled snapshots for 26 weeks, those
// made during a change for 14 days, and all others for ever; messages, scans and connection tests 90 days.
func Default() Policy {
	return Policy{Everything: Days(90), Records: Days(90), Snapshots: map[snapshot.Kind]Age{snapshot.Scheduled: Weeks(26), snapshot.During: Days(14)}}
}

// Override is what one environment has differently: what is nil, or not named,
// is as the server has it.
type Override struct {
	Everything *Age                  `json:"everything,omitempty"`
	Snapshots  map[snapshot.Kind]Age `json:"snapshots,omitempty"`
	Records    *Age                  `json:"records,omitempty"`
}

// Over is the policy with what an environment has differently; it names every
// kind.
func (o Override) Over(p Policy) Policy {
	out := Policy{Everything: p.Everything, Records: p.Records, Snapshots: map[snapshot.Kind]Age{}}
	for _, k := range snapshot.Kinds() {
		out.Snapshots[k] = p.Snapshots[k]
	}
	if o.Everything != nil {
		out.Everything = *o.Everything
	}
	if o.Records != nil {
		out.Records = *o.Records
	}
	maps.Copy(out.Snapshots, o.Snapshots)
	return out
}

// Validate tells every fault.
func (o Override) Validate() error {
	var wrong []graph.FieldError
	for _, k := range slices.Sorted(maps.Keys(o.Snapshots)) {
		if !slices.Contains(snapshot.Kinds(), k) {
			wrong = append(wrong, graph.FieldError{Field: "snapshots." + string(k), Reason: fmt.Sprintf("is none of the kinds %v", snapshot.Kinds())})
		}
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "retention", Fields: wrong}
	}
	return nil
}

// policyID is the one document of an environment's collection.
const policyID = "policy"

// Override reads what an environment has differently.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (k *Keeper) Override(ctx context.Context, env graph.EnvID) (o Override, err error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return o, err
	}
	d, err := v.Document(ctx, graph.Retentions, policyID)
	if errors.Is(err, graph.ErrNotFound) {
		return o, nil
	}
	if err != nil {
		return o, err
	}
	b, err := json.Marshal(d.Body)
	if err == nil {
		err = json.Unmarshal(b, &o)
	}
	if err == nil {
		err = o.Validate()
	}
	if err != nil {
		return Override{}, fmt.Errorf("retention: policy of %q: %w", env, err)
	}
	return o, nil
}

// SetOverride stores what an environment has differently.
//
// Errors: *graph.InvalidError; graph.ErrNotFound if there is no such environment.
func (k *Keeper) SetOverride(ctx context.Context, who string, env graph.EnvID, o Override) error {
	if err := o.Validate(); err != nil {
		return err
	}
	if _, err := k.store.View(ctx, env, graph.Now); err != nil {
		return err
	}
	b := &graph.Batch{DeleteDocs: []graph.DocKey{{Collection: graph.Retentions, ID: policyID}}}
	if o.Everything != nil || o.Records != nil || len(o.Snapshots) > 0 {
		body, err := graph.Normalize(o)
		if err != nil {
			return err
		}
		b = &graph.Batch{PutDocs: []*graph.Document{{DocKey: b.DeleteDocs[0], Body: body.(map[string]any)}}}
	}
	_, err := k.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who}, b)
	return err
}

// Policy is what holds for an environment.
//
// Errors: as Override.
func (k *Keeper) Policy(ctx context.Context, env graph.EnvID) (Policy, error) {
	o, err := k.Override(ctx, env)
	return o.Over(k.opt.Policy), err
}
