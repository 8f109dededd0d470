// Package batch sends many commands to a host as one shell script and takes
// the answer apart again, so that each command keeps its own output, error
// text and exit status although all of them cost one round trip.
//
// The commands run in lanes: those of one lane after another, the lanes side
// by side, so that a tool that hangs holds up nobody else. Output is framed by
// lengths behind an unguessable marker, so that neither a login banner nor the
// output itself can be mistaken for the frame.
//
// Both directions are here: Script and ParseReply for the one who asks,
// ParseScript and Reply for a server that plays back recordings.
package batch
