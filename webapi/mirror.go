package webapi

import (
	"context"
	"fmt"
	"time"

	"calipso/graph"
)

// Mirror keeps a MongoDB in step with the graph.
type Mirror interface {
	// Status tells how far it is.
	Status(ctx context.Context) (*MirrorStatus, error)
	// Rebuild has everything compared, and what others wrote replaced.
	Rebuild() error
}

// MirrorStatus is how far the MongoDB is.
type MirrorStatus struct {
	State   string           `json:"state" enum:"off,stopped,connecting,copying,following,in step,unreachable,refused" doc:"off: none is configured; stopped: no server is running that keeps it in step; unreachable: the last try failed, and it is tried again; refused: it holds documents that this server did not write"`
	MongoDB string           `json:"mongodb,omitempty" doc:"its address without user name and password, and the name of the inventory collection"`
	Commits int              `json:"commits_behind" doc:"commits that are not there yet"`
	Lag     float64          `json:"lag_seconds" doc:"age of the oldest commit that is not there yet"`
	Synced  time.Time        `json:"synced,omitzero" doc:"when everything was there last; not given: not since the server started"`
	Written int64            `json:"documents_written" doc:"since the server started"`
	Removed int64            `json:"documents_removed" doc:"since the server started"`
	Bytes   int64            `json:"bytes_written" doc:"since the server started"`
	Error   string           `json:"error,omitempty" doc:"why the last try failed"`
	Failed  time.Time        `json:"failed,omitzero" doc:"when that was"`
	Failing int64            `json:"failures" doc:"tries that failed since the server started"`
	Envs    []MirrorPosition `json:"environments" nullable:"false" doc:"how far each environment is"`
}

// MirrorPosition is how far the documents of one environment are.
type MirrorPosition struct {
	Env     graph.EnvID `json:"environment" doc:"empty: documents of no environment, such as clique types"`
	At      *graph.Time `json:"at,omitempty" format:"date-time" doc:"commit whose documents are there; not given: it is being copied"`
	Last    *graph.Time `json:"last,omitempty" format:"date-time" doc:"the last commit there is"`
	Commits int         `json:"commits_behind" doc:"commits in between"`
	Lag     float64     `json:"lag_seconds" doc:"age of the oldest of these"`
}

type mirrorReply struct{ Body MirrorStatus }

// getMirror serves GET /api/v1/mirror.
func (a *API) getMirror(ctx context.Context, _ *struct{}) (*mirrorReply, error) {
	if a.opt.Mirror == nil {
		return &mirrorReply{Body: MirrorStatus{State: "off", Envs: []MirrorPosition{}}}, nil
	}
	s, err := a.opt.Mirror.Status(ctx)
	if err != nil {
		return nil, err
	}
	return &mirrorReply{Body: *s}, nil
}

// rebuildMirror serves POST /api/v1/mirror/rebuild: 202, 503 if no MongoDB is
// configured.
func (a *API) rebuildMirror(context.Context, *struct{}) (*struct{}, error) {
	if a.opt.Mirror == nil {
		return nil, fmt.Errorf("a MongoDB to keep in step (mongo.uri): %w", ErrUnavailable)
	}
	return nil, a.opt.Mirror.Rebuild()
}
