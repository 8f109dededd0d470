package legacy

import (
	"context"
	"iter"
	"math"
)

// The pages of lists (rule API-05). Versions opnfv and cvim know no upper limit
// of a page, and give everything for a size of 0.
const (
	defaultPageSize = 1000
	maxPageSize     = 10_000
)

// paged are the parameters that ask for one page of a list.
func paged(table ...Param) []Param {
	return append(table,
		Param{Name: "page", Type: Int, Default: int64(0), Check: func(_ context.Context, _ *Request, v any) (string, error) {
			if v.(int64) < 0 {
				return "page must be a non-negative integer", nil
			}
			return "", nil
		}},
		Param{Name: "page_size", Type: Int, Default: int64(defaultPageSize), Check: func(_ context.Context, q *Request, v any) (string, error) {
			if n := v.(int64); n < 0 || n > maxPageSize && q.Compat() == Current {
				return "page_size must be between 1 and 10000", nil
			}
			return "", nil
		}},
	)
}

// span is the first item of the page asked for, and how many it has; -1: all
// that follow.
func (q *Request) span() (first, size int64) {
	size = q.Int("page_size")
	switch {
	case q.Bool("all"):
		return 0, -1
	case size == 0 && q.Compat() == Current:
		size = maxPageSize
	case size == 0:
		return 0, -1
	}
	page := q.Int("page")
	if first = page * size; page != 0 && first/page != size {
		first = math.MaxInt64 // beyond every list
	}
	return first, size
}

// page cuts the page asked for out of a list.
func page[T any](q *Request, all iter.Seq2[T, error]) iter.Seq2[T, error] {
	first, size := q.span()
	return func(yield func(T, error) bool) {
		var n int64
		for x, err := range all {
			if err != nil {
				yield(x, err)
				return
			}
			if n++; n <= first {
				continue
			}
			if !yield(x, nil) || size >= 0 && n-first == size {
				return
			}
		}
	}
}
