package main

import (
	"context"
	"net/url"
	"strconv"
)

// page is one page of a list in the API.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor"`
	Total int    `json:"total"`
}

// listAll reads a list page by page.
func listAll[T any](ctx context.Context, c *client, path string, q url.Values) ([]T, error) {
	out, _, err := listSome[T](ctx, c, path, q, 0)
	return out, err
}

// listSome reads at most limit items of a list, 0: all; total counts all.
func listSome[T any](ctx context.Context, c *client, path string, q url.Values, limit int) (out []T, total int, err error) {
	if q == nil {
		q = url.Values{}
	}
	out = []T{}
	for {
		n := 1000
		if limit > 0 {
			n = min(n, limit-len(out))
		}
		q.Set("limit", strconv.Itoa(n))
		var p page[T]
		if err := c.get(ctx, path, q, &p); err != nil {
			return nil, 0, err
		}
		out, total = append(out, p.Items...), p.Total
		if p.Next == "" || len(out) == limit {
			return out, total, nil
		}
		q.Set("cursor", p.Next)
	}
}
