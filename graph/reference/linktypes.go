package reference

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// LinkType is one type of links, for lists to choose from.
type LinkType struct {
	ID          graph.OID
	Type        graph.EdgeType
	Description string
	Shipped     bool
	// Stored: discovery finds such links; else a shipped one is the mirror of
	// one that is.
	Stored bool
}

func (k *Keeper) linkTypes() kind[LinkType] {
	var shipped []LinkType
	for _, e := range catalog.EdgeTypes() {
		shipped = append(shipped, LinkType{graph.OID(e.Document().ID), e.Type, e.Description, true, e.Stored})
	}
	return kind[LinkType]{
		collection: graph.LinkTypes, what: "link type", shipped: shipped, instead: "users' own can be changed",
		members:   []string{"type", "description", "endPointA", "endPointB", "shipped"},
		parse:     parseLinkType,
		document:  LinkType.Document,
		id:        func(t LinkType) string { return string(t.ID) },
		name:      func(t LinkType) string { return string(t.Type) },
		isShipped: func(t LinkType) bool { return t.Shipped },
		withID: func(t LinkType, id string) LinkType {
			t.ID, t.Shipped, t.Stored = graph.OID(id), false, false
			t.Description = cmp.Or(t.Description, string(t.Type))
			return t
		},
		check: checkLinkType,
		used:  k.linkTypeUsed,
	}
}

// parseLinkType gives a link type document its type. Errors: *graph.InvalidError.
func parseLinkType(d *graph.Document) (LinkType, error) {
	t := LinkType{ID: graph.OID(d.ID), Type: graph.EdgeType(d.Body.String("type")), Description: d.Body.String("description"), Shipped: d.Body.Bool("shipped")}
	if _, _, ok := t.Type.Ends(); !ok {
		return t, &graph.InvalidError{What: "link type " + d.ID, Fields: []graph.FieldError{{Field: "type", Reason: fmt.Sprintf("%q is no link type", t.Type)}}}
	}
	return t, nil
}

// Document is the link type in the documented shape.
func (t LinkType) Document() *graph.Document {
	from, to, _ := t.Type.Ends()
	b := graph.Attrs{"type": string(t.Type), "description": t.Description, "endPointA": string(from), "endPointB": string(to)}
	if t.Shipped {
		b["shipped"] = true
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.LinkTypes, ID: string(t.ID)}, Body: b}
}

func checkLinkType(_ context.Context, _ *graph.View, _ By, t LinkType, old *LinkType, others []LinkType) error {
	var wrong []Complaint
	switch {
	case t.Type == "":
		wrong = append(wrong, Complaint{Missing, "type", "", "is missing; write two object types joined by one dash, such as vnic-vedge"})
	case !catalog.ValidEdgeType(t.Type):
		wrong = append(wrong, unknownLinkType("type", t.Type))
	case old != nil && old.Type != t.Type:
		wrong = append(wrong, Complaint{Fixed, "type", string(t.Type), fmt.Sprintf("is %q and stays so: clique types and links go by it; add another one and remove this", old.Type)})
	}
	if len(t.Description) > 4000 {
		wrong = append(wrong, Complaint{Malformed, "description", "", "is longer than 4000 bytes"})
	}
	if err := invalid("link type", string(t.Type), wrong); err != nil {
		return err
	}
	for _, o := range others {
		if o.Type != t.Type {
			continue
		}
		reason := "as a user's own"
		if o.Shipped {
			reason = "and comes with Calipso"
		}
		return &TakenError{fmt.Sprintf("link type %q", t.Type), string(o.ID), string(o.Type), reason}
	}
	return nil
}

// linkTypeUsed lists the clique types that follow a link type, or its mirror,
// and the environments that hold such links. One that is listed twice can go.
func (k *Keeper) linkTypeUsed(ctx context.Context, v *graph.View, t LinkType, others []LinkType) ([]Use, error) {
	if slices.ContainsFunc(others, func(o LinkType) bool { return o.Type == t.Type }) {
		return nil, nil
	}
	types, _, err := documents(ctx, v, graph.CliqueTypes, catalog.ParseCliqueType)
	if err != nil {
		return nil, err
	}
	var uses []Use
	for _, c := range types {
		if slices.Contains(c.LinkTypes, t.Type) || slices.Contains(c.LinkTypes, t.Type.Reverse()) {
			u := Use{Kind: "clique type", Name: c.Name}
			if c.Environment != catalog.AnyEnvironment {
				u.Env = graph.EnvID(c.Environment)
			}
			uses = append(uses, u)
		}
	}
	envs, err := k.store.EnvIDs(ctx)
	if err != nil {
		return nil, err
	}
	for _, env := range envs {
		view, err := k.store.View(ctx, env, graph.Now)
		if errors.Is(err, graph.ErrNotFound) {
			continue // removed meanwhile, or nothing is known of it yet
		}
		if err != nil {
			return nil, err
		}
		_, links, err := view.Counts(ctx)
		if err != nil {
			return nil, err
		}
		if n := links[t.Type]; n > 0 {
			uses = append(uses, Use{Kind: "links", Env: env, Count: n})
		}
	}
	slices.SortStableFunc(uses, func(a, b Use) int { return strings.Compare(a.Kind, b.Kind) })
	return uses, nil
}
