package index

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern is a query text prepared for comparing.
type pattern struct {
	folded string   // the whole text
	terms  []string // its parts between blanks
	words  []string // its parts of letters and digits
	long   bool     // one of the terms has three characters or more

	mac     string // digits of a MAC address or of a piece of one
	ip      netip.Addr
	partial partialIP
	net     netip.Prefix
	address bool // one of the three is set
}

func newPattern(query string) pattern {
	p := pattern{folded: fold(query)}
	p.terms = strings.Fields(p.folded)
	p.words = words(p.folded)
	p.long = slices.ContainsFunc(p.terms, func(t string) bool { return utf8.RuneCountInString(t) >= 3 })
	p.mac, _ = macDigits(p.folded)
	p.ip, _ = parseIP(p.folded)
	p.partial, _ = parsePartialIP(p.folded)
	p.net, _ = parseNet(p.folded)
	p.address = p.ip.IsValid() || p.net.IsValid() || p.partial.head != ""
	return p
}

// rank compares a text, in the form that text.form gives, with the pattern.
func (p *pattern) rank(form string, k kind) Rank {
	switch k {
	case macKind:
		return p.rankMAC(form)
	case ipKind:
		return p.rankIP(form)
	case netKind:
		return p.rankNet(form)
	}
	switch {
	case form == p.folded:
		if k == identKind {
			return Identifier
		}
		return ExactName
	case strings.HasPrefix(form, p.folded) && (p.long || len(p.words) > 0):
		return Prefix
	}
	return min(p.rankWords(form), p.rankInside(form))
}

func (p *pattern) rankWords(form string) Rank {
	if len(p.words) == 0 {
		return noMatch
	}
	for _, w := range p.words { // nearly all texts end here, unsplit
		if !strings.Contains(form, w) {
			return noMatch
		}
	}
	have := words(form)
	best := Word
	for _, w := range p.words {
		switch {
		case slices.Contains(have, w):
		case slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }):
			best = WordPrefix
		default:
			return noMatch
		}
	}
	return best
}

// rankInside finds the terms anywhere in the text. Terms of one or two
// characters alone would find nearly everything, so one must be longer.
func (p *pattern) rankInside(form string) Rank {
	if !p.long {
		return noMatch
	}
	for _, t := range p.terms {
		if !strings.Contains(form, t) {
			return noMatch
		}
	}
	return Substring
}

func (p *pattern) rankMAC(digits string) Rank {
	if p.mac == "" {
		return noMatch
	}
	for from := 0; ; {
		i := strings.Index(digits[from:], p.mac)
		switch at := from + i; {
		case i < 0:
			return noMatch
		case len(p.mac) == len(digits):
			return Identifier
		case at == 0:
			return Prefix
		case at%2 == 0:
			return Substring
		default: // in the middle of an octet
			from = at + 1
		}
	}
}

func (p *pattern) rankIP(form string) Rank {
	if !p.address {
		return p.rankDigits(form)
	}
	a, ok := parseIP(form)
	switch {
	case !ok:
		return noMatch
	case p.ip.IsValid():
		if a == p.ip {
			return Identifier
		}
		return noMatch
	case p.net.IsValid():
		if len(netHead(p.net)) > 0 && p.net.Contains(a) {
			return Network
		}
		return noMatch
	case p.partial.begins(a):
		return Prefix
	}
	return p.rankDigits(form)
}

func (p *pattern) rankNet(form string) Rank {
	if !p.address {
		return p.rankDigits(form)
	}
	n, ok := parseNet(form)
	switch {
	case !ok:
		return noMatch
	case p.net.IsValid() && p.net == n:
		return Identifier
	case p.ip.IsValid():
		if n.Bits() > 0 && n.Contains(p.ip) {
			return Network
		}
		return noMatch
	case p.partial.begins(n.Addr()):
		return Prefix
	}
	return p.rankDigits(form)
}

// rankDigits compares an address as text, when the query is no part of one.
func (p *pattern) rankDigits(form string) Rank {
	if p.long && strings.HasPrefix(form, p.folded) {
		return Prefix
	}
	return p.rankInside(form)
}

// rankTypo compares a name with the pattern allowing for one wrong, missing,
// superfluous or exchanged letter in words of four letters and more, two from
// eight letters on, none beyond 64.
func (p *pattern) rankTypo(form string, k kind) Rank {
	if k != nameKind {
		return noMatch
	}
	if near(p.folded, form) {
		return Typo
	}
	have := words(form)
	for _, w := range p.words {
		if !slices.ContainsFunc(have, func(h string) bool { return near(w, h) }) {
			return noMatch
		}
	}
	if len(p.words) == 0 {
		return noMatch
	}
	return Typo
}

// allowed is the number of mistakes that are overlooked in a word.
func allowed(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < 4 || n > 64:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

func near(a, b string) bool {
	most := allowed(a)
	return a == b || most > 0 && distance([]rune(a), []rune(b), most) <= most
}

// distance is the number of letters to change, insert, leave out or exchange
// with a neighbour to make b of a; anything above most is as good as most+1.
func distance(a, b []rune, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
