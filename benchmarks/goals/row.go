package main

import (
	"fmt"

	"calipso/benchmarks/origin"
)

// Row is one measurement with its limit, as results keep it.
type Row struct {
	Size string `json:"size"`
	// Group is the part of the table (-rows takes it), Name tells rows of a
	// group apart.
	Group string `json:"group"`
	Name  string `json:"name"`
	What  string `json:"what"`
	// Ours and Limit are numbers of a Unit: "ns" (of CPU, or of wall time where
	// What says so), "B", "records/s". Limit is 0 where there is none.
	Unit  string  `json:"unit"`
	Ours  float64 `json:"ours"`
	Limit float64 `json:"limit,omitempty"`
	// Of names what Limit is: "plain arrays", "raw StreamWriter", "DuckDB".
	Of string `json:"of,omitempty"`
	// Ratio is Ours/Limit, or what Goal speaks of instead.
	Ratio float64 `json:"ratio,omitempty"`
	Goal  string  `json:"goal,omitempty"`
	// Held tells whether the goal was reached; null: the row has none.
	Held *bool `json:"held,omitempty"`
	// Note says what a reader must know of this one number.
	Note string `json:"note,omitempty"`
	// Missing says why there is no number.
	Missing string `json:"missing,omitempty"`

	origin.Run
}

// against fills in a limit; the ratio is ours to it.
func (r *Row) against(of string, limit float64) *Row {
	r.Of, r.Limit, r.Ratio = of, limit, r.Ours/limit
	return r
}

// ratioAtMost is the goal of staying within a multiple of the limit.
func (r *Row) ratioAtMost(most float64) *Row {
	return r.goal(fmt.Sprintf("≤ %g ×", most), r.Ratio <= most)
}

// timesFaster is the goal of needing that many times less than a peer.
func (r *Row) timesFaster(least float64) *Row {
	r.Ratio = r.Limit / r.Ours
	return r.goal(fmt.Sprintf("≥ %g × as fast", least), r.Ratio >= least)
}

// shareAtLeast is the goal of reaching a share of the limit's speed.
func (r *Row) shareAtLeast(share float64) *Row {
	r.Ratio = r.Limit / r.Ours
	return r.goal(fmt.Sprintf("≥ %.0f %% of it", share*100), r.Ratio >= share)
}

// atMost is a goal of its own, in the row's unit.
func (r *Row) atMost(most float64) *Row {
	return r.goal("≤ "+quantity(most, r.Unit), r.Ours <= most)
}

func (r *Row) goal(text string, held bool) *Row {
	r.Goal, r.Held = text, &held
	return r
}

func (r *Row) note(format string, args ...any) *Row {
	if r.Note != "" {
		r.Note += "; "
	}
	r.Note += fmt.Sprintf(format, args...)
	return r
}

// quantity writes a number of a unit for people.
func quantity(n float64, unit string) string {
	switch unit {
	case "ns":
		switch d := n; {
		case d < 1e3:
			return fmt.Sprintf("%.0f ns", d)
		case d < 1e6:
			return fmt.Sprintf("%.3g µs", d/1e3)
		case d < 1e9:
			return fmt.Sprintf("%.3g ms", d/1e6)
		default:
			return fmt.Sprintf("%.3g s", d/1e9)
		}
	case "B":
		switch {
		case n < 10e3:
			return fmt.Sprintf("%.0f B", n)
		case n < 10e6:
			return fmt.Sprintf("%.4g kB", n/1e3)
		case n < 10e9:
			return fmt.Sprintf("%.4g MB", n/1e6)
		default:
			return fmt.Sprintf("%.4g GB", n/1e9)
		}
	}
	return fmt.Sprintf("%.4g %s", n, unit)
}
