package webapi

import (
	"context"

	"calipso/webapi/auth"
)

// RoleBody is what a role says.
type RoleBody struct {
	About  string   `json:"description,omitempty" maxLength:"500" doc:"in words"`
	Rights []string `json:"rights" nullable:"false" maxItems:"10" doc:"what who has it may do, for everything"`
}

// NewRole is a role to be made.
type NewRole struct {
	Name string `json:"name" minLength:"1" maxLength:"64" doc:"name of the role" example:"operators"`
	RoleBody
}

// RoleInfo is a role.
type RoleInfo struct {
	NewRole
	Fixed bool `json:"built_in" doc:"cannot be changed"`
}

// RolePath is the role in a path.
type RolePath struct {
	Role string `path:"role" maxLength:"64" doc:"name of the role" example:"operators"`
}

func roleInfo(r *auth.Definition) RoleInfo {
	return RoleInfo{NewRole{string(r.Name), RoleBody{r.About, texts(r.Rights)}}, r.Fixed}
}

func (b *RoleBody) definition(name string) auth.Definition {
	out := auth.Definition{Name: auth.Role(name), About: b.About}
	for _, r := range b.Rights {
		out.Rights = append(out.Rights, auth.Right(r))
	}
	return out
}

type roleListReply struct{ Body ListBody[RoleInfo] }

// listRoles serves GET /api/v1/roles.
func (a *API) listRoles(ctx context.Context, in *struct{ PageQuery }) (*roleListReply, error) {
	roles, err := a.opt.Accounts.Definitions(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]RoleInfo, len(roles))
	for i, r := range roles {
		all[i] = roleInfo(r)
	}
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &roleListReply{Body: body}, nil
}

type roleReply struct{ Body RoleInfo }

// getRole serves GET /api/v1/roles/{role}: 200, 404.
func (a *API) getRole(ctx context.Context, in *RolePath) (*roleReply, error) {
	r, err := a.opt.Accounts.Definition(ctx, auth.Role(in.Role))
	if err != nil {
		return nil, err
	}
	return &roleReply{Body: roleInfo(r)}, nil
}

// createRole serves POST /api/v1/roles: 201, 409, 422.
func (a *API) createRole(ctx context.Context, in *struct{ Body NewRole }) (*roleReply, error) {
	return a.define(ctx, in.Body.definition(in.Body.Name), true)
}

// changeRole serves PUT /api/v1/roles/{role}: 200, 404, 409 if nobody could
// manage users any more, 422.
func (a *API) changeRole(ctx context.Context, in *struct {
	RolePath
	Body RoleBody
}) (*roleReply, error) {
	return a.define(ctx, in.Body.definition(in.Role), false)
}

func (a *API) define(ctx context.Context, r auth.Definition, create bool) (*roleReply, error) {
	made, err := a.opt.Accounts.Define(ctx, principal(ctx).User.Name, r, create)
	if err != nil {
		return nil, err
	}
	return &roleReply{Body: roleInfo(made)}, nil
}

// removeRole serves DELETE /api/v1/roles/{role}: 204, 404, 409 if users have it.
func (a *API) removeRole(ctx context.Context, in *RolePath) (*struct{}, error) {
	return nil, a.opt.Accounts.Undefine(ctx, principal(ctx).User.Name, auth.Role(in.Role))
}
