package hostcli

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// second lists the commands that name what the first round found.
func (s *survey) second(json bool) []command {
	var out []command
	for _, nic := range s.nics {
		out = append(out, cmdEthtool(nic), cmdEthtoolDriver(nic))
	}
	for _, b := range slices.Sorted(maps.Keys(s.bonds)) {
		out = append(out, cmdBond(b))
	}
	for _, t := range slices.Sorted(maps.Keys(s.teams)) {
		out = append(out, cmdTeam(t))
	}
	for _, ns := range s.namespaces {
		out = append(out, cmdNamespace(ns, json))
	}
	for _, d := range s.domains {
		out = append(out, cmdDumpXML(d.UUID))
	}
	return out
}

// sysAttrs are what the kernel tells of a NIC where there is no ethtool.
var sysAttrs = []string{"speed", "duplex", "carrier"}

// third asks the kernel where there is no ethtool; mostly nothing.
func (s *survey) third(got answers) []command {
	var out []command
	for _, nic := range s.nics {
		if _, err := got.text(s.host, cmdEthtool(nic)); errors.Is(err, collect.ErrMissingTool) {
			for _, a := range sysAttrs {
				out = append(out, cmdSysAttr(nic, a))
			}
		}
	}
	return out
}

// readSecond reads what the later rounds answered.
func (s *survey) readSecond(got answers, json bool) {
	for _, nic := range s.nics {
		s.ethtool[nic] = s.readEthtool(got, nic)
	}
	s.readBonds(got)
	s.readNamespaceLinks(got, json)
	s.readDomains(got)
}

// readEthtool takes what was said even if the status is not 0: without root
// the tool leaves some out and fails.
func (s *survey) readEthtool(got answers, nic string) graph.Attrs {
	out := parseEthtool(got[cmdEthtool(nic).key()].Stdout)
	merge(out, parseEthtoolDriver(got[cmdEthtoolDriver(nic).key()].Stdout))
	for _, a := range sysAttrs {
		r, asked := got[cmdSysAttr(nic, a).key()]
		if asked && r.Status == 0 {
			merge(out, sysAttr(a, string(r.Stdout)))
		}
	}
	return out
}

// readBonds reads the reports of bonds and teams. A bond whose report is
// missing is known from the interface list alone.
func (s *survey) readBonds(got answers) {
	for _, name := range slices.Sorted(maps.Keys(s.bonds)) {
		c := cmdBond(name)
		text, err := got.text(s.host, c)
		if err != nil {
			continue
		}
		b, err := parseBond(s.source(c), text)
		if err != nil {
			s.bondsErr = err
		}
		s.bonds[name] = b
	}
	for _, name := range slices.Sorted(maps.Keys(s.teams)) {
		c := cmdTeam(name)
		text, err := got.text(s.host, c)
		if err != nil {
			continue // no daemon: the interface list tells the members
		}
		t, err := parseTeam(s.source(c), text)
		if err != nil {
			s.bondsErr = err
		}
		s.teams[name] = t
	}
}

// readNamespaceLinks leaves out a namespace that went away between the two
// rounds; any other failure is the error of all, since a service without its
// interfaces would be half of the truth.
func (s *survey) readNamespaceLinks(got answers, json bool) {
	var still []string
	for _, ns := range s.namespaces {
		c := cmdNamespace(ns, json)
		text, err := got.text(s.host, c)
		if gone(err, "Cannot open network namespace", "No such file or directory") {
			continue
		}
		var links []link
		switch {
		case err != nil:
		case json:
			links, err = parseLinks(s.source(c), text)
		default:
			links, err = parseLinksText(s.source(c), text)
		}
		if err != nil && s.nsErr == nil {
			s.nsErr = err
		}
		s.nsInterfaces[ns] = links
		still = append(still, ns)
	}
	s.namespaces = still
}

// readDomains leaves out a domain that was undefined between the two rounds.
func (s *survey) readDomains(got answers) {
	var found []*domain
	for _, d := range s.domains {
		c := cmdDumpXML(d.UUID)
		text, err := got.text(s.host, c)
		if gone(err, "failed to get domain", "Domain not found") {
			continue
		}
		if err == nil {
			d, err = parseDomain(s.source(c), text)
		}
		if err != nil {
			s.domainsErr = err
			return
		}
		found = append(found, d)
	}
	slices.SortFunc(found, func(a, b *domain) int { return cmp.Compare(a.UUID, b.UUID) })
	s.domains = found
}

// gone tells that a command failed with one of the texts that mean its object
// does not exist any more.
func gone(err error, texts ...string) bool {
	var failed *collect.CommandError
	return errors.As(err, &failed) && slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(failed.Stderr, t) })
}
