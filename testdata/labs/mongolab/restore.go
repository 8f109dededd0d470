package mongolab

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Restore fills a database with the files <collection>.json of a folder, as
// mongoexport wrote them, by the bare driver. rename gives the collections their
// names.
func Restore(t testing.TB, db *mongo.Database, dir string, rename func(string) string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", dir, files, err)
	}
	for _, f := range files {
		name := rename(strings.TrimSuffix(filepath.Base(f), ".json"))
		if err := db.CreateCollection(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		docs := documents(t, f)
		if len(docs) == 0 {
			continue
		}
		if _, err := db.Collection(name).InsertMany(t.Context(), docs); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
}

// documents reads a file of one document a line, or of one array.
func documents(t testing.TB, file string) []bson.D {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var raws []json.RawMessage
	if text = bytes.TrimSpace(text); bytes.HasPrefix(text, []byte("[")) {
		if err := json.Unmarshal(text, &raws); err != nil {
			t.Fatal(err)
		}
	} else {
		for line := range bytes.Lines(text) {
			raws = append(raws, line)
		}
	}
	var docs []bson.D
	for _, r := range raws {
		var d bson.D
		if err := bson.UnmarshalExtJSON(r, false, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		docs = append(docs, d)
	}
	return docs
}
