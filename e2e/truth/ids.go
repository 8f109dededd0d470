package truth

import "strconv"

// The identifiers, spelled out a second time from their documented form, so
// that a slip in the collectors' own builders shows.

func regionID(name string) string      { return "region|" + name }
func zoneID(name string) string        { return "zone|" + name }
func aggregateID(number int64) string  { return "aggregate-" + strconv.FormatInt(number, 10) }
func hostRefID(aggr, h string) string  { return "aggregate-" + aggr + "-" + h }
func agentID(binary, id string) string { return binary + "-" + id }
func onHost(host, what string) string  { return host + "-" + what }

func bridgeID(host string, b Bridge) string { return host + "-" + b.Name + "-" + b.ID }
func nicID(host string, n NIC) string       { return host + "-" + n.Name + "-" + n.MAC }
func otepID(host string) string             { return host + "-otep" }
func memberOTEPID(host, dev string) string  { return host + "-otep-" + dev }
