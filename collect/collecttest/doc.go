// Package collecttest plays clouds from recordings, for tests and for the
// demonstration: REST answers OpenStack's APIs over HTTP, SSHServer a master
// host and the hosts behind it over SSH. Both are real servers on loopback
// which the collectors reach through real sockets; RESTRecorder and SSHRecorder
// make the recordings.
package collecttest
