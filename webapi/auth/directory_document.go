package auth

import (
	"time"

	"calipso/graph"
)

// An account of a directory is a document without a password, whose member
// "directory" says which one it is of and which roles its groups gave when the
// user last signed in.

func newDirectoryDocument(name string, now time.Time) *graph.Document {
	d := &graph.Document{
		DocKey: graph.DocKey{Collection: graph.Users, ID: name},
		Body:   graph.Attrs{"username": name, "createdAt": now.UTC(), "profile": map[string]any{"name": name}},
	}
	setRights(d, nil, nil)
	return d
}

// directoryOf names the directory that an account is of, "" for a local one.
func directoryOf(d *graph.Document) string { return d.Body.Map("directory").String("name") }

// subjectOf is by what the directory knows the user whatever his name, "" if it
// did not say.
func subjectOf(d *graph.Document) string { return d.Body.Map("directory").String("subject") }

// directoryRoles are the roles that an account has by its directory's groups.
func directoryRoles(d *graph.Document) []string { return d.Body.Map("directory").Strings("roles") }

func setDirectory(d *graph.Document, source string, who Identity, roles []string) {
	of := map[string]any{"name": source, "roles": anys(roles)}
	if who.Subject != "" {
		of["subject"] = who.Subject
	}
	d.Body["directory"] = of
	if who.Display != "" {
		setProfileName(d, who.Display)
	}
	if who.Email != "" {
		setEmails(d, []string{who.Email})
	}
}

func anys[T ~string](list []T) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
