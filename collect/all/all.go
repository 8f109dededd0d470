// Package all is the table of sources: the only package that imports them all.
package all

import (
	"calipso/collect"
	"calipso/collect/hostcli"
	"calipso/collect/openstack"
	"calipso/collect/osdb"
)

// Providers are all sources, in the order in which reports list them.
func Providers() []collect.Provider {
	return []collect.Provider{openstack.Provider{}, osdb.Provider{}, &hostcli.Provider{}}
}
