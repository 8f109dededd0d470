package hostcli

import (
	"fmt"
	"strings"
)

// text is the interface in the words of ip address show: the attribute "data",
// which people read.
func (l *link) text() string {
	var b strings.Builder
	name := l.Name
	if l.Parent != "" {
		name += "@" + l.Parent
	}
	fmt.Fprintf(&b, "%d: %s: <%s> mtu %d", l.Index, name, strings.Join(l.Flags, ","), l.MTU)
	if l.Master != "" {
		fmt.Fprintf(&b, " master %s", l.Master)
	}
	fmt.Fprintf(&b, " state %s", l.State)
	if l.LinkType != "" {
		fmt.Fprintf(&b, "\n    link/%s %s", l.LinkType, l.MAC)
	}
	for _, a := range l.Addresses {
		fmt.Fprintf(&b, "\n    %s %s/%d", a.Family, a.Local, a.Prefix)
		if a.Broadcast != "" {
			fmt.Fprintf(&b, " brd %s", a.Broadcast)
		}
		fmt.Fprintf(&b, " scope %s", a.Scope)
	}
	return b.String()
}
