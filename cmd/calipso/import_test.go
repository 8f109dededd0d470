package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/index"
	"calipso/webapi"
)

func folderOf(t *testing.T, inventory string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "inventory.jsonl"), []byte(inventory), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func archiveOf(t *testing.T, dir string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	if err := pack(dir, &b); err != nil {
		t.Fatal(err)
	}
	return &b
}

// TestImport imports through the API of this process, in lines.
func TestImport(t *testing.T) {
	a, err := openApp(t.Context(), configured(t, t.TempDir()), slog.New(slog.DiscardHandler), nobodyElse)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	const one = `{"environment":"cloud","id":"node-1","type":"host","name":"node-1"}` + "\n"
	err = a.here(t.Context(), func(ctx context.Context, c *client) error {
		send := func(dir, query string) (phases []string, rep *importReport, err error) {
			resp, err := c.do(ctx, "POST", "/api/v1/import?"+query, "application/x-tar", archiveOf(t, dir), "Accept", "application/x-ndjson")
			if err != nil {
				return nil, nil, err
			}
			defer resp.Body.Close()
			rep, err = importAnswer[importReport](resp.Body, func(p webapi.ImportProgress) { phases = append(phases, p.Phase) })
			return phases, rep, err
		}
		phases, rep, err := send(folderOf(t, one), "wait=true")
		if err != nil {
			return err
		}
		if text := strings.Join(phases, " "); !strings.Contains(text, "storing") || !strings.Contains(text, "indexing") || rep.Records["inventory"] != 1 {
			t.Errorf("phases %q, report %+v", text, rep)
		}
		if phases, _, err = send(folderOf(t, one), ""); err != nil || strings.Contains(strings.Join(phases, " "), "indexing") {
			t.Errorf("without waiting: %v, %v", phases, err)
		}
		var problem *apiError
		if _, _, err := send(folderOf(t, "{\n"), ""); !errors.As(err, &problem) || problem.Status != http.StatusUnprocessableEntity || !strings.Contains(err.Error(), "inventory.jsonl:1") {
			t.Errorf("a source that is wrong: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	// A store that does not write is the server's fault.
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = transfer{a.store, a.index, a.accounts}.Import(t.Context(), "ann", archiveOf(t, folderOf(t, one)), webapi.ImportOptions{})
	var invalid *graph.InvalidError
	if err == nil || errors.As(err, &invalid) {
		t.Errorf("import into a closed store: %v, want an error of the server", err)
	}
	if _, err := (transfer{a.store, a.index, a.accounts}).Import(t.Context(), "ann", strings.NewReader("no archive"), webapi.ImportOptions{}); !errors.As(err, &invalid) {
		t.Errorf("no archive: %v", err)
	}
}

func TestIndexingShowsHowFarItIs(t *testing.T) {
	var p importProgress
	p.last.Phase, p.last.Records, p.last.Seconds = "indexing", 900, 61
	for _, c := range []struct {
		status index.Status
		want   string
	}{
		{index.Status{}, "indexing 900 records  1m1s"},
		{index.Status{Done: 200, ToDo: 1000, Rate: 40}, "indexing 200/1000 objects  1m1s  20s left"},
		{index.Status{Done: 1100, ToDo: 1000, Rate: 40}, "indexing 1100/1100 objects  1m1s"},
	} {
		p.indexed(c.status)
		if got := importText(p.last); got != c.want {
			t.Errorf("%+v: %q, want %q", c.status, got, c.want)
		}
	}
}
