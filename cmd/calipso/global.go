package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"calipso/configs"
)

// global is what all commands share: streams and the flags before the command.
type global struct {
	in       io.Reader
	out, err io.Writer

	server, token, tokenFile, dataDir, configFile, logLevel string
	json                                                    bool
}

// config is the file, the variables and the flags together.
func (g *global) config() (*configs.Config, error) {
	env := os.Environ()
	if g.dataDir != "" {
		env = append(env, "CALIPSO_DATA_DIR="+g.dataDir)
	}
	if g.logLevel != "" {
		env = append(env, "CALIPSO_LOG_LEVEL="+g.logLevel)
	}
	return configs.Load(g.configFile, env)
}

// logger writes to the error stream; commands other than serve keep to what
// went wrong unless a level is asked for.
func (g *global) logger(c configs.Log, quiet bool) *slog.Logger {
	opt := &slog.HandlerOptions{Level: c.SlogLevel()}
	if quiet && g.logLevel == "" {
		opt.Level = slog.LevelError
	}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(g.err, opt))
	}
	return slog.New(slog.NewTextHandler(g.err, opt))
}

// readToken is the API token from flag, file or variable.
func (g *global) readToken() (string, error) {
	if g.tokenFile == "" {
		return g.token, nil
	}
	b, err := os.ReadFile(g.tokenFile)
	if err != nil {
		return "", fmt.Errorf("--token-file: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// terminal tells whether a stream is one that people watch.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// printJSON writes one indented JSON value.
func (g *global) printJSON(v any) error {
	enc := json.NewEncoder(g.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
