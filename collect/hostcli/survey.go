package hostcli

import (
	"context"
	"fmt"
	"strings"

	"calipso/graph"
)

// survey is what the two rounds of commands told of a host. A part that could
// not be read carries its error, for the fetchers that need it.
type survey struct {
	host string
	env  *settings

	os    graph.Attrs
	osErr error

	links    []link
	bridges  []bridge
	linksErr error

	nics    []string // physical interfaces, sorted
	nicsErr error
	ethtool map[string]graph.Attrs // by interface; absent: no such tool, nothing said

	vswitch    *ovsSwitch // nil: no Open vSwitch runs here
	vswitchErr error

	fdb    []fdbEntry
	fdbErr error

	namespaces   []string // sorted
	nsErr        error
	nsInterfaces map[string][]link // by namespace

	domains    []*domain // by uuid
	domainsErr error

	bonds    map[string]*bond // by name
	teams    map[string]*team
	bondsErr error

	neighbours []neighbour // of LLDP, where a daemon runs
}

// ask makes a survey. The error is that of a host that did not answer; what
// single commands said wrong is in the survey.
func (h *host) ask(ctx context.Context) (*survey, error) {
	s := &survey{
		host: h.target.Name, env: h.conn.settings,
		ethtool: map[string]graph.Attrs{}, nsInterfaces: map[string][]link{},
		bonds: map[string]*bond{}, teams: map[string]*team{},
	}
	first := []command{
		cmdOSRelease, cmdUname, cmdAddress, cmdSysNet, cmdPhysFn, cmdBonding,
		cmdOVS, cmdOVSAgent, cmdFDB, cmdDHCPNS, cmdRouterNS, cmdLLDP,
	}
	if h.is(compute) {
		first = append(first, cmdDomains)
	}
	got := answers{}
	if err := h.run(ctx, got, first); err != nil {
		return nil, err
	}
	var old []command
	oldIP := tooOld(got[cmdAddress.key()].Stderr)
	if oldIP {
		old = append(old, cmdAddressText, cmdBrctl, cmdDHCPNSText, cmdRouterNSText)
	}
	if r := got[cmdFDB.key()]; r.Status != 0 && (oldIP || tooOld(r.Stderr)) {
		old = append(old, cmdFDBText)
	}
	if err := h.run(ctx, got, old); err != nil {
		return nil, err
	}
	s.readFirst(h, got, oldIP)
	if err := h.run(ctx, got, s.second(!oldIP)); err != nil {
		return nil, err
	}
	if err := h.run(ctx, got, s.third(got)); err != nil {
		return nil, err
	}
	s.readSecond(got, !oldIP)
	return s, nil
}

// tooOld tells that a tool does not know -j.
func tooOld(stderr []byte) bool {
	t := string(stderr)
	return strings.Contains(t, `Option "-j"`) || strings.Contains(t, "invalid option") || strings.Contains(t, "unrecognized option")
}

// tunnelAddresses are the addresses that tunnels of either kind start from.
func (s *survey) tunnelAddresses() []string {
	var out []string
	for i := range s.links {
		l := &s.links[i]
		if ip := l.Info.Data.localAddr(); l.Info.Kind == "vxlan" && ip != "" {
			out = append(out, ip)
		}
	}
	if s.vswitch != nil {
		out = append(out, s.vswitch.tunnelSources()...)
	}
	return out
}

func (s *survey) fail(what string, err error) error {
	return fmt.Errorf("hostcli: %s of %q: %w", what, s.host, err)
}
