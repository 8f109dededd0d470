package report

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"calipso/graph"
	"calipso/query/diff"
	"calipso/query/diff/render"
	"calipso/query/health"
	"calipso/query/paper"
)

// Full is a report with its content, as JSON shows it.
type Full struct {
	*Report
	// Content is a diff.Report, diff.CliqueReport, health.Report or WeeklyReport,
	// by kind.
	Content json.RawMessage `json:"content"`
}

// Write writes a kept report from its content, which never changes.
//
// Errors: graph.ErrNotFound; *graph.InvalidError for a format that there is
// not; those of w.
func (k *Keeper) Write(ctx context.Context, w io.Writer, f paper.Format, env graph.EnvID, id string) error {
	if !slices.Contains(paper.Formats(), f) {
		return paper.Unknown(f)
	}
	r, err := k.Get(ctx, env, id)
	if err != nil {
		return err
	}
	raw, err := k.Content(ctx, env, id)
	if err != nil {
		return err
	}
	if f == paper.JSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(Full{r, raw})
	}
	switch r.Kind {
	case Diff:
		d := new(diff.Report)
		if err := decode(raw, d); err != nil {
			return err
		}
		if f == paper.CSV {
			return render.Write(w, f, d, render.Options{})
		}
		return paper.Write(w, f, r.cover(render.Parts(d, render.Options{Group: render.Group(r.Inputs.Group)})))
	case CliqueDiff:
		d := new(diff.CliqueReport)
		if err := decode(raw, d); err != nil {
			return err
		}
		if f == paper.CSV {
			return render.WriteClique(w, f, d)
		}
		return paper.Write(w, f, r.cover(render.CliquePaper(d).Parts))
	case Health:
		h := new(health.Report)
		if err := decode(raw, h); err != nil {
			return err
		}
		if f == paper.CSV {
			return health.WriteCSV(w, h)
		}
		return paper.Write(w, f, r.cover(h.Parts()))
	case Weekly:
		x := new(WeeklyReport)
		if err := decode(raw, x); err != nil {
			return err
		}
		return paper.Write(w, f, r.cover(x.parts(r)))
	}
	return fmt.Errorf("report: %s is of kind %q, which this program does not know: %w", r.ID, r.Kind, graph.ErrCorrupt)
}

// cover is a report's paper: what it is before what it says.
func (r *Report) cover(parts []paper.Part) *paper.Paper {
	p := &paper.Paper{Title: r.Title, Lead: r.Lead, Text: r.Text, Time: r.Created, Parts: parts}
	fact := func(name, value string) {
		if value != "" {
			p.Facts = append(p.Facts, paper.Fact{Name: name, Value: value})
		}
	}
	fact("environment", string(r.Env))
	fact("scope", r.Inputs.Scope)
	if r.Inputs.From != nil {
		fact("from", r.Inputs.From.Text())
	}
	fact("to", r.Inputs.To.Text())
	fact("object", string(r.Inputs.Object))
	fact("grouped by", r.Inputs.Group)
	fact("change", r.Change)
	fact("author", cmp.Or(r.Author, "the server"))
	fact("created", paper.When(r.Created))
	fact("schedule", r.Schedule)
	fact("scan", r.Scan)
	fact("rules", r.Rules)
	fact("program", r.Program)
	fact("report", r.ID)
	return p
}
