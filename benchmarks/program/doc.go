// Package program builds the program and runs it as its users do: commands to
// their end, a server as a process that is spoken to over HTTP and watched from
// outside.
package program
