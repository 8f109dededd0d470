package hostcli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"calipso/collect"
)

// parsers are all that read foreign text, by the folder of their golden files:
// "parse", the text, "----", what is understood.
var parsers = map[string]func(text []byte) (any, error){
	"addresses": func(b []byte) (any, error) { // what a service's interface tells
		links, err := parseLinks("test", b)
		if err != nil {
			links, err = parseLinksText("test", b)
		}
		out := map[string]any{}
		for i := range links {
			out[links[i].Name] = addressAttrs(&links[i])
		}
		return out, err
	},
	"bonds":     func(b []byte) (any, error) { return parseBond("test", b) },
	"brctl":     func(b []byte) (any, error) { return parseBrctl("test", b) },
	"bridges":   func(b []byte) (any, error) { links, err := parseLinks("test", b); return bridgesOf(links), err },
	"domain":    func(b []byte) (any, error) { return parseDomain("test", b) },
	"domains":   func(b []byte) (any, error) { return parseDomainList(b), nil },
	"driver":    func(b []byte) (any, error) { return parseEthtoolDriver(b), nil },
	"ethtool":   func(b []byte) (any, error) { return parseEthtool(b), nil },
	"fdb":       func(b []byte) (any, error) { return parseFDB("test", b) },
	"fdbtext":   func(b []byte) (any, error) { return parseFDBText(b), nil },
	"links":     func(b []byte) (any, error) { return parseLinks("test", b) },
	"linkstext": func(b []byte) (any, error) { return parseLinksText("test", b) },
	"lldp":      func(b []byte) (any, error) { return parseLLDP("test", b) },
	"netns":     func(b []byte) (any, error) { return parseNamespaces("test", b) },
	"netnstext": func(b []byte) (any, error) { return parseNamespacesText(b), nil },
	"osrelease": func(b []byte) (any, error) { return parseOSRelease(b), nil },
	"ovs":       func(b []byte) (any, error) { return parseOVS("test", b) },
	"sysnet":    func(b []byte) (any, error) { return parseSysNet(b), nil },
	"team":      func(b []byte) (any, error) { return parseTeam("test", b) },
}

func TestParsers(t *testing.T) {
	for name, parse := range parsers {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("testdata", name)
			datadriven.Walk(t, dir, func(t *testing.T, path string) {
				datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
					got, err := parse([]byte(d.Input))
					if err != nil {
						return "error: " + err.Error() + "\n"
					}
					return show(t, got)
				})
			})
		})
	}
}

// show prints a value with what says nothing left out.
func show(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if list, ok := tree.([]any); ok {
		for _, e := range list {
			fmt.Fprintln(&out, oneLine(t, prune(e)))
		}
		if len(list) == 0 {
			out.WriteString("nothing\n")
		}
		return out.String()
	}
	if tree == nil {
		return "nothing\n"
	}
	b, err = json.MarshalIndent(prune(tree), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + "\n"
}

func oneLine(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			e = prune(e)
			if m, ok := e.(map[string]any); e == nil || e == "" || e == 0.0 || ok && len(m) == 0 {
				delete(v, k)
				continue
			}
			v[k] = e
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}

// FuzzParsers feeds every parser what it was not made for: it may complain, as
// a ParseError, but not crash.
func FuzzParsers(f *testing.F) {
	for name := range parsers {
		files, err := filepath.Glob(filepath.Join("testdata", name, "*"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			for block := range strings.SplitSeq(string(b), "\nparse\n") {
				text, _, _ := strings.Cut(block, "\n----\n")
				f.Add(name, text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		parse, ok := parsers[name]
		if !ok {
			return
		}
		got, err := parse([]byte(text))
		if err != nil {
			var bad *collect.ParseError
			if !errors.As(err, &bad) {
				t.Errorf("%s: %v is no ParseError", name, err)
			}
			return
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}
