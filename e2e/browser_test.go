package e2e

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seenPage is what a reader sees of a page, and what he does not.
type seenPage struct {
	text, asked string
	complaints  []string // to the console
}

// look opens a page in a browser.
func look(t *testing.T, page string) seenPage {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "chromium") {
			t.Fatal("LAB_REQUIRED names chromium, but it is not installed")
		}
		t.Skip("the report is looked at with chromium, which is not installed (testdata/labs/install chromium)")
	}
	// What can be seen, and what was asked for, goes into attributes once the
	// page has loaded.
	const seen, asked = "data-seen-by-reader", "data-asked-for"
	end := strings.LastIndex(page, "</body>")
	if end < 0 {
		t.Fatal("the report has no end")
	}
	page = page[:end] + `<script>addEventListener("load", () => {
		const put = (name, what) => document.documentElement.setAttribute(name, encodeURIComponent(what));
		put("` + seen + `", document.body.innerText);
		put("` + asked + `", performance.getEntriesByType("resource").map(e => e.name).join(" "));
	})</script>` + page[end:]
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
		"--user-data-dir="+t.TempDir(), "--host-resolver-rules=MAP * ~NOTFOUND", // the browser's own errands lead nowhere
		"--enable-logging=stderr", "--v=0", "--dump-dom", "file://"+file)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v: %s", err, complaint.String())
	}
	attribute := func(name string) string {
		_, text, ok := strings.Cut(string(dom), name+`="`)
		text, _, ok2 := strings.Cut(text, `"`)
		text, err := url.QueryUnescape(strings.ReplaceAll(text, "+", "%2B"))
		if !ok || !ok2 || err != nil {
			t.Fatalf("the page was not shown: %v: %.500s", err, dom)
		}
		return strings.Join(strings.Fields(text), " ")
	}
	out := seenPage{text: attribute(seen), asked: attribute(asked)}
	for line := range strings.Lines(complaint.String()) {
		if strings.Contains(line, "CONSOLE") {
			out.complaints = append(out.complaints, strings.TrimSpace(line))
		}
	}
	return out
}

// A page that hides, complains and asks is seen to do so.
func TestLook(t *testing.T) {
	page := look(t, `<!doctype html><html><body><p>plain</p><p style="display:none">hidden</p>
<img src="http://calipso.invalid/picture.png"><script>console.error("oh dear")</script></body></html>`)
	if page.text != "plain" || !strings.Contains(page.asked, "picture.png") || len(page.complaints) == 0 || !strings.Contains(page.complaints[0], "oh dear") {
		t.Errorf("%+v", page)
	}
}
