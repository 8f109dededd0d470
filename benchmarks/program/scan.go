package program

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// Environments lists those that the server has.
func (s *Server) Environments(ctx context.Context) ([]graph.EnvID, error) {
	var page struct {
		Items []struct{ Name graph.EnvID } `json:"items"`
	}
	if err := s.Get(ctx, "/api/v1/environments?limit=1000", &page); err != nil {
		return nil, err
	}
	var out []graph.EnvID
	for _, e := range page.Items {
		out = append(out, e.Name)
	}
	return out, nil
}

// Scan scans an environment and waits for the end. With a name, it leaves a
// snapshot of that kind; "" is as the program has it.
//
// Errors: a scan that failed or was aborted.
func (s *Server) Scan(ctx context.Context, env graph.EnvID, name string, kind snapshot.Kind) error {
	scans := "/api/v1/environments/" + url.PathEscape(string(env)) + "/scans"
	var scan struct{ ID, Status, Error string }
	in := map[string]string{}
	if name != "" {
		in["snapshot"], in["snapshot_kind"] = name, string(kind)
	}
	if err := s.Post(ctx, scans, in, &scan); err != nil {
		return err
	}
	for {
		switch scan.Status {
		case "completed", "completed_with_errors":
			return nil
		case "failed", "aborted":
			return fmt.Errorf("program: scan of %q %s: %s", env, scan.Status, scan.Error)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		if err := s.Get(ctx, scans+"/"+url.PathEscape(scan.ID), &scan); err != nil {
			return err
		}
	}
}
