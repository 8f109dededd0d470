// Package configs is the configuration of the server: the packages' options
// side by side, read from a YAML file, then from CALIPSO_* variables, then from
// flags. A file may leave out whatever shall have its default; a key that does
// not exist is an error.
package configs

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"calipso/graph"
)

// Default is the commented default file; `calipso config print --default` shows
// it, and parsing it gives what an empty configuration gives.
//
//go:embed default.yaml
var Default []byte

// Config is everything that can be set.
type Config struct {
	DataDir string `yaml:"data_dir"`
	Server  Server `yaml:"server"`
	Auth    Auth   `yaml:"auth"`
	Log     Log    `yaml:"log"`
	Scan    Scan   `yaml:"scan"`

	Retention Retention `yaml:"retention"`
	Mongo     Mongo     `yaml:"mongo"`
	Legacy    Legacy    `yaml:"legacy"`
}

// Server says where and how the HTTP server listens.
type Server struct {
	Listen        string        `yaml:"listen"`
	TLSCert       string        `yaml:"tls_cert"`
	TLSKey        string        `yaml:"tls_key"`
	AllowPlain    bool          `yaml:"allow_plain"`
	DrainTimeout  time.Duration `yaml:"drain_timeout"`
	SessionLength time.Duration `yaml:"session_length"`
}

// Log says what is logged and how.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Scan limits scans.
type Scan struct {
	Environments int `yaml:"environments"`
	Fetchers     int `yaml:"fetchers"`
}

// Load reads a file over the defaults, then CALIPSO_* variables; path may be
// empty for none. environ is os.Environ's form.
//
// Errors: every complaint at once, each with the path of its key.
func Load(path string, environ []string) (*Config, error) {
	c := new(Config)
	if err := strict(Default, c); err != nil {
		return nil, fmt.Errorf("configs: default.yaml: %w", err)
	}
	if path != "" {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("configs: there is no file %q", path)
		}
		if err != nil {
			return nil, fmt.Errorf("configs: %w", err)
		}
		if err := strict(b, c); err != nil {
			return nil, fmt.Errorf("configs: %s: %w", path, err)
		}
	}
	if err := override(c, environ); err != nil {
		return nil, err
	}
	if c.DataDir == "" {
		c.DataDir = defaultDataDir()
	}
	return c, c.Validate()
}

func strict(b []byte, c *Config) error {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	return yaml.UnmarshalWithOptions(b, c, yaml.Strict())
}

// defaultDataDir follows the XDG base directory specification.
func defaultDataDir() string {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "calipso")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "share", "calipso")
	}
	return "calipso-data"
}

// Validate reports every complaint at once.
func (c *Config) Validate() error {
	var wrong []graph.FieldError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(format, args...)})
	}
	if c.Server.Listen == "" {
		bad("server.listen", "is empty; give address:port such as 127.0.0.1:8080")
	}
	if (c.Server.TLSCert == "") != (c.Server.TLSKey == "") {
		bad("server.tls_cert", "goes with server.tls_key; give both or none")
	}
	if c.Server.DrainTimeout <= 0 {
		bad("server.drain_timeout", "%s is not positive", c.Server.DrainTimeout)
	}
	if c.Server.SessionLength <= 0 {
		bad("server.session_length", "%s is not positive", c.Server.SessionLength)
	}
	if _, ok := levels[c.Log.Level]; !ok {
		bad("log.level", "%q is none of debug, info, warn, error", c.Log.Level)
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		bad("log.format", "%q is neither text nor json", c.Log.Format)
	}
	if c.Scan.Environments < 1 {
		bad("scan.environments", "%d is not positive", c.Scan.Environments)
	}
	if c.Scan.Fetchers < 1 {
		bad("scan.fetchers", "%d is not positive", c.Scan.Fetchers)
	}
	if _, err := c.Retention.TimeOfDay(); err != nil {
		bad("retention.at", "%s", err)
	}
	c.Mongo.validate(bad)
	if c.Retention.AuditEntries < 1 {
		bad("retention.audit_entries", "%d is not positive", c.Retention.AuditEntries)
	}
	wrong = append(wrong, c.Auth.check()...)
	c.Legacy.validate(bad)
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "configuration", Fields: wrong}
	}
	return nil
}

// YAML is the configuration as a file that Load reads back.
func (c *Config) YAML() ([]byte, error) { return yaml.Marshal(c) }
