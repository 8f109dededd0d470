package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"calipso/graph"
)

// Definition is one role: a set of rights under a name.
type Definition struct {
	Name   Role
	About  string // in words
	Rights []Right
	Fixed  bool // built in; cannot be changed
}

var roleForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$`)

// definitionOf reads a document of collection roles.
func definitionOf(d *graph.Document) *Definition {
	has := map[Right]bool{}
	for _, r := range d.Body.Strings("rights") {
		has[Right(r)] = true
	}
	return &Definition{Name: Role(d.ID), About: d.Body.String("description"), Rights: inOrder(has)}
}

func (r *Definition) document() *graph.Document {
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Roles, ID: string(r.Name)}, Body: graph.Attrs{
		"name": string(r.Name), "description": r.About, "rights": anys(r.Rights),
	}}
}

// validate reports every complaint at once.
func (r *Definition) validate() error {
	var wrong []graph.FieldError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(format, args...)})
	}
	switch {
	case !roleForm.MatchString(string(r.Name)) || strings.HasSuffix(string(r.Name), " "):
		bad("name", "is no name of a role; give up to 64 letters, digits and . _ - or blanks, a letter or digit first")
	case fixed(r.Name) || slices.Contains(Rights(), Right(r.Name)):
		bad("name", "%q is built in and stays as it is", r.Name)
	}
	if len(r.About) > 500 {
		bad("description", "is too long; give at most 500 bytes")
	}
	for i, right := range r.Rights {
		if !slices.Contains(Rights(), right) {
			bad(fmt.Sprintf("rights[%d]", i), "%q is none of %s", right, listed(Rights()))
		}
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: fmt.Sprintf("role %q", r.Name), Fields: wrong}
	}
	return nil
}

// fixed tells whether a role is built in.
func fixed(r Role) bool { return slices.Contains(Roles(), r) }

func listed[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
}

// Definitions lists all roles: those built in, then the others by name.
func (a *Accounts) Definitions(ctx context.Context) ([]*Definition, error) {
	var out []*Definition
	for d, err := range a.store.Documents(ctx, graph.Roles) {
		if err != nil {
			return nil, fmt.Errorf("auth: roles: %w", err)
		}
		out = append(out, definitionOf(d))
	}
	slices.SortFunc(out, func(a, b *Definition) int { return cmp.Compare(a.Name, b.Name) })
	var built []*Definition
	for _, r := range Roles() {
		built = append(built, &Definition{Name: r, About: r.about(), Rights: r.Rights(), Fixed: true})
	}
	return append(built, out...), nil
}

// Definition is one role. Errors: graph.ErrNotFound.
func (a *Accounts) Definition(ctx context.Context, name Role) (*Definition, error) {
	if fixed(name) {
		return &Definition{Name: name, About: name.about(), Rights: name.Rights(), Fixed: true}, nil
	}
	d, err := a.store.Document(ctx, graph.Roles, string(name))
	if err != nil {
		return nil, fmt.Errorf("auth: role %q: %w", name, err)
	}
	return definitionOf(d), nil
}

// Define makes a role, or changes it for all who have it.
//
// Errors: *graph.InvalidError; ErrExists, graph.ErrNotFound if one to be made is
// there, or one to be changed is not; ErrLastAdmin.
func (a *Accounts) Define(ctx context.Context, who string, r Definition, create bool) (*Definition, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	switch _, err := a.store.Document(ctx, graph.Roles, string(r.Name)); {
	case err != nil && !errors.Is(err, graph.ErrNotFound):
		return nil, err
	case create && err == nil:
		return nil, fmt.Errorf("auth: role %q: %w", r.Name, ErrRoleExists)
	case !create && err != nil:
		return nil, fmt.Errorf("auth: role %q: %w", r.Name, err)
	}
	d := r.document()
	r = *definitionOf(d)
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	after := maps.Clone(t)
	after[r.Name] = r.Rights
	if err := a.keepsAdmin(ctx, t, after, nil); err != nil {
		return nil, fmt.Errorf("auth: role %q: %w", r.Name, err)
	}
	if err := a.store.Write(ctx, who, []*graph.Document{d}, nil); err != nil {
		return nil, fmt.Errorf("auth: role %q: %w", r.Name, err)
	}
	return &r, nil
}

// Undefine removes a role that nobody has.
//
// Errors: graph.ErrNotFound; *graph.InvalidError for one that is built in;
// graph.ErrConflict if users have it.
func (a *Accounts) Undefine(ctx context.Context, who string, name Role) error {
	if fixed(name) {
		return &graph.InvalidError{What: fmt.Sprintf("role %q", name), Fields: []graph.FieldError{{Field: "name", Reason: "is built in and stays"}}}
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.store.Document(ctx, graph.Roles, string(name))
	if err != nil {
		return fmt.Errorf("auth: role %q: %w", name, err)
	}
	users, err := a.Users(ctx)
	if err != nil {
		return err
	}
	var having []string
	for _, u := range users {
		if slices.Contains(u.Roles, string(name)) {
			having = append(having, u.Name)
		}
	}
	if n := len(having); n > 0 {
		return fmt.Errorf("auth: role %q: %d users have it (%s): %w", name, n, strings.Join(having[:min(n, 10)], ", "), graph.ErrConflict)
	}
	if err := a.store.Write(ctx, who, nil, []graph.DocKey{d.DocKey}); err != nil {
		return fmt.Errorf("auth: role %q: %w", name, err)
	}
	return nil
}
