// Package collect is the contract between the sources of facts and the scan:
// a Provider opens a Conn for one environment, a Conn offers Fetchers, a
// Fetcher turns one parent into the vertices below it.
//
// A fetcher reports facts of one source, and everything or an error: what is
// known from before and marked stale beats half of the new. Retries, limits,
// timing and the capture of panics wrap it in collect/scan, once.
package collect
