package legacy

import (
	"iter"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/query"
)

// The kinds of drawing that /graph answers with.
const (
	vegaTree     = "vega_tree"
	forceTree    = "force_tree"
	childrenTree = "children_tree"
	cliqueGraph  = "clique"
)

// treeNames are the names of the documents of trees.
var treeNames = map[string]string{
	vegaTree: "Inventory vega tree", forceTree: "Inventory force tree", childrenTree: "Inventory children tree",
}

// forest is the hierarchy of an environment as the drawings tell it: the
// environment itself, then its objects, in the order of the store.
type forest struct {
	root  map[string]any
	nodes []map[string]any
}

// plant reads a forest. An object whose parent is not there stands under the
// environment, so that every node but the root has a parent among the nodes.
func plant(env graph.EnvID, objects iter.Seq2[*query.Object, error]) (*forest, error) {
	root := "env|" + string(env)
	f := &forest{root: map[string]any{"id": root, "name": string(env)}}
	there := map[string]bool{}
	for o, err := range objects {
		if err != nil {
			return nil, err
		}
		steps := make([]document.Step, len(o.Path))
		for i, r := range o.Path {
			steps[i] = document.Step{ID: r.ID, Type: r.Type, Name: r.Name}
		}
		ids, _ := document.Paths(env, steps)
		n := map[string]any{
			"id": string(o.ID), "id_path": ids, "parent": string(o.ParentID), "type": string(o.Type), "name": o.Name, "host": nil,
		}
		if o.Host != "" {
			n["host"] = o.Host
		}
		there[string(o.ID)] = true
		f.nodes = append(f.nodes, n)
	}
	for _, n := range f.nodes {
		if p := n["parent"].(string); !there[p] {
			n["parent"] = root
		}
	}
	return f, nil
}

// force is {nodes, links}, in which the root is its own parent. Objects of a
// type that cliques start from are marked.
func (f *forest) force(focal func(graph.VertexType) bool) map[string]any {
	root := f.root["id"].(string)
	f.root["parent"] = root
	nodes := []any{f.root}
	links := []any{map[string]any{"source": root, "target": root}}
	for _, n := range f.nodes {
		if focal(graph.VertexType(n["type"].(string))) {
			n["clique"] = true
		}
		nodes = append(nodes, n)
		links = append(links, map[string]any{"source": n["parent"], "target": n["id"]})
	}
	return map[string]any{"nodes": nodes, "links": links}
}

// children is the root with what is below it nested.
func (f *forest) children() map[string]any {
	byID := map[any]map[string]any{f.root["id"]: f.root}
	for _, n := range f.nodes {
		byID[n["id"]] = n
	}
	for _, n := range f.nodes {
		p := byID[n["parent"]]
		below, _ := p["children"].([]any)
		p["children"] = append(below, n)
	}
	return f.root
}

// vega is {tree}, a flat list.
func (f *forest) vega() map[string]any {
	tree := []any{f.root}
	for _, n := range f.nodes {
		tree = append(tree, n)
	}
	return map[string]any{"tree": tree}
}
