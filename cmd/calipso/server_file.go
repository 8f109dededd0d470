package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// serverFile tells commands on the same machine how to reach the server that
// holds a data directory. Only the owner of the directory may read it.
type serverFile struct {
	URL   string `json:"url"`
	Token string `json:"token"`
	// Cert is the PEM file of the server's certificate, if it serves TLS.
	Cert string `json:"cert,omitempty"`
}

func serverFilePath(dataDir string) string { return filepath.Join(dataDir, "server.json") }

func (f serverFile) write(dataDir string) error {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := os.WriteFile(serverFilePath(dataDir), b, 0o600); err != nil {
		return fmt.Errorf("server file: %w", err)
	}
	return nil
}

// readServerFile is nil if no server left one.
func readServerFile(dataDir string) (*serverFile, error) {
	b, err := os.ReadFile(serverFilePath(dataDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("server file: %w", err)
	}
	f := new(serverFile)
	if err := json.Unmarshal(b, f); err != nil {
		return nil, fmt.Errorf("server file %s: %w", serverFilePath(dataDir), err)
	}
	return f, nil
}
