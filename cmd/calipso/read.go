package main

import (
	"net/url"

	"github.com/spf13/cobra"
)

// What commands that read need of the API's objects and links.
type (
	objectRef struct {
		ID    string `json:"id"`
		Type  string `json:"type"`
		Name  string `json:"name"`
		Host  string `json:"host"`
		Stale bool   `json:"stale"`
		Depth int    `json:"depth"`
	}
	linkRef struct {
		Type   string `json:"link_type"`
		Name   string `json:"link_name"`
		State  string `json:"state"`
		Source string `json:"source_id"`
		Target string `json:"target_id"`
	}
)

// atFlag adds --at to a command that reads the graph.
func atFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("at", "", "as of this time (RFC 3339, or a date) or snapshot")
}

// params makes parameters of pairs; those without a value are left out.
func params(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	return q
}
