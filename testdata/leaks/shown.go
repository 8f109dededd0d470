package leaks

import "regexp"

// once is a place that shows a credential on purpose, to whom it belongs, once.
type once struct {
	place, credential string
	// line is how the line goes on which it stands.
	line *regexp.Regexp
	why  string
}

var anyLine = regexp.MustCompile("")

// places are all there are.
var places = []once{
	{"answer of POST /api/v1/sessions", aToken, anyLine, "who signs in gets the token of his session, as cookie or in the answer"},
	{"answer of POST /api/v1/tokens", aToken, anyLine, "a token is shown to who makes it"},
	{"answer of POST /auth/tokens", aToken, anyLine, "the old API's way to sign in"},
	{"answer of GET /api/v1/sessions/oidc/callback", aToken, anyLine, "who comes back from his provider gets his session as a cookie"},
	{"", aToken, regexp.MustCompile(`"message": ?"Token \S+ (doesn't exist|has expired)"`), "the old API repeats a token that opens nothing to who sent it"},
	{"output of calipso token create", aToken, anyLine, "a token is shown to who makes it"},
	{"", aFirstPassword, regexp.MustCompile(`user admin, password .* \(shown this once\)`), "there is no default password; the first one is told at the first start"},
}

// shown tells whether a credential may show at a place.
func shown(place, credential string, text []byte, from, to int) bool {
	for _, p := range places {
		if (p.place == "" || p.place == place) && p.credential == credential && p.line.MatchString(lineOf(text, from, to)) {
			return true
		}
	}
	return false
}

// lineOf is the line that a part of a text stands on.
func lineOf(text []byte, from, to int) string {
	for from > 0 && text[from-1] != '\n' {
		from--
	}
	for to < len(text) && text[to] != '\n' {
		to++
	}
	return string(text[from:to])
}
