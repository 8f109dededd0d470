package mongo_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
	"calipso/importexport/mongo"
)

// counted is a source that counts the objects it gives.
type counted struct {
	*mongo.Source
	objects map[graph.EnvID]int // by what was asked for
}

func (c counted) Documents(ctx context.Context, collection string) iter.Seq2[importexport.Doc, error] {
	return c.count("", collection, c.Source.Documents(ctx, collection))
}

func (c counted) DocumentsOf(ctx context.Context, collection string, env graph.EnvID) iter.Seq2[importexport.Doc, error] {
	return c.count(env, collection, c.Source.DocumentsOf(ctx, collection, env))
}

func (c counted) count(of graph.EnvID, collection string, docs iter.Seq2[importexport.Doc, error]) iter.Seq2[importexport.Doc, error] {
	return func(yield func(importexport.Doc, error) bool) {
		for d, err := range docs {
			if collection == "inventory" {
				c.objects[of]++
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// TestSeveralEnvironments reads each object once more at most, however many
// environments there are; one that is asked for alone, nothing else.
func TestSeveralEnvironments(t *testing.T) {
	uri, _ := lab.Database(t)
	a := newStore(t)
	envs := []graph.EnvID{"a", "b", "c", "d"}
	for i, env := range envs {
		load(t, a, env, graphtest.CloudOptions{Seed: uint64(i), Hosts: 1, InstancesPerHost: i + 1})
	}
	total := int(exported(t, a, uri, importexport.ExportOptions{NoCliques: true}).Documents["inventory"])
	b := newStore(t)
	src := counted{open(t, uri).Source(""), map[graph.EnvID]int{}}
	r, err := importexport.Import(t.Context(), src, importexport.Of(b), importexport.ImportOptions{})
	if err != nil || !slices.Equal(r.Environments, envs) {
		t.Fatalf("%v, %v", r.Environments, err)
	}
	sum := 0
	for env, n := range src.objects {
		sum += n
		if env != "" && src.objects[env] >= total {
			t.Errorf("%d objects of %s", n, env)
		}
	}
	if sum > 2*total+1 || src.objects["d"] == 0 {
		t.Errorf("%v of %d objects were read", src.objects, total)
	}
	for _, env := range envs {
		if draw(t, a, env) != draw(t, b, env) {
			t.Errorf("environment %s differs", env)
		}
	}
	one := counted{open(t, uri).Source(""), map[graph.EnvID]int{}}
	if _, err := importexport.Import(t.Context(), one, importexport.Of(newStore(t)), importexport.ImportOptions{Env: "c"}); err != nil {
		t.Fatal(err)
	}
	if one.objects["c"] != src.objects["c"] || one.objects[""] > 1 {
		t.Errorf("for environment c alone %v", one.objects)
	}
}
