package e2e

import (
	"encoding/json"
	"testing"
)

// scanResult is what "calipso scan --json" prints, as far as it matters here.
type scanResult struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Error  string `json:"error"`
	Report *struct {
		Commit  any `json:"commit"`
		Changes struct{ Added, Changed, Removed int }
		Objects []struct {
			Type         string
			Count, Stale int
		}
		Parts []scanPart
	} `json:"report"`
}

type scanPart struct {
	Name, Host, Error string
	Kept              int
}

// scan runs a scan to its end and returns it with the exit code.
func scan(t *testing.T, dir, env string, more ...string) (scanResult, int) {
	t.Helper()
	o := run(t, dir, append([]string{"--json", "scan", env}, more...)...)
	var r scanResult
	if o.out == "" {
		t.Fatalf("scan of %s prints nothing: exit code %d: %s", env, o.code, o.errOut)
	}
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		t.Fatalf("scan of %s: %v: %s%s", env, err, o.out, o.errOut)
	}
	return r, o.code
}

// failed are the parts that did not answer.
func (r scanResult) failed() []scanPart {
	var out []scanPart
	if r.Report != nil {
		for _, p := range r.Report.Parts {
			if p.Error != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// complete demands a scan without any failure.
func (r scanResult) complete(t *testing.T, code int) {
	t.Helper()
	if code != 0 || r.Status != "completed" {
		t.Errorf("the scan ended %s with code %d: %s", r.Status, code, r.Error)
	}
	for _, p := range r.failed() {
		t.Errorf("part %s failed: %s", p.Name, p.Error)
	}
}
