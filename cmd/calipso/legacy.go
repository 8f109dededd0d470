package main

import (
	"time"

	"github.com/spf13/cobra"

	"calipso/configs"
)

// legacyFlags are those of the old API; what is given goes over the
// configuration.
type legacyFlags struct {
	cmd           *cobra.Command
	compat        string
	origins       []string
	tokenLifetime time.Duration
	revealSecrets bool
}

func newLegacyFlags(cmd *cobra.Command) *legacyFlags {
	f, set := &legacyFlags{cmd: cmd}, cmd.Flags()
	set.StringVar(&f.compat, "compat", "new", "old REST API: whose answers to give where its versions differ: new, opnfv (2018), cvim (2021)")
	set.StringSliceVar(&f.origins, "cors-origin", nil, "old REST API: web site whose scripts may use it, such as https://noc.example.org; * for any (default: none; with --compat cvim any)")
	set.DurationVar(&f.tokenLifetime, "token-lifetime", 24*time.Hour, "old REST API: how long a token lives")
	set.BoolVar(&f.revealSecrets, "reveal-secrets", false, "old REST API: answer administrators with passwords in clear, to move to another server")
	return f
}

// apply puts the flags given into the configuration.
func (f *legacyFlags) apply(c *configs.Legacy) {
	if f.cmd.Flags().Changed("compat") {
		c.Compat = f.compat
	}
	if f.cmd.Flags().Changed("cors-origin") {
		c.Origins = f.origins
	}
	if f.cmd.Flags().Changed("token-lifetime") {
		c.TokenLifetime = f.tokenLifetime
	}
	if f.cmd.Flags().Changed("reveal-secrets") {
		c.RevealSecrets = f.revealSecrets
	}
}
