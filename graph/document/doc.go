// Package document turns vertices and edges into the documented shapes of
// collections inventory and links: what the API answers, the MongoDB mirror
// holds and files carry. The shape is written here, once; how a time or an id
// is spelled on the wire is the business of whoever writes it.
package document
