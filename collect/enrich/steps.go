package enrich

// Steps are all joins, in the order they run: a step may read what an earlier
// one wrote.
var Steps = []Step{
	{"hosts", hosts},
	{"projects", projects},
	{"vedges", vedges},
	{"vservices", vservices},
	{"vservice vnics", vserviceVNICs},
	{"instance vnics", instanceVNICs},
	{"instances", instances},
	{"vconnectors", vconnectors},
	{"bonds", bonds},
	{"uplinks", uplinks},
	{"oteps", oteps},
	{"bridge oteps", bridgeOTEPs},
	{"attachments", attachments},
	{"carried", carried},
}
