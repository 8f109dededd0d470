package configs

import (
	"time"

	"calipso/webapi/legacy"
)

// Legacy is how the old API at the root of the server behaves.
type Legacy struct {
	Compat        string        `yaml:"compat"`
	Origins       []string      `yaml:"origins"`
	TokenLifetime time.Duration `yaml:"token_lifetime"`
	RevealSecrets bool          `yaml:"reveal_secrets"`
}

// Options are those of the API itself.
func (l Legacy) Options() legacy.Options {
	c, _ := legacy.ParseCompat(l.Compat) // checked by Validate
	return legacy.Options{Compat: c, Origins: l.Origins, TokenLife: l.TokenLifetime, RevealSecrets: l.RevealSecrets}
}

// validate reports every complaint.
func (l Legacy) validate(bad func(field, format string, args ...any)) {
	if _, err := legacy.ParseCompat(l.Compat); err != nil {
		bad("legacy.compat", "%q is none of new, opnfv, cvim", l.Compat)
	}
	for _, o := range l.Origins {
		if !legacy.ValidOrigin(o) {
			bad("legacy.origins", "%q is no web site; give scheme and host such as https://noc.example.org, or * for any", o)
		}
	}
	if l.TokenLifetime <= 0 {
		bad("legacy.token_lifetime", "%s is not positive", l.TokenLifetime)
	}
}
