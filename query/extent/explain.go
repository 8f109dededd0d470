package extent

import (
	"context"

	"calipso/graph"
	"calipso/query"
)

// Item is an object within a scope, with the reason.
type Item struct {
	query.Ref
	Host string `json:"host,omitempty"`
	// Member tells whether it is a member, and not only in the clique of one.
	Member bool  `json:"member"`
	Why    Proof `json:"why"`
}

// Proof is a Reason with names.
type Proof struct {
	Kind Kind `json:"kind"`
	// Text is the project or the tag, as the scope names it.
	Text string `json:"text,omitempty"`
	// Of is the network, the member above, or the focal point.
	Of *query.Ref `json:"of,omitempty"`
}

// Explain reads vertices that are within the scope and says why they are.
//
// Errors: graph.ErrNotFound if one is not there.
func (e *Extent) Explain(ctx context.Context, v *graph.View, nums []uint32) ([]Item, error) {
	why := make([]Reason, len(nums))
	all := append([]uint32(nil), nums...)
	for i, n := range nums {
		why[i], _ = e.Why(n)
		if why[i].Of != 0 {
			all = append(all, why[i].Of)
		}
	}
	vertices, err := v.VerticesByNum(ctx, all)
	if err != nil {
		return nil, err
	}
	others := vertices[len(nums):]
	out := make([]Item, len(nums))
	for i, n := range nums {
		x := vertices[i]
		out[i] = Item{Ref: refOf(x), Host: x.Host, Member: e.Member(n), Why: Proof{Kind: why[i].Kind, Text: why[i].Text}}
		if why[i].Of != 0 {
			of := refOf(others[0])
			out[i].Why.Of, others = &of, others[1:]
		}
	}
	return out, nil
}

func refOf(v *graph.Vertex) query.Ref { return query.Ref{ID: v.ID, Type: v.Type, Name: v.Text()} }
