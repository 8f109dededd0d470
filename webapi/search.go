package webapi

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/index"
	"calipso/query"
)

type searchRequest struct {
	Text string   `query:"q" required:"true" minLength:"1" maxLength:"256" doc:"name, id, MAC or IP address, or a piece of one"`
	Env  []string `query:"env,explode" maxItems:"1000" doc:"only in these environments; default: all the caller may view"`
	Type []string `query:"type,explode" maxItems:"50" doc:"only objects of these types"`
	AtQuery
	History bool `query:"history" doc:"search all times: what fits or ever did, whatever became of it; not with at"`
	PageQuery
}

// searchHit is one object found; of one that is gone, name and path are those
// it had last.
type searchHit struct {
	Env       graph.EnvID      `json:"environment"`
	ID        graph.ID         `json:"id"`
	Type      graph.VertexType `json:"type"`
	Name      string           `json:"name"`
	NamePath  string           `json:"name_path" doc:"names from the environment down to it"`
	Matched   index.Matched    `json:"matched" doc:"the text that was found, and in which attribute"`
	Rank      string           `json:"rank" doc:"in what way it fits: identifier, name, prefix, word, word_prefix, substring, network, typo"`
	Score     int              `json:"score" doc:"the same as a number up to 100, the higher the better"`
	ValidFrom graph.Time       `json:"valid_from" format:"date-time" doc:"the commit with which the object got the text"`
	ValidTo   graph.Time       `json:"valid_to,omitempty" format:"date-time" doc:"the commit with which it lost the text; missing while it has it"`
	Exists    bool             `json:"exists" doc:"the object is there now"`
}

type searchReply struct {
	Body struct {
		ListBody[searchHit]
		TotalExact bool `json:"total_exact" doc:"false: there are more than were counted"`
	}
}

// search serves GET /api/v1/search: in all environments the caller may view.
func (a *API) search(ctx context.Context, in *searchRequest) (*searchReply, error) {
	envs, err := a.visible(ctx)
	if err != nil {
		return nil, err
	}
	if len(in.Env) > 0 {
		envs = slices.DeleteFunc(slices.Clone(envs), func(e graph.EnvID) bool { return !slices.Contains(in.Env, string(e)) })
	}
	at, err := a.momentOf(ctx, envs, in.AtQuery)
	if err != nil {
		return nil, err
	}
	out := &searchReply{}
	out.Body.Items, out.Body.TotalExact = []searchHit{}, true
	if len(envs) == 0 {
		return out, nil // to the index, no environments would mean all of them
	}
	q := query.SearchRequest{Text: in.Text, Envs: envs, Limit: in.Limit, Cursor: in.Cursor, Time: at, History: in.History}
	for _, t := range in.Type {
		q.Types = append(q.Types, graph.VertexType(t))
	}
	found, err := a.opt.Query.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, h := range found.Items {
		out.Body.Items = append(out.Body.Items, searchHit{h.Env, h.ID, h.Type, h.Name, h.NamePath, h.Matched, h.Rank.String(), h.Score, h.From, h.To, h.Exists})
	}
	out.Body.Next, out.Body.Total, out.Body.TotalExact = found.NextCursor, found.Total, found.TotalExact
	return out, nil
}
