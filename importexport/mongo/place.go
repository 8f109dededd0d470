package mongo

import (
	"cmp"

	"calipso/graph"
)

// Place is where an address leads, without user name, password and options: one
// place, one database.
//
// Errors: *AddressError.
func Place(uri graph.Secret) (string, error) {
	a, err := parseAddress(uri.Reveal())
	if err != nil {
		return "", err
	}
	if err := a.check(); err != nil {
		return "", err
	}
	a.database = cmp.Or(a.database, DefaultDatabase)
	return a.String(), nil
}
