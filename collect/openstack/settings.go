package openstack

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"calipso/graph"
)

// settings are the section "OpenStack" in typed form (rule DIS-30).
//
//	host, port, https      identity service, port 5000 unless given; or
//	auth_url               its full URL, with or without /v3
//	user, pwd              with user_domain, project_domain (both "Default")
//	admin_project          the project logged in to, "admin" unless given
//	application_credential_id, application_credential_secret
//	                       instead of user and pwd
//	region                 a name or a list of names; none: all
//	interface              public (default), internal or admin
//	ca_cert                PEM file, or PEM text
//	insecure               true: certificates are not verified
//	endpoint_override      object: service type → URL
//	replace_endpoint_host  true: the catalogue's hosts become the identity
//	                       service's; a text: they become this host
//	host_aliases           object: other name of a host → its name in Nova
type settings struct {
	env           graph.EnvID
	identity      *url.URL // ends in /v3/
	user          string
	userDomain    string
	password      graph.Secret
	project       string
	projectDomain string
	credential    string // id of an application credential
	secret        graph.Secret
	regions       []string
	iface         gophercloud.Availability
	roots         *x509.CertPool // nil: the system's
	insecure      bool
	override      map[string]string // service type → URL
	replaceHost   string            // host without port; empty: leave the catalogue alone
	aliases       map[string]string
	hasAdminToken bool
}

// who names the account for messages.
func (s *settings) who() string {
	if s.credential != "" {
		return fmt.Sprintf("application credential %q", s.credential)
	}
	return fmt.Sprintf("user %q, project %q", s.user, s.project)
}

// parseSettings reads the section of an environment.
//
// Errors: *graph.InvalidError with all that is wrong.
func parseSettings(env *graph.Environment) (*settings, error) {
	sec, _ := env.Section(Section)
	s := &settings{
		env:           env.Name,
		user:          sec.String("user"),
		userDomain:    cmp.Or(sec.String("user_domain"), "Default"),
		password:      graph.NewSecret(sec.Secret("pwd")),
		project:       cmp.Or(sec.String("admin_project"), "admin"),
		projectDomain: cmp.Or(sec.String("project_domain"), "Default"),
		credential:    sec.String("application_credential_id"),
		secret:        graph.NewSecret(sec.Secret("application_credential_secret")),
		regions:       sec.Strings("region"),
		insecure:      sec.Bool("insecure"),
		hasAdminToken: sec.Secret("admin_token") != "",
		override:      map[string]string{},
		aliases:       map[string]string{},
	}
	var wrong []graph.FieldError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: Section + "." + field, Reason: fmt.Sprintf(format, args...)})
	}
	var err error
	if s.identity, err = identityURL(sec); err != nil {
		field := "auth_url"
		if sec.String("auth_url") == "" {
			field = "host"
		}
		bad(field, "%v", err)
	}
	if s.credential == "" {
		if s.user == "" {
			bad("user", "is missing; give a user with the role admin, or application_credential_id")
		}
		if s.password.IsZero() {
			bad("pwd", "is missing; give the user's password")
		}
	} else if s.secret.IsZero() {
		bad("application_credential_secret", "is missing; give the secret of the application credential")
	}
	switch name := cmp.Or(sec.String("interface"), "public"); name {
	case "public", "internal", "admin":
		s.iface = gophercloud.Availability(name)
	default:
		bad("interface", "%q is none of public, internal, admin", name)
	}
	if s.roots, err = roots(sec.String("ca_cert")); err != nil {
		bad("ca_cert", "%v", err)
	}
	overrides := sec.Map("endpoint_override")
	for _, kind := range slices.Sorted(maps.Keys(overrides)) {
		text := overrides.String(kind)
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.User != nil {
			bad("endpoint_override."+kind, "is no URL without credentials, such as https://10.0.0.1:8774/v2.1")
			continue
		}
		s.override[kind] = text
	}
	switch v := sec["replace_endpoint_host"].(type) {
	case bool:
		if v && s.identity != nil {
			s.replaceHost = s.identity.Hostname()
		}
	case string:
		s.replaceHost = strings.Trim(v, "[]")
	}
	for _, from := range []graph.Attrs{env.Body.Map("host_aliases"), sec.Map("host_aliases")} {
		for name, v := range from {
			s.aliases[name], _ = v.(string)
		}
	}
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: fmt.Sprintf("environment %q", env.Name), Fields: wrong}
	}
	return s, nil
}

// identityURL is the root of identity v3, with a slash at its end.
func identityURL(sec graph.Attrs) (*url.URL, error) {
	text := sec.String("auth_url")
	if text == "" {
		host := strings.Trim(sec.String("host"), "[]")
		if host == "" {
			return nil, errors.New("is missing; give host (and port) of the identity service, or auth_url")
		}
		port := sec.Int("port")
		if port == 0 {
			port = 5000
		}
		scheme := "http"
		if sec.Bool("https") {
			scheme = "https"
		}
		text = scheme + "://" + net.JoinHostPort(host, strconv.FormatInt(port, 10))
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, errors.New("is no URL such as https://10.0.0.1:5000/v3")
	case u.User != nil:
		return nil, errors.New("may not hold credentials; give user and pwd")
	}
	path := strings.TrimRight(u.Path, "/")
	for _, version := range []string{"/v2.0", "/v3"} {
		path = strings.TrimSuffix(path, version)
	}
	u.Path, u.RawPath, u.RawQuery, u.Fragment = path+"/v3/", "", "", ""
	return u, nil
}

// roots are the certificates to trust: a PEM file or PEM text; nil for "".
func roots(ca string) (*x509.CertPool, error) {
	if ca == "" {
		return nil, nil
	}
	pem := []byte(ca)
	if !strings.Contains(ca, "-----BEGIN") {
		var err error
		if pem, err = os.ReadFile(ca); err != nil {
			return nil, fmt.Errorf("is no readable file: %w", err)
		}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("holds no certificate in PEM form")
	}
	return pool, nil
}
