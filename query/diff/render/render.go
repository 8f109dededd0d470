package render

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/query/diff"
	"calipso/query/paper"
)

// Format is a way to write a report.
type Format = paper.Format

// The formats.
const (
	FormatJSON = paper.JSON
	FormatText = paper.Text
	FormatCSV  = paper.CSV
	FormatHTML = paper.HTML
	FormatPDF  = paper.PDF
)

// Group is what the differences are grouped by.
type Group string

// The groups; the zero value groups by what happened.
const (
	ByHost    Group = "host"
	ByProject Group = "project"
	ByNetwork Group = "network"
)

// Groups lists all groups.
func Groups() []Group { return []Group{ByHost, ByProject, ByNetwork} }

// Options of a report's look. The zero value works.
type Options struct {
	// Group groups the differences; in JSON beside their lists, in CSV not at all:
	// each line names host, project and networks.
	Group Group
}

// Write writes a report. Errors: *graph.InvalidError for a format or group that
// there is not, those of w.
func Write(w io.Writer, f Format, r *diff.Report, opt Options) error {
	if opt.Group != "" && !slices.Contains(Groups(), opt.Group) {
		return invalid("group", string(opt.Group), Groups())
	}
	switch f {
	case FormatJSON:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(grouped(r, opt.Group))
	case FormatText:
		return writeText(w, r, opt)
	case FormatCSV:
		return writeCSV(w, r)
	case FormatHTML:
		return writeHTML(w, r, opt)
	}
	return paper.Write(w, f, Paper(r, opt))
}

func invalid[T ~string](field, value string, known []T) error {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return &graph.InvalidError{What: "report", Fields: []graph.FieldError{{Field: field, Reason: fmt.Sprintf("%q is none of %s", value, strings.Join(names, ", "))}}}
}
