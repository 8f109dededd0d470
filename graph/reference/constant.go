package reference

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// Constant is an enumeration of the documented schema, as it is now.
type Constant struct {
	catalog.Constant
	ID graph.OID
	// Shipped: it comes with Calipso, and nobody has set other values.
	Shipped bool
	// Fixed: its values are the program's own words, or follow from other
	// tables; they cannot be set.
	Fixed bool
}

// open are the shipped enumerations that users may set: what they name exists
// outside of the program.
var open = []string{
	"constraints", "env_types", "environment_monitoring_types", "message_source_systems",
	"type_drivers", "mechanism_drivers", "distributions", "distribution_versions",
}

// Constants lists all enumerations: the shipped ones, with the values that
// users set for them, then users' own by name.
func (k *Keeper) Constants(ctx context.Context) ([]Constant, error) {
	v, err := k.shared(ctx)
	if err != nil {
		return nil, err
	}
	return k.constantRows(ctx, v)
}

// Constant gives the enumeration of a name for one environment type, or the
// one common to all; no environment type means OpenStack.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Constant(ctx context.Context, name, environmentType string) (Constant, error) {
	all, err := k.Constants(ctx)
	if err != nil {
		return Constant{}, err
	}
	if i := findConstant(all, name, cmp.Or(environmentType, catalog.OpenStack)); i >= 0 {
		return all[i], nil
	}
	if i := findConstant(all, name, ""); i >= 0 {
		return all[i], nil
	}
	return Constant{}, fmt.Errorf("reference: constant %q: %w", name, graph.ErrNotFound)
}

func findConstant(all []Constant, name, environmentType string) int {
	return slices.IndexFunc(all, func(c Constant) bool { return c.Name == name && c.EnvironmentType == environmentType })
}

func (k *Keeper) constantRows(ctx context.Context, v *graph.View) ([]Constant, error) {
	var all []Constant
	for _, c := range catalog.Constants() {
		all = append(all, Constant{c, graph.OID(c.Document().ID), true, !slices.Contains(open, c.Name)})
	}
	own, _, err := documents(ctx, v, graph.Constants, parseConstant)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(own, func(a, b Constant) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.EnvironmentType, b.EnvironmentType), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range own {
		switch i := findConstant(all, c.Name, c.EnvironmentType); {
		case i < 0:
			all = append(all, c)
		case all[i].Shipped && !all[i].Fixed:
			all[i] = c
		}
	}
	types, _, err := documents(ctx, v, graph.LinkTypes, parseLinkType)
	if err != nil {
		return nil, err
	}
	for _, t := range types { // users' own are there in clouds of all types
		for i := range all {
			if all[i].Name == "link_types" && !slices.Contains(values(all[i].Constant), string(t.Type)) {
				all[i].Data = append(all[i].Data, catalog.Entry{Label: string(t.Type), Value: string(t.Type)})
			}
		}
	}
	return all, nil
}

func (k *Keeper) constantsIn(ctx context.Context, v *graph.View) ([]catalog.Constant, error) {
	rows, err := k.constantRows(ctx, v)
	out := make([]catalog.Constant, len(rows))
	for i, c := range rows {
		out[i] = c.Constant
	}
	return out, err
}

