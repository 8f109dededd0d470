package main

import (
	"testing"

	"calipso/configs"
)

// configured is the default configuration for a data directory.
func configured(t *testing.T, dir string) *configs.Config {
	t.Helper()
	cfg, err := configs.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.DataDir = dir
	return cfg
}
