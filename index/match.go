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
	uuid    string // digits of a UUID or of a piece of one
	dashes  bool   // which was given with dashes
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
	if digits := strings.ReplaceAll(p.folded, "-", ""); len(digits) >= 3 && len(digits) <= 32 && isHex(digits) {
		p.uuid, p.dashes = digits, len(digits) < len(p.folded)
	}
	p.ip, _ = parseIP(p.folded)
	p.partial, _ = parsePartialIP(p.folded)
	p.net, _ = parseNet(p.folded)
	p.address = p.ip.IsValid() || p.net.IsValid() || p.partial.head != ""
	return p
}

// rank compares a text, in the form that it was indexed in, with the pattern.
func (p *pattern) rank(form string, k kind) Rank {
	switch k {
	case uuidKind:
		return p.rankUUID(form)
	case macKind:
		return rankOctets(form, p.mac)
	case ipKind:
		return p.rankIP(form)
	case netKind:
		return p.rankNet(form)
	}
	if form == p.folded {
		if k == identKind {
			return Identifier
		}
		return ExactName
	}
	if len(form) < len(p.folded) && len(p.terms) == 1 || !p.long && (k == identKind || len(p.words) == 0) && !strings.HasPrefix(form, p.folded) {
		return noMatch
	}
	if strings.HasPrefix(form, p.folded) && (p.long || len(p.words) > 0) {
		return Prefix
	}
	return p.rankTerms(form)
}

// rankTerms finds the terms anywhere in a text, and tells where the one lies
// that is placed worst. Terms of one or two characters alone would find nearly
// everything, so without a longer one all must begin words.
func (p *pattern) rankTerms(form string) Rank {
	best := Word
	for _, t := range p.terms {
		best = max(best, placed(form, t))
		if best == noMatch {
			return noMatch
		}
	}
	if !p.long && (best == Substring || len(p.words) == 0) {
		return noMatch
	}
	return best
}

// placed tells whether a term is whole words of a text, begins one or is
// elsewhere in it.
func placed(form, term string) Rank {
	best := noMatch
	first, _ := utf8.DecodeRuneInString(term)
	last, _ := utf8.DecodeLastRuneInString(term)
	for from := 0; ; {
		i := strings.Index(form[from:], term)
		if i < 0 {
			return best
		}
		start, end := from+i, from+i+len(term)
		before, _ := utf8.DecodeLastRuneInString(form[:start])
		after, _ := utf8.DecodeRuneInString(form[end:])
		switch begins := start == 0 || !inWord(before) || !inWord(first); {
		case begins && (end == len(form) || !inWord(after) || !inWord(last)):
			return Word
		case begins:
			best = WordPrefix
		default:
			best = min(best, Substring)
		}
		_, width := utf8.DecodeRuneInString(form[start:])
		from = start + width
	}
}

func (p *pattern) rankUUID(digits string) Rank {
	if !p.dashes || len(p.uuid) == len(digits) {
		if p.dashes && p.folded != dashed(digits) {
			return noMatch
		}
		return rankOctets(digits, p.uuid)
	}
	rank := rankOctets(digits, p.uuid)
	if rank == noMatch || !strings.Contains(dashed(digits), p.folded) {
		return noMatch
	}
	return rank
}

// rankOctets finds some hexadecimal digits among others, from the beginning of
// an octet on.
func rankOctets(digits, piece string) Rank {
	if piece == "" {
		return noMatch
	}
	for from := 0; ; {
		i := strings.Index(digits[from:], piece)
		switch at := from + i; {
		case i < 0:
			return noMatch
		case len(piece) == len(digits):
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

// rankDigits compares an address with the first group of one: "192".
func (p *pattern) rankDigits(form string) Rank {
	if p.firstGroup() && strings.HasPrefix(form, p.folded) {
		return Prefix
	}
	return noMatch
}

// firstGroup tells whether the query may be the beginning of an address that
// has no separator yet.
func (p *pattern) firstGroup() bool {
	return p.long && len(p.folded) <= 4 && isHex(p.folded)
}

// rule is one way of comparing.
type rule struct {
	rank func(form string, k kind) Rank
	// mistakes are the letters that may be wrong, 0: none, in the name as a whole
	// or in each of its words.
	mistakes int
	words    bool
}

// rules are the ways of comparing: each is tried only if those before it found
// nothing. One wrong, missing, superfluous or exchanged letter is overlooked in
// texts of four letters and more, two from eight letters on, none beyond 64.
func (p *pattern) rules() []rule {
	out := []rule{{rank: p.rank}}
	for n := 1; n <= mostMistakes; n++ {
		if allowed(p.folded) >= n {
			out = append(out, rule{func(form string, k kind) Rank { return p.rankTypo(form, k, n) }, n, false})
		}
		if slices.ContainsFunc(p.words, func(w string) bool { return allowed(w) >= n }) {
			out = append(out, rule{func(form string, k kind) Rank { return p.rankTypoWords(form, k, n) }, n, true})
		}
	}
	return out
}

// rankTypo compares a name with the pattern allowing for some wrong letters.
func (p *pattern) rankTypo(form string, k kind, most int) Rank {
	if k == nameKind && near(p.folded, form, most) {
		return Typo
	}
	return noMatch
}

// rankTypoWords does so with the words of a name and those of the pattern.
func (p *pattern) rankTypoWords(form string, k kind, most int) Rank {
	if k != nameKind {
		return noMatch
	}
	have := words(form)
	for _, w := range p.words {
		if !slices.ContainsFunc(have, func(h string) bool { return near(w, h, most) }) {
			return noMatch
		}
	}
	return Typo
}

// mostMistakes is the largest number of mistakes that are overlooked.
const mostMistakes = 2

// allowed is the number of mistakes that are overlooked in a word.
func allowed(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < 4 || n > 64:
		return 0
	case n < 8:
		return 1
	}
	return mostMistakes
}

func near(a, b string, most int) bool {
	most = min(most, allowed(a))
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
