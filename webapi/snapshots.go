package webapi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
	"calipso/query"
)

// snapshotBody is a snapshot as answers show it.
type snapshotBody struct {
	Name     string             `json:"name" doc:"stands wherever a time of the environment does"`
	Env      graph.EnvID        `json:"environment" doc:"what it is of"`
	Time     graph.Time         `json:"time" format:"date-time" doc:"the commit it shows"`
	Kind     snapshot.Kind      `json:"kind" enum:"scheduled,manual,design,pre,during,post" doc:"what it is for"`
	Complete bool               `json:"complete" doc:"no part of a scan stood as failed then"`
	Failed   []query.FailedPart `json:"failed_parts" nullable:"false" doc:"the parts that did: what they state may be outdated"`
	Comment  string             `json:"comment" doc:"in somebody's words"`
	Creator  string             `json:"creator" doc:"who made it; empty: the server"`
	Created  time.Time          `json:"created" doc:"when it was made"`
	Scan     string             `json:"scan,omitempty" doc:"the scan at whose end it was made"`
}

func newSnapshotBody(s *snapshot.Snapshot) snapshotBody {
	b := snapshotBody{s.Name, s.Env, s.Time, s.Kind, s.Complete, []query.FailedPart{}, s.Comment, s.Creator, s.Created, s.Scan}
	for _, p := range s.Failed {
		b.Failed = append(b.Failed, query.FailedPart{Part: p.Part, Reason: p.Reason})
	}
	return b
}

type snapshotListRequest struct {
	EnvPath
	PageQuery
	Kind []string `query:"kind,explode" maxItems:"10" doc:"only of these kinds" example:"scheduled"`
}

type snapshotListReply struct{ Body ListBody[snapshotBody] }

// listSnapshots serves GET /api/v1/environments/{env}/snapshots: those of the
// newest times first.
func (a *API) listSnapshots(ctx context.Context, in *snapshotListRequest) (*snapshotListReply, error) {
	if a.opt.Snapshots == nil {
		return nil, fmt.Errorf("snapshots: %w", ErrUnavailable)
	}
	all, err := a.opt.Snapshots.List(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	if len(in.Kind) > 0 {
		all = slices.DeleteFunc(all, func(s *snapshot.Snapshot) bool { return !slices.Contains(in.Kind, string(s.Kind)) })
	}
	page, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	body := ListBody[snapshotBody]{Items: []snapshotBody{}, Next: page.Next, Total: page.Total}
	for _, s := range page.Items {
		body.Items = append(body.Items, newSnapshotBody(s))
	}
	return &snapshotListReply{Body: body}, nil
}

type newSnapshotRequest struct {
	EnvPath
	Body struct {
		Name    string `json:"name" maxLength:"100" doc:"must not read as a time, nor hold a slash" example:"before-upgrade"`
		Kind    string `json:"kind,omitempty" enum:"scheduled,manual,design,pre,during,post" default:"manual" doc:"what it is for"`
		Comment string `json:"comment,omitempty" maxLength:"4000" doc:"in your words"`
		At      string `json:"at,omitempty" maxLength:"200" doc:"the time to name, or another snapshot; default: now"`
	}
}

type newSnapshotReply struct {
	Location string `header:"Location" doc:"where it can be removed"`
	Body     snapshotBody
}

// createSnapshot serves POST /api/v1/environments/{env}/snapshots: 201, 404,
// 409, 422.
func (a *API) createSnapshot(ctx context.Context, in *newSnapshotRequest) (*newSnapshotReply, error) {
	if a.opt.Snapshots == nil {
		return nil, fmt.Errorf("snapshots: %w", ErrUnavailable)
	}
	at, err := snapshot.At(ctx, a.opt.Store, in.Env, in.Body.At)
	if err != nil {
		return nil, err
	}
	s, err := a.opt.Snapshots.Create(ctx, snapshot.Request{
		Env: in.Env, Name: in.Body.Name, Kind: snapshot.Kind(in.Body.Kind), Comment: in.Body.Comment,
		Creator: principal(ctx).User.Name, At: at,
	})
	if err != nil {
		return nil, err
	}
	return &newSnapshotReply{
		Location: "/api/v1/environments/" + escapePath(string(in.Env)) + "/snapshots/" + escapePath(s.Name), Body: newSnapshotBody(s),
	}, nil
}

type snapshotRequest struct {
	EnvPath
	Name string `path:"name" maxLength:"400" doc:"name of the snapshot, percent-encoded"`
}

// removeSnapshot serves DELETE …/snapshots/{name}: 204, 404. The time it named
// can still be read.
func (a *API) removeSnapshot(ctx context.Context, in *snapshotRequest) (*struct{}, error) {
	if a.opt.Snapshots == nil {
		return nil, fmt.Errorf("snapshots: %w", ErrUnavailable)
	}
	return nil, a.opt.Snapshots.Remove(ctx, principal(ctx).User.Name, in.Env, in.Name)
}
