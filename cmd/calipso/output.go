package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
)

// output says how and where a report is written.
type output struct{ format, file string }

func (o *output) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json, csv, html or pdf")
	cmd.Flags().StringVarP(&o.file, "output", "o", "", "write to this file (pdf needs one when it would go to a terminal)")
}

// check refuses what cannot be written, before any work is done.
func (o *output) check(g *global) error {
	if g.json {
		o.format = "json"
	}
	if !slices.Contains([]string{"text", "json", "csv", "html", "pdf"}, o.format) {
		return errors.New("--format is text, json, csv, html or pdf")
	}
	if o.format == "pdf" && o.file == "" && terminal(g.out) {
		return errors.New("--format pdf is nothing for a terminal; give --output FILE")
	}
	return nil
}

// write writes a report, or says where it did.
func (o *output) write(g *global, b []byte) error {
	if o.file == "" {
		_, err := g.out.Write(b)
		return err
	}
	if err := os.WriteFile(o.file, b, 0o644); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	_, err := fmt.Fprintf(g.err, "written to %s\n", o.file)
	return err
}
