package osdb

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"calipso/graph"
)

// statementLimit is how long the server works on one statement.
const statementLimit = 30 * time.Second

// settings are the section "mysql" in typed form (rule DIS-31).
//
//	host, port        port 3306 unless given
//	user, pwd         an account that may SELECT in Neutron's schema
//	neutron_schema    its name; none: looked for
//	connect_timeout   seconds, 10 unless given
//	tls               true: encrypted and verified; "skip-verify": encrypted
//	ca_cert           PEM file to verify with; none: the system's
type settings struct {
	driver *mysql.Config
	schema string
}

// parseSettings reads the section of an environment.
//
// Errors: *graph.InvalidError with all that is wrong.
func parseSettings(env *graph.Environment) (*settings, error) {
	sec, _ := env.Section(Section)
	var wrong []graph.FieldError
	bad := func(field, reason string) {
		wrong = append(wrong, graph.FieldError{Field: Section + "." + field, Reason: reason})
	}
	host := strings.Trim(sec.String("host"), "[]")
	if host == "" {
		bad("host", "is missing; give the host of the database server")
	}
	if sec.String("user") == "" {
		bad("user", "is missing; give an account that may SELECT in Neutron's schema")
	}
	if sec.Secret("pwd") == "" {
		bad("pwd", "is missing; give the account's password")
	}
	port := sec.Int("port")
	if port == 0 {
		port = 3306
	}
	connect := 10 * time.Second
	if v, ok := sec["connect_timeout"]; ok {
		connect = time.Duration(sec.Int("connect_timeout")) * time.Second
		if connect <= 0 {
			bad("connect_timeout", fmt.Sprintf("%v is no positive number of seconds", v))
		}
	}
	secure, err := tlsConfig(host, sec)
	if err != nil {
		bad("tls", err.Error())
	}
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: fmt.Sprintf("environment %q", env.Name), Fields: wrong}
	}
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd = sec.String("user"), sec.Secret("pwd")
	cfg.Net, cfg.Addr = "tcp", net.JoinHostPort(host, strconv.FormatInt(port, 10))
	cfg.Timeout = connect
	// The server ends a statement at its limit; these catch a server that
	// says nothing any more.
	cfg.ReadTimeout, cfg.WriteTimeout = statementLimit+5*time.Second, 5*time.Second
	cfg.InterpolateParams = true
	cfg.TLS = secure
	cfg.Logger = &mysql.NopLogger{}
	return &settings{driver: cfg, schema: sec.String("neutron_schema")}, nil
}

// tlsConfig is nil for a connection that is not encrypted.
func tlsConfig(host string, sec graph.Attrs) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	switch v := sec["tls"].(type) {
	case nil:
		if sec.String("ca_cert") == "" {
			return nil, nil
		}
	case bool:
		if !v {
			return nil, nil
		}
	case string:
		if v != "skip-verify" {
			return nil, fmt.Errorf("%q is none of true, false, skip-verify", v)
		}
		c.InsecureSkipVerify = true
	default:
		return nil, errors.New("is none of true, false, skip-verify")
	}
	if file := sec.String("ca_cert"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("ca_cert is no readable file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("ca_cert holds no certificate in PEM form")
		}
	}
	return c, nil
}
