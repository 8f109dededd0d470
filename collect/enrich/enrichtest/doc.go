// Package enrichtest gives tests of enrichment and link finding their facts: a
// small notation for drafts, and what the sources told of a real cloud.
package enrichtest
