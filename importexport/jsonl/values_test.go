package jsonl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/importexport"
	"calipso/importexport/jsonl"
)

// read gives the documents of one collection, with their places, and the error.
func read(t *testing.T, file, text string) (docs []importexport.Doc, at string, err error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := jsonl.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range src.Documents(t.Context(), "things") {
		if err != nil {
			return docs, at, err
		}
		at += strings.TrimPrefix(d.At, file) + " "
		d.At, d.Bytes = "", 0
		docs = append(docs, d)
	}
	return docs, at, nil
}

// TestForms reads the same documents in every form that mongoexport has written.
func TestForms(t *testing.T) {
	const (
		id  = `{"$oid":"5f3c10a2b7e4d1c6a0915e01"}`
		two = `{"_id":"second","n":1.5}`
	)
	want, at, err := read(t, "things.jsonl", `{"_id":`+id+`,"a[dot]b":{"[dollar]c":1},"n":5,"big":{"$numberLong":"5000000000"},"at":{"$date":"2018-05-02T08:14:55.12Z"}}
`+two)
	if err != nil || len(want) != 2 || at != ":1 :2 " || want[0].Body.Map("a.b")["$c"] != int64(1) {
		t.Fatalf("%v at %s, %v", want, at, err)
	}
	first := func(n, big, date string) string {
		return fmt.Sprintf(`{"_id":%s,"a[dot]b":{"[dollar]c":1},"n":%s,"big":%s,"at":{"$date":%s}}`, id, n, big, date)
	}
	for _, c := range []struct{ name, text, at string }{
		{"canonical", first(`{"$numberInt":"5"}`, `{"$numberLong":"5000000000"}`, `{"$numberLong":"1525248895120"}`) + "\n" + two, ":1 :2 "},
		{"relaxed", first("5", "5000000000", `"2018-05-02T08:14:55.12Z"`) + "\n" + two, ":1 :2 "},
		{"version 1, milliseconds", first("5", `{"$numberLong":"5000000000"}`, "1525248895120") + "\n" + two, ":1 :2 "},
		{"version 1, offset", first("5", `{"$numberLong":"5000000000"}`, `"2018-05-02T10:14:55.120+0200"`) + "\n\n" + two, ":1 :3 "},
		{"array", "[" + first("5", "5000000000", "1525248895120") + ",\n" + two + "]\n", ":1 :2 "},
		{"array, pretty", "[\n\t" + strings.ReplaceAll(first("5", "5000000000", "1525248895120"), ",", ",\n\t\t") + ",\n\t{\n" + two[1:] + "\n]\n", ":2 :7 "},
		{"pretty", "{\n" + first("5", "5000000000", `"2018-05-02T08:14:55.12Z"`)[1:] + "\n{\n" + two[1:] + "\n", ":1 :3 "},
	} {
		got, at, err := read(t, "things.json", c.text)
		if err != nil || at != c.at {
			t.Errorf("%s: at %s, %v", c.name, at, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	for text, place := range map[string]string{
		"[" + two + ",\n{\"n\":}\n]": "things.json:1", "[" + two + "\n": "things.json:", "[" + two + "] " + two: "follows the array",
		"[1]": "things.json:1", "{\n\"n\": 1,\n": "things.json:", "[]x": "follows",
	} {
		if docs, _, err := read(t, "things.json", text); err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("%q: %v, %v", text, docs, err)
		}
	}
	if docs, _, err := read(t, "things.json", "[]\n"); err != nil || len(docs) > 0 {
		t.Errorf("an empty array: %v, %v", docs, err)
	}
}
