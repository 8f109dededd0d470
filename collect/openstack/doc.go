// Package openstack reads one cloud through its APIs: Keystone v3, Nova,
// Neutron and Placement.
//
// A scan logs in once, to the administrator's project, and asks for each list
// once, whichever fetchers need it: some fifteen calls and two for each
// resource provider, at most four of them at a time. Everything hangs on what
// the catalogue says: one region after the other, services by type.
//
// The section "OpenStack" of an environment document says where: see settings.
package openstack
