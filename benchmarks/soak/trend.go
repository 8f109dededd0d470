package main

import (
	"fmt"
	"strings"
)

// trend says how one figure goes over the last half of a soak.
type trend struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
	// Mean is that of the last half, Growth what the straight line through it
	// gains from its beginning to its end.
	Mean   float64 `json:"mean"`
	Growth float64 `json:"growth"`
	// Most is the growth up to which the figure counts as level.
	Most  float64 `json:"most"`
	Level bool    `json:"level"`
	Rule  string  `json:"rule"`
}

// The rule of levelling off: over the last half of the time, the straight line
// through the figure rises by no more than a tenth of its mean, or by a few of
// what comes and goes with each connection. The disk is another matter: history
// is kept on purpose, so it is held against the changes made, each of which may
// cost no more in the last half than in the first.
const (
	mostShare      = 0.10
	mostGoroutines = 10
	mostFiles      = 10
	mostDearer     = 1.2
)

// judge works out the trends.
func (r *report) judge() {
	half := r.Samples[len(r.Samples)/2:]
	level := func(name, unit string, least float64, of func(sample) float64) {
		mean, growth := line(half, of)
		t := trend{Name: name, Unit: unit, Mean: mean, Growth: growth, Most: max(least, mostShare*mean), Rule: "rises by a tenth of its mean at most"}
		t.Level = t.Growth <= t.Most
		r.Trends = append(r.Trends, t)
	}
	r.Trends = nil
	level("memory", "MB", 0, func(s sample) float64 { return float64(s.RSS) / 1e6 })
	level("own memory", "MB", 0, func(s sample) float64 { return float64(s.Own) / 1e6 })
	level("live memory", "MB", 0, func(s sample) float64 { return float64(s.Live) / 1e6 })
	level("goroutines", "", mostGoroutines, func(s sample) float64 { return float64(s.Goroutines) })
	level("open files", "", mostFiles, func(s sample) float64 { return float64(s.Files) })
	r.Trends = append(r.Trends, r.disk())
	r.Level = true
	for _, t := range r.Trends {
		r.Level = r.Level && t.Level
	}
}

// disk compares what a scan or import cost on disk in both halves.
func (r *report) disk() trend {
	cost := func(list []sample) float64 {
		first, last := list[0], list[len(list)-1]
		work := float64(last.Scans + last.Imports - first.Scans - first.Imports)
		if work == 0 {
			return 0
		}
		return max(0, float64(last.Disk-first.Disk)) / work / 1e3
	}
	before, after := cost(r.Samples[:len(r.Samples)/2+1]), cost(r.Samples[len(r.Samples)/2:])
	t := trend{Name: "disk for a scan or import", Unit: "kB", Mean: after, Growth: after - before, Rule: "no more than a fifth dearer than in the first half, or less than 100 kB"}
	t.Most = max(before*(mostDearer-1), 100-before)
	t.Level = t.Growth <= t.Most
	return t
}

// line fits a straight line by least squares and gives the mean, and the gain
// of the line from the first sample to the last.
func line(list []sample, of func(sample) float64) (mean, growth float64) {
	n := float64(len(list))
	var t, y float64
	for _, s := range list {
		t += s.Seconds / n
		y += of(s) / n
	}
	var up, down float64
	for _, s := range list {
		up += (s.Seconds - t) * (of(s) - y)
		down += (s.Seconds - t) * (s.Seconds - t)
	}
	if down == 0 {
		return y, 0
	}
	return y, up / down * (list[len(list)-1].Seconds - list[0].Seconds)
}

// verdict says in words whether everything levels off.
func (r *report) verdict() string {
	var b strings.Builder
	for _, t := range r.Trends {
		word := "level"
		if !t.Level {
			word = "GROWS"
		}
		fmt.Fprintf(&b, "%-26s %s: mean of the last half %.4g %s, change within it %+.3g, allowed %.3g (%s)\n", t.Name, word, t.Mean, t.Unit, t.Growth, t.Most, t.Rule)
	}
	if r.Level {
		return b.String() + "memory and files level off"
	}
	return b.String() + "something keeps growing"
}
