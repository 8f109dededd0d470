package webapi

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"calipso/query/paper"
)

// FormatQuery says how a report is to be told.
type FormatQuery struct {
	Format string `query:"format" enum:"json,text,csv,html,pdf" doc:"default: what Accept asks for, else json"`
	Accept string `header:"Accept" doc:"application/json, text/plain, text/csv, text/html or application/pdf; format goes before"`
}

// format is the one asked for.
func (q FormatQuery) format() paper.Format {
	if q.Format != "" {
		return paper.Format(q.Format)
	}
	for part := range strings.SplitSeq(q.Accept, ",") {
		media, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		for _, f := range paper.Formats() {
			if name, _, _ := strings.Cut(f.MediaType(), ";"); name == media {
				return f
			}
		}
	}
	return paper.JSON
}

// reportReply answers with a report that is written already. A page gets the
// policy under which its own style sheet works, and nothing else does.
func reportReply(f paper.Format, body []byte, policy string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", f.MediaType())
		hc.SetHeader("Vary", "Accept")
		if f == paper.HTML {
			hc.SetHeader("Content-Security-Policy", policy)
		}
		hc.SetStatus(http.StatusOK)
		hc.BodyWriter().Write(body) // an error is the client's leaving
	}}
}
