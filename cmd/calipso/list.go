package main

import (
	"context"
	"net/url"
)

// page is one page of a list in the API.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor"`
	Total int    `json:"total"`
}

// listAll reads a list page by page.
func listAll[T any](ctx context.Context, c *client, path string, q url.Values) ([]T, error) {
	if q == nil {
		q = url.Values{}
	}
	q.Set("limit", "1000")
	out := []T{}
	for {
		var p page[T]
		if err := c.get(ctx, path, q, &p); err != nil {
			return nil, err
		}
		out = append(out, p.Items...)
		if p.Next == "" {
			return out, nil
		}
		q.Set("cursor", p.Next)
	}
}
