package auth

import (
	"slices"

	"calipso/graph"
)

// nameOf is the name of the account in a document.
func nameOf(d *graph.Document) string {
	if name := d.Body.String("username"); name != "" {
		return name
	}
	return d.ID
}

// Members of a user's document that the documented collection does not have.
const (
	formerIDs = "former_ids" // ids of the same user elsewhere
	isOff     = "disabled"
)

func disabled(d *graph.Document) bool { return d.Body.Bool(isOff) }

// passwordHash is the PHC text of a user's password, "" if he has none of ours.
func passwordHash(d *graph.Document) string {
	return d.Body.Map("services").Map("password").Secret("argon2id")
}

// setHash gives a user a password; what was known of another is gone.
func setHash(d *graph.Document, hash string) {
	d.Body["services"] = map[string]any{"password": map[string]any{"argon2id": graph.NewSecret(hash)}}
}

// setRights gives a user rights one by one, and roles that have documents.
func setRights(d *graph.Document, rights []Right, roles []string) {
	d.Body["roles"] = map[string]any{globalRoles: slices.Concat(anys(rights), anys(roles))}
}

// setRole gives a user the rights of one role. Those of a built-in role are
// written out, as programs that read the documented collection expect.
func setRole(d *graph.Document, role Role) {
	if fixed(role) {
		setRights(d, role.Rights(), nil)
		return
	}
	setRights(d, nil, []string{string(role)})
}

func setProfileName(d *graph.Document, name string) {
	profile := d.Body.Map("profile").Clone()
	if profile == nil {
		profile = graph.Attrs{}
	}
	profile["name"] = name
	d.Body["profile"] = map[string]any(profile)
}

// setEmails sets the addresses; one that was known keeps what is known of it.
func setEmails(d *graph.Document, addresses []string) {
	known := map[string]any{}
	for _, e := range d.Body.Maps("emails") {
		known[e.String("address")] = map[string]any(e)
	}
	list := make([]any, len(addresses))
	for i, address := range addresses {
		if list[i] = known[address]; list[i] == nil {
			list[i] = map[string]any{"address": address, "verified": false}
		}
	}
	d.Body["emails"] = list
}
