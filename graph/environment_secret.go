package graph

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// secretFields are the members of a configuration section (or of pod_data)
// that hold credentials (rule DM-15 and our own additions).
var secretFields = []string{
	"pwd", "admin_token", "nfv_token", "token", "rabbitmq_pass", "ssh_password",
	"api_password", "mongo_password", "key_text", "key_passphrase",
	"application_credential_secret", "host_pwd",
}

// secretWords tell a credential by the name of its field where the name is none
// of the documented ones: one that is misspelled is no less a credential.
var secretWords = []string{"password", "passwd", "passphrase", "pwd", "secret", "token", "private_key", "privatekey", "api_key", "apikey", "credential_key"}

// secretField tells whether a member of that name holds a credential.
func secretField(name string) bool {
	if slices.Contains(secretFields, name) {
		return true
	}
	name = strings.ToLower(name)
	return name == "pass" || strings.HasSuffix(name, "_pass") || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}

// wrapSecrets makes Secrets of the credentials in a document.
func wrapSecrets(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if secretField(k) {
				switch s := e.(type) {
				case string:
					if s != "" {
						v[k] = NewSecret(s)
					}
					continue
				case int64, float64: // a password of digits, which nobody quoted
					v[k] = NewSecret(fmt.Sprint(s))
					continue
				}
			}
			v[k] = wrapSecrets(e)
		}
	case []any:
		for i, e := range v {
			v[i] = wrapSecrets(e)
		}
	}
	return v
}

var (
	urlPassword = regexp.MustCompile(`://[^\s@]*:[^@]*@`)
	keyItself   = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY`)
)

// misplaced complains of credentials that stand where they would be shown, and
// of what stands in place of one. It never repeats what it complains of.
func misplaced(at string, v any, bad func(field, reason string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			to := strings.TrimPrefix(at+"."+k, ".")
			switch e := v[k].(type) {
			case map[string]any, []any:
				if slices.Contains(secretFields, k) {
					bad(to, "is no text")
				}
				misplaced(to, e, bad)
			default:
				misplaced(to, e, bad)
			}
		}
	case []any:
		for i, e := range v {
			misplaced(fmt.Sprintf("%s[%d]", at, i), e, bad)
		}
	case string:
		switch {
		case keyItself.MatchString(v):
			bad(at, "holds a private key, which would be shown; give it as key_text, or the name of its file")
		case urlPassword.MatchString(v):
			bad(at, "holds a password, which would be shown; leave user and password out of the URL and give them as user and pwd")
		}
	}
}

// minConcealed is the length from which a secret is looked for in texts: a
// shorter one would be found in every other word.
const minConcealed = 4

// Conceal takes the environment's secrets out of a text that somebody else
// wrote, such as the error of a service that repeats what it was sent.
func (e *Environment) Conceal(text string) string {
	conceal(map[string]any(e.Body), func(secret string) {
		if len(secret) < minConcealed || IsMasked(secret) {
			return
		}
		spelled := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
		if b, err := json.Marshal(secret); err == nil {
			spelled = append(spelled, strings.Trim(string(b), `"`))
		}
		spelled = append(spelled, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret))
		for _, s := range spelled {
			text = strings.ReplaceAll(text, s, masked)
		}
	})
	return text
}

// conceal visits all secrets of a document.
func conceal(v any, visit func(secret string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			conceal(v[k], visit)
		}
	case []any:
		for _, e := range v {
			conceal(e, visit)
		}
	case Secret:
		visit(v.Reveal())
	}
}
