package webapi

import (
	"context"
	"time"

	"calipso/webapi/auth"
)

// UserInfo is an account, without anything secret.
type UserInfo struct {
	Username string    `json:"username" doc:"name of the account"`
	Role     auth.Role `json:"role" enum:"admin,editor,viewer,none" doc:"usual name of its rights"`
	Rights   []string  `json:"rights" nullable:"false" doc:"rights good for every environment"`
}

// NewUser is an account to be made.
type NewUser struct {
	Username string `json:"username" minLength:"1" maxLength:"128" doc:"name of the account"`
	Password string `json:"password" minLength:"1" maxLength:"256" format:"password" doc:"its password"`
	Role     string `json:"role,omitempty" enum:"admin,editor,viewer,none" default:"viewer" doc:"what it may do in every environment"`
}

// NewPassword replaces a password.
type NewPassword struct {
	Password string `json:"password" minLength:"1" maxLength:"256" format:"password" doc:"the new password"`
}

// NewToken asks for an API token of the caller.
type NewToken struct {
	Name  string `json:"name" minLength:"1" maxLength:"128" doc:"what it is for"`
	Hours int    `json:"hours,omitempty" minimum:"1" maximum:"8784" default:"2160" doc:"how long it is good for"`
}

// IssuedToken is a new API token.
type IssuedToken struct {
	Name    string    `json:"name" doc:"what it is for"`
	Token   string    `json:"token" doc:"Authorization: Bearer TOKEN; shown this once"`
	Expires time.Time `json:"expires_at" doc:"when it ends"`
}

func userInfo(u *auth.User) UserInfo {
	out := UserInfo{Username: u.Name, Role: auth.RoleOf(u.Rights), Rights: []string{}}
	for _, r := range u.Rights {
		out.Rights = append(out.Rights, string(r))
	}
	return out
}

type userListReply struct{ Body ListBody[UserInfo] }

// listUsers serves GET /api/v1/users.
func (a *API) listUsers(ctx context.Context, in *struct{ PageQuery }) (*userListReply, error) {
	users, err := a.opt.Accounts.Users(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]UserInfo, len(users))
	for i, u := range users {
		all[i] = userInfo(u)
	}
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &userListReply{Body: body}, nil
}

type userReply struct{ Body UserInfo }

// createUser serves POST /api/v1/users: 201, 409, 422.
func (a *API) createUser(ctx context.Context, in *struct{ Body NewUser }) (*userReply, error) {
	u, err := a.opt.Accounts.Create(ctx, principal(ctx).User.Name, auth.NewUser{Name: in.Body.Username, Password: in.Body.Password, Role: auth.Role(in.Body.Role)})
	if err != nil {
		return nil, err
	}
	return &userReply{Body: userInfo(u)}, nil
}

// UserPath is the account in a path.
type UserPath struct {
	User string `path:"user" maxLength:"128" doc:"name of the account"`
}

// setPassword serves PUT /api/v1/users/{user}/password: 204, 404, 422.
func (a *API) setPassword(ctx context.Context, in *struct {
	UserPath
	Body NewPassword
}) (*struct{}, error) {
	return nil, a.opt.Accounts.SetPassword(ctx, principal(ctx).User.Name, in.User, in.Body.Password)
}

// removeUser serves DELETE /api/v1/users/{user}: 204, 404, 409 for the last
// administrator.
func (a *API) removeUser(ctx context.Context, in *struct{ UserPath }) (*struct{}, error) {
	return nil, a.opt.Accounts.Remove(ctx, principal(ctx).User.Name, in.User)
}

type issuedTokenReply struct{ Body IssuedToken }

// createToken serves POST /api/v1/tokens: 201. The token has the rights of the
// caller.
func (a *API) createToken(ctx context.Context, in *struct{ Body NewToken }) (*issuedTokenReply, error) {
	secret, t, err := a.opt.Accounts.CreateToken(ctx, principal(ctx).User.Name, in.Body.Name, time.Duration(in.Body.Hours)*time.Hour)
	if err != nil {
		return nil, err
	}
	return &issuedTokenReply{Body: IssuedToken{Name: in.Body.Name, Token: secret.Reveal(), Expires: t.Expires}}, nil
}
