package webapi

import (
	"context"

	"calipso/graph"
	"calipso/webapi/auth"
)

// NewUser is an account to be made.
type NewUser struct {
	Username string   `json:"username" minLength:"1" maxLength:"128" doc:"name of the account"`
	Password string   `json:"password" minLength:"1" maxLength:"256" format:"password" doc:"its password"`
	Role     string   `json:"role,omitempty" maxLength:"64" default:"viewer" doc:"what it may do in every environment: admin, editor, viewer, none, or another role"`
	Display  string   `json:"display_name,omitempty" maxLength:"200" doc:"name of the person"`
	Emails   []string `json:"emails,omitempty" maxItems:"20" doc:"e-mail addresses"`
}

// UserChange says what to change of an account; what is left out stays.
type UserChange struct {
	Role     *string   `json:"role,omitempty" maxLength:"64" doc:"exactly the rights of this role, in place of all rights and roles"`
	Rights   *[]string `json:"single_rights,omitempty" maxItems:"10" doc:"rights given one by one"`
	Roles    *[]string `json:"roles,omitempty" maxItems:"100" doc:"roles that are not built in"`
	Display  *string   `json:"display_name,omitempty" maxLength:"200" doc:"name of the person"`
	Emails   *[]string `json:"emails,omitempty" maxItems:"20" doc:"e-mail addresses"`
	Disabled *bool     `json:"disabled,omitempty" doc:"it may not be used; its sessions and tokens end"`
}

func (c *UserChange) change() auth.Change {
	out := auth.Change{Roles: c.Roles, Display: c.Display, Emails: c.Emails, Disabled: c.Disabled}
	if c.Role != nil {
		role := auth.Role(*c.Role)
		out.Role = &role
	}
	if c.Rights != nil {
		rights := []auth.Right{}
		for _, r := range *c.Rights {
			rights = append(rights, auth.Right(r))
		}
		out.Rights = &rights
	}
	return out
}

type userReply struct{ Body UserInfo }

// createUser serves POST /api/v1/users: 201, 409, 422.
func (a *API) createUser(ctx context.Context, in *struct{ Body NewUser }) (*userReply, error) {
	u, err := a.opt.Accounts.Create(ctx, principal(ctx).User.Name, auth.NewUser{
		Name: in.Body.Username, Password: in.Body.Password, Role: auth.Role(in.Body.Role), Display: in.Body.Display, Emails: in.Body.Emails,
	})
	return a.shown(ctx, u, err)
}

// changeUser serves PATCH /api/v1/users/{user}: 200, 404, 409 for the last
// administrator, 422.
func (a *API) changeUser(ctx context.Context, in *struct {
	UserPath
	Body UserChange
}) (*userReply, error) {
	u, err := a.opt.Accounts.Change(ctx, principal(ctx).User.Name, in.User, in.Body.change())
	return a.shown(ctx, u, err)
}

// UserGrants are the environments granted to a user.
type UserGrants struct {
	Environments []UserGrant `json:"environments" maxItems:"10000" nullable:"false" doc:"exactly these, of those that you may view"`
}

// grantUser serves PUT /api/v1/users/{user}/environments: 200, 404, 422.
func (a *API) grantUser(ctx context.Context, in *struct {
	UserPath
	Body UserGrants
}) (*userDetailReply, error) {
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	var want []auth.Granted
	for _, g := range in.Body.Environments {
		want = append(want, auth.Granted{Env: graph.EnvID(g.Env), Edit: g.Edit})
	}
	if err := a.opt.Accounts.SetGranted(ctx, principal(ctx).User.Name, in.User, want, sees); err != nil {
		return nil, err
	}
	return a.getUser(ctx, &in.UserPath)
}

// removeUser serves DELETE /api/v1/users/{user}: 204, 404, 409 for the last
// administrator.
func (a *API) removeUser(ctx context.Context, in *UserPath) (*struct{}, error) {
	return nil, a.opt.Accounts.Remove(ctx, principal(ctx).User.Name, in.User)
}

// NewPassword replaces a password.
type NewPassword struct {
	Password string `json:"password" minLength:"1" maxLength:"256" format:"password" doc:"the new password"`
}

// setPassword serves PUT /api/v1/users/{user}/password: 204, 404, 422.
func (a *API) setPassword(ctx context.Context, in *struct {
	UserPath
	Body NewPassword
}) (*struct{}, error) {
	return nil, a.opt.Accounts.SetPassword(ctx, principal(ctx).User.Name, in.User, in.Body.Password)
}

// OwnPassword replaces the password of who asks.
type OwnPassword struct {
	Old string `json:"old_password" minLength:"1" maxLength:"256" format:"password" doc:"the password until now"`
	NewPassword
}

// changePassword serves PUT /api/v1/password: 204, 422, 429.
func (a *API) changePassword(ctx context.Context, in *struct{ Body OwnPassword }) (*struct{}, error) {
	return nil, a.opt.Accounts.ChangePassword(ctx, principal(ctx), in.Body.Old, in.Body.Password, remoteAddr(ctx))
}
