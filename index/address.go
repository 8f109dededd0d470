package index

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// macForms are the usual spellings of a MAC address and of the part of one that
// has been typed so far: fa:16:3e, FA-16-3E, fa16.3eaa, fa163e.
var macForms = []*regexp.Regexp{
	regexp.MustCompile(`^:?[0-9a-f]{2}(:[0-9a-f]{2}){0,5}(:[0-9a-f]?)?$`),
	regexp.MustCompile(`^-?[0-9a-f]{2}(-[0-9a-f]{2}){0,5}(-[0-9a-f]?)?$`),
	regexp.MustCompile(`^[0-9a-f]{4}(\.[0-9a-f]{4}){0,2}(\.[0-9a-f]{0,3})?$`),
	regexp.MustCompile(`^[0-9a-f]{4,12}$`),
}

// macDigits reads text as a MAC address or a piece of one: 3 to 12 lower-case
// hex digits without separators.
func macDigits(text string) (string, bool) {
	text = strings.ToLower(text)
	for _, form := range macForms {
		if form.MatchString(text) {
			hex := strings.NewReplacer(":", "", "-", "", ".", "").Replace(text)
			return hex, len(hex) >= 3 && len(hex) <= 12
		}
	}
	return "", false
}

// parseMAC reads a whole MAC address as its twelve digits. The address of
// nobody, all zeros, is none.
func parseMAC(text string) (string, bool) {
	text = strings.TrimSpace(text)
	hex, ok := text, len(text) == 12
	switch {
	case len(text) == 17 && (text[2] == ':' || text[2] == '-'):
		hex, ok = cutGroups(text, text[2], 2, 2, 2, 2, 2, 2)
	case len(text) == 14:
		hex, ok = cutGroups(text, '.', 4, 4, 4)
	}
	hex = strings.ToLower(hex)
	return hex, ok && isHex(hex) && hex != "000000000000"
}

// parseUUID reads a UUID, with its dashes or without, as its 32 digits.
func parseUUID(text string) (string, bool) {
	hex, ok := text, len(text) == 32
	if len(text) == 36 {
		hex, ok = cutGroups(text, '-', 8, 4, 4, 4, 12)
	}
	if !ok {
		return "", false
	}
	hex = strings.ToLower(hex)
	return hex, isHex(hex)
}

// cutGroups takes the separators out of a text of groups of known widths.
func cutGroups(text string, sep byte, widths ...int) (string, bool) {
	var out [32]byte
	n := 0
	for i, w := range widths {
		if i > 0 {
			if text[0] != sep {
				return "", false
			}
			text = text[1:]
		}
		n += copy(out[n:], text[:w])
		text = text[w:]
	}
	return string(out[:n]), true
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// dashed is a UUID as it is usually written.
func dashed(digits string) string {
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// colons is a MAC address as it is usually written.
func colons(digits string) string {
	var out [17]byte
	for i := range out {
		if i%3 == 2 {
			out[i] = ':'
		} else {
			out[i] = digits[i/3*2+i%3]
		}
	}
	return string(out[:])
}

// hexGrams are three digits from the beginning of each octet on.
func hexGrams(digits string) []string {
	var out []string
	for i := 0; i+3 <= len(digits); i += 2 {
		out = append(out, digits[i:i+3])
	}
	return out
}

// parseIP reads an address in any spelling; a zone is dropped, and an IPv4
// address wrapped in IPv6 is the IPv4 address.
func parseIP(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.WithZone("").Unmap(), true
}

// parseNet reads a network in CIDR form, with the bits behind its mask cleared.
func parseNet(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() {
		return netip.Prefix{}, false
	}
	return p.Masked(), true
}

// groups are the parts of an address from left to right without leading zeros:
// 10, 20, 0, 4 or 2001, db8, 0, 0, 0, 0, 0, 1.
func groups(a netip.Addr) []string {
	if a.Is4() {
		return strings.Split(a.String(), ".")
	}
	out := strings.Split(a.StringExpanded(), ":")
	for i, g := range out {
		out[i] = trimZeros(g)
	}
	return out
}

// heads are the beginnings of an address that end at a group: "10.", "10.20.",
// "10.20.30.".
func heads(a netip.Addr) []string {
	sep := separator(a.Is4())
	parts := groups(a)
	out := make([]string, 0, len(parts)-1)
	head := ""
	for _, p := range parts[:len(parts)-1] {
		head += p + sep
		out = append(out, head)
	}
	return out
}

// spelled is an address with all its groups and without leading zeros, which
// begins with the head of every network that holds it.
func spelled(a netip.Addr) string { return strings.Join(groups(a), separator(a.Is4())) }

// spelledNet is a network in the same way.
func spelledNet(n netip.Prefix) string { return spelled(n.Addr()) + "/" + strconv.Itoa(n.Bits()) }

// netHead is the longest head that all addresses of a network have in common;
// "" if there is none, as for 0.0.0.0/0.
func netHead(n netip.Prefix) string {
	width := 8
	if n.Addr().Is6() {
		width = 16
	}
	all := heads(n.Addr())
	if whole := min(n.Bits()/width, len(all)); whole > 0 {
		return all[whole-1]
	}
	return ""
}

// partialIP is the beginning of an address: complete groups, and the digits of
// one more that is still being typed ("10.20." and "3").
type partialIP struct{ head, rest string }

// parsePartialIP reads text with at least one separator as the beginning of an
// address.
func parsePartialIP(text string) (p partialIP, ok bool) {
	text = strings.ToLower(text)
	v4 := !strings.Contains(text, ":")
	sep, most := separator(v4), 8
	if v4 {
		most = 4
	}
	parts := strings.Split(text, sep)
	last := len(parts) - 1
	if last < 1 || len(parts) > most {
		return partialIP{}, false
	}
	for i, g := range parts {
		if !validGroup(g, v4) && (i < last || g != "") {
			return partialIP{}, false
		}
		if i < last {
			p.head += trimZeros(g) + sep
		}
	}
	p.rest = parts[last]
	return p, true
}

// begins tells whether an address begins so.
func (p partialIP) begins(a netip.Addr) bool {
	sep := separator(a.Is4())
	parts := groups(a)
	n := strings.Count(p.head, sep)
	return n > 0 && n < len(parts) &&
		strings.Join(parts[:n], sep)+sep == p.head && strings.HasPrefix(parts[n], p.rest)
}

func validGroup(g string, v4 bool) bool {
	digits, width := "0123456789", 3
	if !v4 {
		digits, width = "0123456789abcdef", 4
	}
	return g != "" && len(g) <= width && strings.Trim(g, digits) == ""
}

func trimZeros(g string) string {
	if g = strings.TrimLeft(g, "0"); g == "" {
		return "0"
	}
	return g
}

func separator(v4 bool) string {
	if v4 {
		return "."
	}
	return ":"
}

// covering are all networks that hold an address, the narrowest first.
func covering(a netip.Addr) []netip.Prefix {
	var out []netip.Prefix
	for bits := a.BitLen(); bits > 0; bits-- {
		if p, err := a.Prefix(bits); err == nil {
			out = append(out, p)
		}
	}
	return out
}
