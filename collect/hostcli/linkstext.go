package hostcli

import (
	"bufio"
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"calipso/collect"
)

// linkHeader is the first line of an interface: number, name (with the other
// end of a pair behind "@"), flags, the rest in words.
var linkHeader = regexp.MustCompile(`^(\d+): ([^\s:@]+)(?:@([^\s:]+))?: <([^>]*)>(.*)$`)

// vanished is how text names the other end of a pair that is in another
// namespace: "eth0@if12".
var vanished = regexp.MustCompile(`^(if\d+|NONE)$`)

// parseLinksText reads what ip address show and ip -d link show print without
// -j, in all the forms they had since 2010.
//
// Errors: *collect.ParseError for text that belongs to no interface.
func parseLinksText(source string, text []byte) ([]link, error) {
	var out []link
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimRight(in.Text(), " \t\r")
		if line == "" {
			continue
		}
		if h := linkHeader.FindStringSubmatch(line); h != nil {
			out = append(out, headerLink(h))
			continue
		}
		if len(out) == 0 || line[0] != ' ' && line[0] != '\t' {
			return nil, &collect.ParseError{Source: source, Line: n, Text: cut(line), Reason: "no interface starts like this"}
		}
		out[len(out)-1].detail(strings.Fields(line))
	}
	return out, nil
}

func headerLink(h []string) link {
	l := link{Name: h[2], State: "UNKNOWN"}
	l.Index, _ = strconv.Atoi(h[1])
	if h[3] != "" && !vanished.MatchString(h[3]) {
		l.Parent = h[3]
	}
	if h[4] != "" {
		l.Flags = strings.Split(h[4], ",")
	}
	rest := strings.Fields(h[5])
	l.MTU, _ = strconv.Atoi(wordAfter(rest, "mtu"))
	l.Master = wordAfter(rest, "master")
	if s := wordAfter(rest, "state"); s != "" {
		l.State = s
	}
	return l
}

// detail takes one line below a header.
func (l *link) detail(f []string) {
	switch {
	case strings.HasPrefix(f[0], "link/"):
		l.LinkType = strings.TrimPrefix(f[0], "link/")
		if len(f) > 1 {
			l.MAC = f[1]
		}
		l.Permanent = wordAfter(f, "permaddr")
	case f[0] == "inet" || f[0] == "inet6":
		if len(f) > 1 {
			l.Addresses = append(l.Addresses, textAddr(f))
		}
	case f[0] == "vxlan":
		l.Info.Kind = "vxlan"
		l.Info.Data.ID, _ = strconv.Atoi(wordAfter(f, "id"))
		l.Info.Data.Port, _ = strconv.Atoi(wordAfter(f, "dstport"))
		l.Info.Data.Link = wordAfter(f, "dev")
		l.Info.Data.Local = wordAfter(f, "local")
		l.Info.Data.Remote = wordAfter(f, "remote")
		l.Info.Data.Group = wordAfter(f, "group")
	case f[0] == "vlan" && wordAfter(f, "id") != "":
		l.Info.Kind = "vlan"
		l.Info.Data.ID, _ = strconv.Atoi(wordAfter(f, "id"))
	case f[0] == "bridge" && wordAfter(f, "bridge_id") != "":
		l.Info.Kind = "bridge"
		l.Info.Data.BridgeID = wordAfter(f, "bridge_id")
		l.Info.Data.STP, _ = strconv.Atoi(wordAfter(f, "stp_state"))
		l.Info.Data.VLANFiltering, _ = strconv.Atoi(wordAfter(f, "vlan_filtering"))
	case f[0] == "bond" && wordAfter(f, "mode") != "":
		l.Info.Kind = "bond"
		l.Info.Data.Mode = wordAfter(f, "mode")
	case len(f[0]) > 0 && (f[0] == "veth" || f[0] == "team" || f[0] == "tun" || f[0] == "dummy"):
		l.Info.Kind = f[0]
	}
}

// textAddr reads "inet 10.0.0.1/24 brd … scope global secondary eth0:1" and
// the form with "peer".
func textAddr(f []string) addr {
	a := addr{Family: f[0], Scope: wordAfter(f, "scope"), Broadcast: wordAfter(f, "brd")}
	ip, prefix, ok := strings.Cut(f[1], "/")
	a.Local = ip
	if !ok { // a bare address has all its bits
		prefix = "32"
		if f[0] == "inet6" {
			prefix = "128"
		}
	}
	a.Prefix, _ = strconv.Atoi(prefix)
	if f[0] == "inet" && len(f) > 2 {
		a.Label = f[len(f)-1]
	}
	return a
}

// wordAfter is the word that follows a given one, "" if there is none.
func wordAfter(words []string, key string) string {
	for i, w := range words {
		if w == key && i+1 < len(words) {
			return words[i+1]
		}
	}
	return ""
}

// cut keeps an error's quotation short.
func cut(s string) string {
	if len(s) > 200 {
		return s[:200]
	}
	return s
}
