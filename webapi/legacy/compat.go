package legacy

import (
	"fmt"
	"strings"
)

// Compat says whose answers are given where those of the earlier versions
// differ (rule API-02).
type Compat string

// Current is the later version's answers, but for an object that is not there (404)
// and for what either version refused without reason.
const (
	Current Compat = "new"
	OPNFV   Compat = "opnfv" // the version of 2018
	CVIM    Compat = "cvim"  // the version of 2021
)

// Compats lists all of them, the default first.
func Compats() []Compat { return []Compat{Current, OPNFV, CVIM} }

// ParseCompat reads the name of one; nothing is Current.
func ParseCompat(text string) (Compat, error) {
	switch c := Compat(strings.ToLower(text)); c {
	case Current, OPNFV, CVIM:
		return c, nil
	case "":
		return Current, nil
	}
	return "", fmt.Errorf("legacy: compat: %q is none of new, opnfv, cvim", text)
}

// Versions is a set of them. What says nothing holds in all.
type Versions uint8

// The sets; they add up with |.
const (
	InOPNFV Versions = 1 << iota
	InCVIM
	InNew
	Always = InOPNFV | InCVIM | InNew
)

// Has tells whether a version is in the set.
func (v Versions) Has(c Compat) bool {
	switch c {
	case OPNFV:
		return v&InOPNFV != 0
	case CVIM:
		return v&InCVIM != 0
	}
	return v&InNew != 0
}

// orAlways is the set, or all if nothing was said.
func (v Versions) orAlways() Versions {
	if v == 0 {
		return Always
	}
	return v
}
