package index

import (
	"strings"
	"testing"
)

func TestMACDigits(t *testing.T) {
	for text, want := range map[string]string{
		"fa:16:3e:aa:bb:cc": "fa163eaabbcc",
		"FA-16-3E-AA-BB-CC": "fa163eaabbcc",
		"fa16.3eaa.bbcc":    "fa163eaabbcc",
		"fa163eaabbcc":      "fa163eaabbcc",
		"fa:16:3e":          "fa163e",
		"fa:16:3e:":         "fa163e",
		"fa:16:3":           "fa163",
		":bb:cc":            "bbcc",
		"fa16.3e":           "fa163e",
		"bb-cc":             "bbcc",
		"fa:16":             "fa16",
		"fa":                "",
		"fa:":               "",
		"10.20.30.40":       "",
		"fa:16-3e":          "",
		"fa:163e":           "",
		"web-01":            "",
		"2001:db8::1":       "",
		"fa163eaabbccdd":    "",
		"":                  "",
	} {
		got, ok := macDigits(text)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("macDigits(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPartialIP(t *testing.T) {
	for _, c := range []struct {
		text, address string
		begins        bool
	}{
		{"10.20.", "10.20.30.40", true},
		{"10.20.3", "10.20.30.40", true},
		{"10.20.3", "10.20.4.40", false},
		{"10.2", "10.20.30.40", true},
		{"10.2.", "10.20.30.40", false},
		{"2001:db8:", "2001:db8::1", true},
		{"2001:0DB8:", "2001:db8::1", true},
		{"2001:db8:0:", "2001:db8::1", true},
		{"2001:db8:1", "2001:db8::1", false},
		{"10.20.", "2001:db8::1", false},
	} {
		p, ok := parsePartialIP(c.text)
		if !ok {
			t.Errorf("%q is no beginning of an address", c.text)
			continue
		}
		a, _ := parseIP(c.address)
		if p.begins(a) != c.begins {
			t.Errorf("%q begins %s: %v, want %v", c.text, a, !c.begins, c.begins)
		}
		if c.begins {
			if got := spelled(a); !strings.HasPrefix(got, p.head+p.rest) {
				t.Errorf("%q: %q does not begin with %q", c.text, got, p.head+p.rest)
			}
		}
	}
	for _, text := range []string{"10", "web.example", "1.2.3.4.5", "10..2", "fa16:3eaab", ""} {
		if p, ok := parsePartialIP(text); ok {
			t.Errorf("%q was read as %v", text, p)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"fa:16:3e", "10.20.", "2001:db8::/32", "web 01", "fe80::1%eth0", "\xff\x00", "::", "-"} {
		f.Add(s, "fa163eaabbcc")
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		p := newPattern(query)
		for k := nameKind; k <= netKind; k++ {
			p.rank(fold(text), k)
			p.rankTypo(fold(text), k, mostMistakes)
		}
	})
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"web", "web", 0}, {"web", "wbe", 1}, {"web", "weeb", 1}, {"web", "wb", 1}, {"web", "wxb", 1},
		{"firewall", "fierwal", 2}, {"abcd", "dcba", 3}, {"", "ab", 2},
	} {
		if got := distance([]rune(c.a), []rune(c.b), 3); min(got, 3) != min(c.want, 3) {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
