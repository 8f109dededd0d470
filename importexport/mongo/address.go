package mongo

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"calipso/graph"
)

// DefaultDatabase is the database that earlier versions used.
const DefaultDatabase = "calipso"

// AddressError says what is wrong with an address (a connection URI).
type AddressError struct{ Reason string }

func (e *AddressError) Error() string { return "mongo: the address " + e.Reason }

// IsAddress tells whether a text is the address of a MongoDB, right or wrong.
func IsAddress(s string) bool {
	return strings.HasPrefix(s, "mongodb://") || strings.HasPrefix(s, "mongodb+srv://")
}

// address is a connection URI in its parts.
type address struct {
	scheme, userinfo, hosts, database, query string
}

func parseAddress(uri string) (*address, error) {
	if !IsAddress(uri) {
		return nil, &AddressError{"begins neither with mongodb:// nor with mongodb+srv://"}
	}
	a := &address{}
	var rest string
	a.scheme, rest, _ = strings.Cut(uri, "://")
	rest, a.query, _ = strings.Cut(rest, "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		a.userinfo, rest = rest[:at], rest[at+1:]
	} else if strings.Contains(a.query, "@") {
		return nil, errUnescaped
	}
	if strings.ContainsAny(a.userinfo, "/?#[]@") || strings.Count(a.userinfo, ":") > 1 {
		return nil, errUnescaped
	}
	a.hosts, a.database, _ = strings.Cut(rest, "/")
	name, err := url.PathUnescape(a.database)
	if err != nil || a.hosts == "" || strings.ContainsAny(name, `/\ "$*<>:|?.`) {
		return nil, &AddressError{"is not mongodb://user:password@host:port/database?options"}
	}
	a.database = name
	return a, nil
}

var errUnescaped = &AddressError{"has a user name or password with a character that must be percent-encoded (: is %3A, / %2F, ? %3F, # %23, [ %5B, ] %5D, @ %40)"}

// secrets are the texts that nobody may see, the longest first.
func (a *address) secrets() []string {
	_, password, _ := strings.Cut(a.userinfo, ":")
	out := []string{}
	for _, s := range []string{a.userinfo, password} {
		if s == "" {
			continue
		}
		out = append(out, s)
		if plain, err := url.PathUnescape(s); err == nil && plain != s {
			out = append(out, plain)
		}
	}
	return out
}

// String is the address without user name, password and options.
func (a *address) String() string {
	return a.scheme + "://" + a.hosts + "/" + a.database
}

// options are the names and values of the options, in order, names in lower case.
func (a *address) options() [][2]string {
	var out [][2]string
	for pair := range strings.FieldsFuncSeq(a.query, func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		out = append(out, [2]string{strings.ToLower(name), value})
	}
	return out
}

// Names of options that name files, which only the machine that has them reads.
var fileOptions = map[string]string{
	"tlscafile": "ca", "sslcertificateauthorityfile": "ca",
	"tlscertificatekeyfile": "certificate", "sslclientcertificatekeyfile": "certificate",
	"tlscertificatefile": "certificate", "tlsprivatekeyfile": "certificate",
	"tlscertificatekeyfilepassword": "", "sslclientcertificatekeypassword": "",
}

// check refuses what an address may not ask of the machine that opens it.
func (a *address) check() error {
	for _, o := range a.options() {
		if _, file := fileOptions[o[0]]; file {
			return &AddressError{fmt.Sprintf("names a file (%s); give its content beside the address", o[0])}
		}
		switch value := strings.ToUpper(o[1]); {
		case o[0] == "authmechanism" && value != "PLAIN" && value != "MONGODB-X509" && !strings.HasPrefix(value, "SCRAM-SHA-"):
			return &AddressError{fmt.Sprintf("asks for %s; only SCRAM-SHA-256, SCRAM-SHA-1, PLAIN and MONGODB-X509 are supported", o[1])}
		case o[0] == "w" && value == "0":
			return &AddressError{"says w=0, which would leave errors untold"}
		}
	}
	return nil
}

// Local makes options of an address as people on this machine write it: files
// that it names are read, and their contents put beside it.
//
// Errors: *AddressError, fs.PathError.
func Local(uri string) (Options, error) {
	a, err := parseAddress(uri)
	if err != nil {
		return Options{}, err
	}
	opt := Options{}
	var kept []string
	for _, o := range a.options() {
		what, file := fileOptions[o[0]]
		if !file {
			kept = append(kept, o[0]+"="+o[1])
			continue
		}
		path, err := url.QueryUnescape(o[1])
		if err != nil {
			return Options{}, &AddressError{fmt.Sprintf("has a value of %s that is not percent-encoded", o[0])}
		}
		if what == "" {
			return Options{}, &AddressError{"has a key that is locked by a password; give one that is not"}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return Options{}, fmt.Errorf("mongo: %s: %w", o[0], err)
		}
		if what == "ca" {
			opt.CA += string(text)
		} else {
			opt.Certificate = graph.NewSecret(opt.Certificate.Reveal() + string(text) + "\n")
		}
	}
	at := a.hosts + "/" + url.PathEscape(a.database)
	if a.userinfo != "" {
		at = a.userinfo + "@" + at
	}
	if len(kept) > 0 {
		at += "?" + strings.Join(kept, "&")
	}
	opt.URI = graph.NewSecret(a.scheme + "://" + at)
	return opt, nil
}
