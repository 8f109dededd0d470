// Package scan runs one scan of one environment: it opens the sources, runs
// their fetchers level by level, keeps what failed parts stated before, joins
// the facts (enrich), derives the edges (link), and commits the difference to
// what is stored as one commit.
//
// A part is one fetcher asked about one parent ("hostcli.vedges@node-1"). It
// answers completely or fails; a failed part costs itself only. Absence is not
// deletion: what a part stated before goes when that part answers completely
// without it, or when its parent is gone by the same rule.
package scan
