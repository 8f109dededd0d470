package hostcli

import (
	"errors"
	"path"
	"slices"
	"strings"

	"calipso/collect"
)

func (s *survey) source(c command) string { return s.host + ": " + c.String() }

// readFirst reads what the first round answered.
func (s *survey) readFirst(h *host, got answers, oldIP bool) {
	s.readOS(got)
	s.readLinks(got, oldIP)
	s.readNICs(got)
	s.readVSwitch(h, got)
	s.readFDB(got)
	s.readNamespaces(got, oldIP)
	if h.is(compute) {
		text, err := got.text(s.host, cmdDomains)
		s.domainsErr = err
		for _, id := range parseDomainList(text) {
			s.domains = append(s.domains, &domain{UUID: id})
		}
	}
	if text, err := got.text(s.host, cmdLLDP); err == nil {
		s.neighbours, _ = parseLLDP(s.source(cmdLLDP), text) // optional: no neighbours
	}
	if text, err := got.text(s.host, cmdBonding); err == nil {
		for name := range strings.FieldsSeq(string(text)) {
			s.bonds[name] = nil
		}
	}
	for i := range s.links {
		switch l := &s.links[i]; l.Info.Kind {
		case "bond":
			s.bonds[l.Name] = nil
		case "team":
			s.teams[l.Name] = nil
		}
	}
}

func (s *survey) readOS(got answers) {
	text, err := got.text(s.host, cmdOSRelease)
	if err != nil {
		s.osErr = err
		return
	}
	s.os = parseOSRelease(text)
	if len(s.os) == 0 {
		s.osErr = &collect.ParseError{Source: s.source(cmdOSRelease), Reason: "names no operating system"}
		return
	}
	if text, err = got.text(s.host, cmdUname); err != nil {
		s.osErr = err
		return
	}
	kernel, arch := parseUname(text)
	set(s.os, "kernel", kernel)
	set(s.os, "architecture", arch)
}

func (s *survey) readLinks(got answers, oldIP bool) {
	if !oldIP {
		text, err := got.text(s.host, cmdAddress)
		if err == nil {
			s.links, err = parseLinks(s.source(cmdAddress), text)
		}
		s.linksErr = err
		s.bridges = bridgesOf(s.links)
		return
	}
	text, err := got.text(s.host, cmdAddressText)
	if err == nil {
		s.links, err = parseLinksText(s.source(cmdAddressText), text)
	}
	s.linksErr = err
	s.bridges = bridgesOf(s.links)
	if len(s.bridges) > 0 || err != nil {
		return
	}
	// Too old to tell bridges from other interfaces; brctl missing means that
	// there are none.
	text, err = got.text(s.host, cmdBrctl)
	switch {
	case errors.Is(err, collect.ErrMissingTool):
	case err != nil:
		s.linksErr = err
	default:
		s.bridges, s.linksErr = parseBrctl(s.source(cmdBrctl), text)
	}
}

// readNICs tells physical interfaces from others (rule DIS-68).
func (s *survey) readNICs(got answers) {
	text, err := got.text(s.host, cmdSysNet)
	// Of ls, status 1 says that something vanished while it was listed, as the
	// devices of instances do; the rest is there.
	if vanished := got[cmdSysNet.key()].Status == 1 && len(text) > 0; err != nil && !vanished {
		s.nicsErr = err
		return
	}
	virtual := parsePhysFn(got[cmdPhysFn.key()].Stdout) // status 2: none
	found := map[string]bool{}
	for _, name := range parseSysNet(text) {
		found[name] = !virtual[name]
	}
	for i := range s.links {
		if matches(s.env.include, s.links[i].Name) {
			found[s.links[i].Name] = true
		}
	}
	for name, ok := range found {
		if ok && !matches(s.env.exclude, name) {
			s.nics = append(s.nics, name)
		}
	}
	slices.Sort(s.nics)
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, name) // patterns were checked with the settings
		return ok
	})
}

func (s *survey) physical(name string) bool { return slices.Contains(s.nics, name) }

// readVSwitch decides what silence of Open vSwitch means: nothing runs there
// if the tool is missing, or if the database does not answer and neither the
// agent's process nor its bridge br-int is seen; otherwise it is an error, lest
// a broken switch pass for one that was removed.
func (s *survey) readVSwitch(h *host, got answers) {
	text, err := got.text(s.host, cmdOVS)
	if err == nil {
		s.vswitch, s.vswitchErr = parseOVS(s.source(cmdOVS), text)
		if s.vswitch != nil && len(s.vswitch.Bridges) == 0 {
			s.vswitch = nil // installed, not used
		}
		return
	}
	if errors.Is(err, collect.ErrMissingTool) {
		return
	}
	var failed *collect.CommandError
	noDatabase := errors.As(err, &failed) && strings.Contains(failed.Stderr, "database connection failed")
	agent := got[cmdOVSAgent.key()]
	seen := agent.Status == 0 || linkNamed(s.links, "br-int") != nil || linkNamed(s.links, "ovs-system") != nil
	if noDatabase && !seen && !h.conn.onlyOVS() {
		return
	}
	s.vswitchErr = err
}

// readFDB takes a missing bridge tool for an empty table: it only adds the far
// ends of tunnels.
func (s *survey) readFDB(got answers) {
	text, err := got.text(s.host, cmdFDB)
	if err == nil {
		s.fdb, s.fdbErr = parseFDB(s.source(cmdFDB), text)
		return
	}
	if _, asked := got[cmdFDBText.key()]; asked {
		if text, err = got.text(s.host, cmdFDBText); err == nil {
			s.fdb = parseFDBText(text)
			return
		}
	}
	if !errors.Is(err, collect.ErrMissingTool) {
		s.fdbErr = err
	}
}

func (s *survey) readNamespaces(got answers, oldIP bool) {
	seen := map[string]bool{}
	cmds := []command{cmdDHCPNS, cmdRouterNS}
	if oldIP {
		cmds = []command{cmdDHCPNSText, cmdRouterNSText}
	}
	for _, c := range cmds {
		text, err := got.text(s.host, c)
		var names []string
		switch {
		case err != nil:
		case oldIP:
			names = parseNamespacesText(text)
		default:
			names, err = parseNamespaces(s.source(c), text)
		}
		if err != nil {
			s.nsErr = err
			return
		}
		for _, n := range names {
			if _, ok := serviceOf(n); ok {
				seen[n] = true
			}
		}
	}
	for n := range seen {
		s.namespaces = append(s.namespaces, n)
	}
	slices.Sort(s.namespaces)
}
