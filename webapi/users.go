package webapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"calipso/graph"
	"calipso/webapi/auth"
)

// UserInfo is an account, without anything secret.
type UserInfo struct {
	Username  string    `json:"username" doc:"name of the account"`
	Display   string    `json:"display_name" doc:"name of the person"`
	Emails    []string  `json:"emails" nullable:"false" doc:"e-mail addresses"`
	Role      auth.Role `json:"role" enum:"admin,editor,viewer,none" doc:"mightiest built-in role whose rights it has"`
	Rights    []string  `json:"rights" nullable:"false" doc:"all rights good for every environment, by whatever way"`
	Single    []string  `json:"single_rights" nullable:"false" doc:"those given one by one, or by a built-in role"`
	Roles     []string  `json:"roles" nullable:"false" doc:"roles given that are not built in"`
	Disabled  bool      `json:"disabled" doc:"may not be used"`
	Directory string    `json:"directory,omitempty" doc:"directory that keeps its password; absent: this server does"`
	Mapped    []string  `json:"directory_roles,omitempty" doc:"what its groups in the directory gave at the last sign-in"`
	Created   time.Time `json:"created_at,omitzero" doc:"when it was made"`
}

// UserGrant is what one environment lets a user do.
type UserGrant struct {
	Env  string `json:"environment" minLength:"1" maxLength:"512" doc:"name of the environment"`
	Edit bool   `json:"edit,omitempty" doc:"view and edit; else view alone"`
}

// UserDetail is an account with the environments that name it.
type UserDetail struct {
	UserInfo
	Environments []UserGrant `json:"environments" nullable:"false" doc:"environments granted to it beside its rights for all, as far as you may view them"`
}

// UserPath is the account in a path.
type UserPath struct {
	User string `path:"user" maxLength:"128" doc:"name of the account"`
}

// texts writes names of one kind or another; never nil.
func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// userInfo shows an account to who sees some environments.
func userInfo(u *auth.User, sees func(graph.EnvID) bool) UserInfo {
	var mapped []string
	for _, m := range u.Mapped {
		if _, env, single := strings.Cut(m, ":"); !single || sees(graph.EnvID(env)) {
			mapped = append(mapped, m)
		}
	}
	return UserInfo{
		Username: u.Name, Display: u.Display, Emails: texts(u.Emails), Role: auth.RoleOf(u.Rights), Rights: texts(u.Rights),
		Single: texts(u.Single), Roles: texts(u.Roles), Disabled: u.Disabled, Directory: u.Directory, Mapped: mapped, Created: u.Created,
	}
}

type userListRequest struct {
	Text      string `query:"q" maxLength:"128" doc:"only those whose name, display name or e-mail address holds this"`
	Right     string `query:"right" enum:"view-env,edit-env,manage-users,manage-link-types,manage-clique-types,manage-clique-constraints" doc:"only those who have this right for everything"`
	Role      string `query:"role" maxLength:"64" doc:"only those who have this role" example:"viewer"`
	Directory string `query:"directory" maxLength:"64" doc:"only those of this directory; local: those of none" example:"ldap"`
	Disabled  string `query:"disabled" enum:"true,false" doc:"only those who are, or are not, disabled"`
	PageQuery
}

// fits tells whether an account is one that a list is asked for.
func (in *userListRequest) fits(u *UserInfo) bool {
	holds := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(in.Text)) }
	from := u.Directory
	if from == "" {
		from = "local"
	}
	return (in.Text == "" || holds(u.Username) || holds(u.Display) || slices.ContainsFunc(u.Emails, holds)) &&
		(in.Right == "" || slices.Contains(u.Rights, in.Right)) &&
		(in.Role == "" || string(u.Role) == in.Role || slices.Contains(u.Roles, in.Role) || slices.Contains(u.Mapped, in.Role)) &&
		(in.Directory == "" || from == in.Directory) &&
		(in.Disabled == "" || (in.Disabled == "true") == u.Disabled)
}

type userListReply struct{ Body ListBody[UserInfo] }

// listUsers serves GET /api/v1/users.
func (a *API) listUsers(ctx context.Context, in *userListRequest) (*userListReply, error) {
	users, err := a.opt.Accounts.Users(ctx)
	if err != nil {
		return nil, err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	var all []UserInfo
	for _, u := range users {
		if info := userInfo(u, sees); in.fits(&info) {
			all = append(all, info)
		}
	}
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &userListReply{Body: body}, nil
}

type userDetailReply struct{ Body UserDetail }

// getUser serves GET /api/v1/users/{user}: 200, 404.
func (a *API) getUser(ctx context.Context, in *UserPath) (*userDetailReply, error) {
	u, err := a.opt.Accounts.User(ctx, in.User)
	if err != nil {
		return nil, err
	}
	granted, err := a.opt.Accounts.Granted(ctx, in.User)
	if err != nil {
		return nil, err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	out := &userDetailReply{Body: UserDetail{UserInfo: userInfo(u, sees), Environments: []UserGrant{}}}
	for _, g := range granted {
		if sees(g.Env) {
			out.Body.Environments = append(out.Body.Environments, UserGrant{string(g.Env), g.Edit})
		}
	}
	return out, nil
}

// shown is the answer to a change of an account.
func (a *API) shown(ctx context.Context, u *auth.User, err error) (*userReply, error) {
	if err != nil {
		return nil, err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	return &userReply{Body: userInfo(u, sees)}, nil
}
