// Package clouds holds recorded clouds: for each a folder with its environment
// document (without access data) and one folder for each recorded state, with
// what its APIs (rest) and hosts (ssh) answered. README.md says how they were
// recorded.
package clouds

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

// FS is the folder.
//
//go:embed demo demo-linuxbridge
var FS embed.FS

// Names lists the clouds.
func Names() []string { return []string{"demo", "demo-linuxbridge"} }

// States lists the recorded states of a cloud, the earliest first.
func States(cloud string) ([]string, error) {
	entries, err := fs.ReadDir(FS, cloud)
	if err != nil {
		return nil, fmt.Errorf("clouds: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	if len(out) == 0 {
		return nil, fmt.Errorf("clouds: %s has no recorded state", cloud)
	}
	return out, nil
}
