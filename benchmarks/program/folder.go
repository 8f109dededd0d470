package program

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
	"calipso/importexport/jsonl"
)

// Fill loads a generated cloud into an empty store, with the document of its
// environment.
func Fill(ctx context.Context, s *graph.Store, cloud graphtest.CloudOptions) error {
	if _, err := s.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{Environment(cloud.Env)}}); err != nil {
		return err
	}
	_, err := s.Load(ctx, cloud.Env, graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(cloud))
	return err
}

// Environment is the document of the environment of a generated cloud.
func Environment(env graph.EnvID) *graph.Document {
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: string(env)}, Body: graph.Attrs{
		"name": string(env), "environment_type": "OpenStack", "distribution": "Debian", "mechanism_drivers": []any{"OVS"},
		"type_drivers": "vxlan", "configuration": []any{},
	}}
}

// Folder writes what a store holds as .jsonl files and says how many objects
// and links these hold.
func Folder(ctx context.Context, s *graph.Store, dir string) (records int, err error) {
	target, err := jsonl.Create(dir)
	if err != nil {
		return 0, err
	}
	out, err := importexport.Export(ctx, importexport.Of(s), target, importexport.ExportOptions{NoCliques: true})
	if err != nil {
		return 0, fmt.Errorf("program: folder: %w", err)
	}
	return int(out.Documents["inventory"] + out.Documents["links"]), nil
}
