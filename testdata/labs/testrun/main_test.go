package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	events := `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:7: wants LAB_X\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestC","Output":"    a_test.go:9: got 1\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p","Elapsed":1.5}
`
	var out strings.Builder
	if report(strings.NewReader(events), &out) {
		t.Error("a failed test is well")
	}
	for _, want := range []string{"skipped: p TestA: wants LAB_X", "a_test.go:9: got 1", "1 passed, 1 failed, 1 skipped, 0 leaks"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if report(strings.NewReader(""), &out) {
		t.Error("a run without any test is well")
	}
}

// A test that prints a credential fails the run, by its name, and what it said
// is not shown.
func TestLeak(t *testing.T) {
	events := `{"Action":"output","Package":"p","Test":"TestA","Output":"dial calipso:s3cr3"}
{"Action":"output","Package":"p","Test":"TestA","Output":"t-word@tcp(h)\n"}
{"Action":"%s","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestB"}
`
	for _, end := range []string{"pass", "fail", "skip"} {
		var out strings.Builder
		if report(strings.NewReader(strings.Replace(events, "%s", end, 1)), &out) {
			t.Errorf("%s: a leak is well", end)
		}
		if said := out.String(); !strings.Contains(said, "LEAK  p TestA shows") || !strings.Contains(said, "1 leaks") || strings.Contains(said, "t-word") {
			t.Errorf("%s:\n%s", end, said)
		}
	}
}
