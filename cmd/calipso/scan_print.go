package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"calipso/collect/scan"
)

// newTable is a table in the house's look: no frame, numbers to the right.
func newTable(out io.Writer, head ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(out)
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header, style.Format.Footer = text.FormatDefault, text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(head)
	return t
}

// printScan says what a scan found, changed, cost and missed.
func printScan(out io.Writer, s *scanAnswer) {
	r := s.Report
	if r == nil {
		fmt.Fprintf(out, "scan of %s %s: %s\n", s.Env, s.Status, s.Error)
		return
	}
	printTallies(out, "objects", r.Objects)
	printTallies(out, "links", r.Links)

	t := newTable(out, "source", "target", "calls", "errors", "KiB", "busy")
	for _, src := range r.Sources {
		t.AppendRow(table.Row{src.Source, src.Target, src.Calls, blank(src.Errors), src.Bytes / 1024, round(src.Busy)})
	}
	t.AppendFooter(table.Row{"", "all", r.Calls()})
	t.Render()
	fmt.Fprintln(out)

	t = newTable(out, "slowest parts", "found", "took")
	parts := slices.Clone(r.Parts)
	slices.SortStableFunc(parts, func(a, b scan.Part) int { return cmp.Compare(b.Dur, a.Dur) })
	for _, p := range parts[:min(5, len(parts))] {
		t.AppendRow(table.Row{p.Name, p.Found, round(p.Dur)})
	}
	t.Render()
	fmt.Fprint(out, "\nphases: ")
	for i, p := range r.Phases {
		if i > 0 {
			fmt.Fprint(out, ", ")
		}
		fmt.Fprintf(out, "%s %s", p.Name, round(p.Dur))
	}
	fmt.Fprintln(out)
	for _, f := range r.Findings[:min(20, len(r.Findings))] {
		fmt.Fprintf(out, "%s: %s: %s\n", f.Level, f.Object, f.Text)
	}
	if more := r.FindingsTotal - min(20, len(r.Findings)); more > 0 {
		fmt.Fprintf(out, "… and %d more findings (--json shows %d of them)\n", more, len(r.Findings))
	}
	for _, c := range r.Causes() {
		fmt.Fprintln(out, "failed:", c)
	}
	fmt.Fprintf(out, "scan of %s %s in %s: %d added, %d changed, %d removed\n",
		s.Env, s.Status, round(r.End.Sub(r.Start)), r.Changes.Added, r.Changes.Changed, r.Changes.Removed)
}

func printTallies(out io.Writer, what string, tallies []scan.TypeTally) {
	t := newTable(out, what, "count", "stale", "added", "changed", "removed")
	all := scan.TypeTally{}
	for _, y := range tallies {
		t.AppendRow(table.Row{y.Type, y.Count, blank(y.Stale), blank(y.Added), blank(y.Changed), blank(y.Removed)})
		all.Count += y.Count
		all.Stale += y.Stale
	}
	t.AppendFooter(table.Row{"all", all.Count, blank(all.Stale)})
	t.Render()
	fmt.Fprintln(out)
}

func blank(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func round(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}