// valuesOf are the values of an enumeration for clouds of any type.
func valuesOf(all []catalog.Constant, name string) (out []string) {
	for _, c := range all {
		if c.Name != name {
			continue
		}
		for _, v := range values(c) {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

func values(c catalog.Constant) []string {
	out := make([]string, len(c.Data))
	for i, e := range c.Data {
		out[i] = e.Value
	}
	return out
}

// Document is the enumeration in the documented shape.
func (c Constant) Document() *graph.Document {
	d := c.Constant.Document()
	if !c.Shipped {
		d.ID = string(c.ID)
		delete(d.Body, "shipped")
	}
	return d
}

func parseConstant(d *graph.Document) (Constant, error) {
	c := Constant{catalog.Constant{Name: d.Body.String("name"), EnvironmentType: d.Body.String("environment_type")}, graph.OID(d.ID), false, false}
	if c.Name == "" {
		return c, &graph.InvalidError{What: "constant " + d.ID, Fields: []graph.FieldError{{Field: "name", Reason: "is missing"}}}
	}
	for _, e := range d.Body.Maps("data") {
		if v := e.String("value"); v != "" { // rows without one were always skipped
			c.Data = append(c.Data, catalog.Entry{Label: cmp.Or(e.String("label"), v), Value: v})
		}
	}
	return c, nil
}

// SetConstant sets the values of an enumeration: one of the shipped ones that
// can be set, or one of the user's own. may is asked, of what there is, whether
// it may be changed; nil: it may. It tells whether the enumeration is new.
//
// Errors: *InvalidError; *ShippedError for one that cannot be set; *UsedError
// if it would lose a value that is in use; that of may.
func (k *Keeper) SetConstant(ctx context.Context, by By, c catalog.Constant, may func(old *Constant) error) (Constant, bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, all, err := k.locked(ctx)
	if err != nil {
		return Constant{}, false, err
	}
	for i, e := range c.Data {
		c.Data[i].Label = cmp.Or(e.Label, e.Value)
	}
	if err := invalid("constant", c.Name, checkConstant(c)); err != nil {
		return Constant{}, false, err
	}
	i := findConstant(all, c.Name, c.EnvironmentType)
	out := Constant{Constant: c, ID: graph.DocumentOID(graph.Shared, graph.Constants, "own "+c.EnvironmentType+" "+c.Name)}
	if i < 0 {
		if j := slices.IndexFunc(all, func(o Constant) bool { return o.Name == c.Name }); j >= 0 {
			reason := "for all environment types"
			if t := all[j].EnvironmentType; t != "" {
				reason = "for environment type " + t
			}
			return out, false, &TakenError{fmt.Sprintf("constant %q", c.Name), string(all[j].ID), c.Name, reason}
		}
		if may != nil {
			if err := may(nil); err != nil {
				return out, false, err
			}
		}
		return out, true, k.commit(ctx, by.Who, &graph.Batch{PutDocs: []*graph.Document{out.Document()}})
	}
	old := all[i]
	if may != nil {
		if err := may(&old); err != nil {
			return out, false, err
		}
	}
	if old.Fixed {
		return out, false, &ShippedError{fmt.Sprintf("constant %q", c.Name), "its values are the program's own words, or follow from other tables"}
	}
	out.ID = old.ID // so that it takes the shipped one's place in exports too
	if err := k.keepUsed(ctx, v, old.Constant, c); err != nil {
		return out, false, err
	}
	return out, false, k.commit(ctx, by.Who, &graph.Batch{PutDocs: []*graph.Document{out.Document()}})
}

// RemoveConstant takes the values away that users set: a shipped enumeration
// is again as it comes, one of a user's own is gone.
//
// Errors: graph.ErrNotFound; *ShippedError if nobody set any; *UsedError if a
// value is in use that would go; that of may.
func (k *Keeper) RemoveConstant(ctx context.Context, by By, name, environmentType string, may func(old *Constant) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, all, err := k.locked(ctx)
	if err != nil {
		return err
	}
	i := findConstant(all, name, environmentType)
	if i < 0 {
		return fmt.Errorf("reference: constant %q for %s: %w", name, cmp.Or(environmentType, "all environment types"), graph.ErrNotFound)
	}
	if may != nil {
		if err := may(&all[i]); err != nil {
			return err
		}
	}
	if all[i].Shipped {
		return &ShippedError{fmt.Sprintf("constant %q", name), "nobody has set other values for it"}
	}
	left := catalog.Constant{Name: name, EnvironmentType: environmentType}
	for _, c := range catalog.Constants() {
		if c.Name == name && c.EnvironmentType == environmentType {
			left = c
		}
	}
	if err := k.keepUsed(ctx, v, all[i].Constant, left); err != nil {
		return err
	}
	return k.commit(ctx, by.Who, &graph.Batch{DeleteDocs: []graph.DocKey{{Collection: graph.Constants, ID: string(all[i].ID)}}})
}

func (k *Keeper) locked(ctx context.Context) (*graph.View, []Constant, error) {
	v, err := k.shared(ctx)
	if err != nil {
		return nil, nil, err
	}
	all, err := k.constantRows(ctx, v)
	return v, all, err
}

// maxEntries bounds an enumeration.
const maxEntries = 1000

func checkConstant(c catalog.Constant) (wrong []Complaint) {
	if c.Name == "" || len(c.Name) > 100 || strings.Trim(c.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		wrong = append(wrong, Complaint{Malformed, "name", c.Name, "must be made of a to z, 0 to 9 and _, 1 to 100 of them"})
	}
	if right, _ := catalog.ConstantValues("environment_types", ""); c.EnvironmentType != "" && !slices.Contains(right, c.EnvironmentType) {
		wrong = append(wrong, unknown("environment_type", c.EnvironmentType, "environment type", right))
	}
	if n := len(c.Data); n == 0 || n > maxEntries {
		wrong = append(wrong, Complaint{Missing, "data", "", fmt.Sprintf("has %d entries; give 1 to %d, each with label and value", n, maxEntries)})
	}
	for i, e := range c.Data {
		if e.Value == "" || len(e.Value) > 200 || len(e.Label) > 200 {
			wrong = append(wrong, Complaint{Malformed, fmt.Sprintf("data[%d].value", i), e.Value, "must have 1 to 200 bytes, the label no more"})
		}
	}
	return append(wrong, twice("data", values(c))...)
}
