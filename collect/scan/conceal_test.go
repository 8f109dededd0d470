package scan

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"calipso/graph"
)

func TestConcealing(t *testing.T) {
	env, err := graph.ParseEnvironment(graph.Attrs{"name": "lab", "configuration": []any{map[string]any{"name": "OpenStack", "pwd": "s3cr3t-word"}}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(concealing{slog.NewTextHandler(&out, nil), env}).With("env", "lab").WithGroup("source")
	log.Warn("sent s3cr3t-word", "err", errors.New("refused: s3cr3t-word"), "text", "s3cr3t-word", "count", 7)
	got := out.String()
	if strings.Contains(got, "s3cr3t") || strings.Count(got, "<secret>") != 3 || !strings.Contains(got, "env=lab") || !strings.Contains(got, "source.count=7") {
		t.Error(got)
	}
}
