package paper

import (
	"fmt"
	"io"
	"strings"

	"calipso/graph"
)

// Format is a way to write a report.
type Format string

// The formats.
const (
	JSON Format = "json"
	Text Format = "text"
	CSV  Format = "csv"
	HTML Format = "html"
	PDF  Format = "pdf"
)

// Formats lists all formats, the default first.
func Formats() []Format { return []Format{JSON, Text, CSV, HTML, PDF} }

// MediaType is what HTTP calls a format.
func (f Format) MediaType() string {
	switch f {
	case Text:
		return "text/plain; charset=utf-8"
	case CSV:
		return "text/csv; charset=utf-8"
	case HTML:
		return "text/html; charset=utf-8"
	case PDF:
		return "application/pdf"
	}
	return "application/json"
}

// Write writes a paper. JSON is not for papers, but for what they were made of.
//
// Errors: *graph.InvalidError for a format that there is not, those of w.
func Write(w io.Writer, f Format, p *Paper) error {
	switch f {
	case Text:
		return writeText(w, p)
	case CSV:
		return writeCSV(w, p)
	case HTML:
		return writeHTML(w, p)
	case PDF:
		return writePDF(w, p)
	}
	return Unknown(f)
}

// Unknown is the error about a format that there is not.
func Unknown(f Format) error {
	names := make([]string, len(Formats()))
	for i, k := range Formats() {
		names[i] = string(k)
	}
	return &graph.InvalidError{What: "report", Fields: []graph.FieldError{{Field: "format", Reason: fmt.Sprintf("%q is none of %s", string(f), strings.Join(names, ", "))}}}
}
