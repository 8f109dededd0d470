package paper

import "time"

// Paper is a report as people read it.
type Paper struct {
	Title string
	// Lead says in one line what the report comes to.
	Lead string
	// Facts stand below: who asked for what.
	Facts []Fact
	// Text is free text of somebody's; empty: none.
	Text  string
	Parts []Part
	// Time is when the report was made, or what it is about: the date of PDF
	// files.
	Time time.Time
}

// Fact is a name and a value.
type Fact struct{ Name, Value string }

// Part is a heading, what is said under it, and a table.
type Part struct {
	Title string
	Note  string // in one line; empty: none
	// Columns are those of the table; none: there is no table.
	Columns []Column
	Rows    []Row
}

// Column is one column of a table.
type Column struct {
	Name string
	// Share is its part of the width, in any unit; 0 counts as 1.
	Share int
	// Number is set to the right.
	Number bool
}

// Row is one line of a table.
type Row struct {
	Cells []string // as many as columns; further lines of one after "\n"
	Tone  Tone     // of the first cell
}

// Tone says how something is to be taken; it gives a colour.
type Tone string

// The tones; the zero value is neutral.
const (
	Good    Tone = "good"
	Notable Tone = "notable" // neither good nor bad
	Doubt   Tone = "doubt"   // not known
	Warn    Tone = "warn"
	Bad     Tone = "bad"
)
