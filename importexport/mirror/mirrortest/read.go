package mirrortest

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/hex"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"calipso/importexport"
)

//go:embed read.py
var reader string

// python is the one that Debian's python3-pymongo belongs to.
const python = "/usr/bin/python3"

// Read reads all documents of a database with a client of another make, but for
// what the mirror notes for itself. Without that client the test skips, or fails
// if LAB_REQUIRED names mongo.
func Read(t testing.TB, uri, database string) Documents {
	t.Helper()
	if exec.CommandContext(t.Context(), python, "-c", "import pymongo").Run() != nil {
		if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "mongo") {
			t.Fatal("no independent reader: python3-pymongo is not installed")
		}
		t.Skip("no independent reader: python3-pymongo is not installed; run testdata/labs/install mongo")
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", reader, uri, database)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	b, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	out := Documents{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), " ")
		d, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		out.Add(name, d)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	delete(out, importexport.MirrorState)
	return out
}
