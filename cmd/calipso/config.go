package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"calipso/configs"
)

func configCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Configuration"}
	var asDefault bool
	show := &cobra.Command{
		Use:   "print",
		Short: "Print the configuration in force, or the commented defaults",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asDefault {
				_, err := g.out.Write(configs.Default)
				return err
			}
			c, err := g.config()
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(c)
			}
			b, err := c.YAML()
			if err != nil {
				return err
			}
			_, err = g.out.Write(b)
			return err
		},
	}
	show.Flags().BoolVar(&asDefault, "default", false, "the commented default file instead")
	cmd.AddCommand(show)
	return cmd
}

func versionCommand(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if g.json {
				return g.printJSON(map[string]string{"version": version})
			}
			_, err := fmt.Fprintln(g.out, "calipso", version)
			return err
		},
	}
}
