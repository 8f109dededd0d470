package mongo_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"calipso/graph"
	"calipso/graph/graphtest"
)

// contents are all documents of a database, one a line, as the bare driver
// reads them, in order.
func contents(t testing.TB, db *driver.Database) string {
	t.Helper()
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	var lines []string
	for _, n := range names {
		cur, err := db.Collection(n).Find(t.Context(), bson.D{})
		if err != nil {
			t.Fatal(err)
		}
		var docs []bson.D
		if err := cur.All(t.Context(), &docs); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s: %d", n, len(docs)))
		for _, d := range docs {
			line, err := bson.MarshalExtJSON(d, true, false)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, n+" "+string(line))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// draw prints an environment.
func draw(t testing.TB, s *graph.Store, env graph.EnvID) string {
	t.Helper()
	v, err := s.View(t.Context(), env, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d := graph.NewDraft()
	for x, err := range v.Vertices(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		x = x.Clone()
		if x.Name = x.Text(); x.ObjectName == x.Name {
			x.ObjectName = "" // which means the same
		}
		d.Put(x)
	}
	for e, err := range v.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		d.PutEdge(e)
	}
	return graphtest.Draw(d)
}

// canonical spells values so that equal ones are spelt alike.
func canonical(t testing.TB, values ...any) string {
	t.Helper()
	b, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
