// Package walk goes over the arrays of package topology in breadth: what lies
// around some vertices, and the shortest way between two.
//
// A Walker keeps its memory from one walk to the next; what it visited is
// forgotten by counting up, so that a short walk in a large graph costs what it
// looks at. It touches no storage.
package walk
