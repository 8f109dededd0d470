package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"slices"
)

// panel is one small picture: some rows over the sizes.
type panel struct {
	title string
	unit  string
	lines []trace
}

// trace is one line: the numbers of a row, or of what it is compared with.
type trace struct {
	label string
	row   string // group/name
	limit bool
}

// panels are what the picture of growth shows.
func panels() []panel {
	return []panel{
		{"one clique, in memory", "ns", []trace{{"calipso", "clique/walk", false}, {"plain arrays", "clique/walk", true}}},
		{"cliques of all instances", "ns", []trace{{"calipso", "all/plain", false}, {"plain arrays", "all/plain", true}, {"DuckDB", "all/duckdb", true}, {"SQLite", "all/sqlite", true}}},
		{"6 links around an instance", "ns", []trace{{"calipso", "walk/around", false}, {"plain arrays", "walk/around", true}}},
		{"first load, without search", "ns", []trace{{"calipso", "load/records", false}, {"StreamWriter", "load/records", true}}},
		{"differences, 1 % changed", "ns", []trace{{"calipso", "diff/compare", false}, {"DuckDB", "diff/compare", true}}},
		{"making a snapshot", "ns", []trace{{"calipso", "snapshot/create", false}}},
		{"search by prefix", "ns", []trace{{"calipso", "search/prefix", false}, {"Bleve, names", "search/prefix", true}}},
		{"clique over HTTP, 1 client, median", "ns", []trace{{"calipso", "http/warm-1-p50", false}, {"GET /healthz", "http/warm-1-p50", true}}},
		{"memory of an idle server", "B", []trace{{"calipso", "memory/idle", false}}},
		{"restart to the first answer", "ns", []trace{{"calipso", "memory/restart", false}}},
	}
}

// The measures of the picture, in pixels.
const (
	panelWidth, panelHeight = 490, 250
	plotLeft, plotTop       = 76, 40
	plotWidth, plotHeight   = 240, 165
	panelColumns            = 2
	headHeight              = 56
)

// style makes the picture readable on light and on dark paper.
const style = `
.paper{fill:#ffffff}.ink{fill:#1f2328}.soft{fill:#59636e}.grid{stroke:#d1d9e0;stroke-width:1}
.s0{stroke:#0969da}.s1{stroke:#bc4c00}.s2{stroke:#8250df}.s3{stroke:#1a7f37}
.f0{fill:#0969da}.f1{fill:#bc4c00}.f2{fill:#8250df}.f3{fill:#1a7f37}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.limit{stroke-dasharray:5 4}
text{font:13px system-ui,"Segoe UI",Helvetica,Arial,sans-serif}.title{font-size:15px;font-weight:600}.head{font-size:18px;font-weight:600}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117}.ink{fill:#f0f6fc}.soft{fill:#9198a1}.grid{stroke:#30363d}
.s0{stroke:#4493f8}.s1{stroke:#f0883e}.s2{stroke:#ab7df8}.s3{stroke:#3fb950}
.f0{fill:#4493f8}.f1{fill:#f0883e}.f2{fill:#ab7df8}.f3{fill:#3fb950}}
`

// drawGrowth draws the results of a folder into an SVG file.
func drawGrowth(dir, file string) error {
	rows, err := latest(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(file, growthOf(rows), 0o644)
}

// growthOf draws rows; panels without any number are left out.
func growthOf(rows []*Row) []byte {
	var drawn []panel
	for _, p := range panels() {
		if slices.ContainsFunc(p.lines, func(t trace) bool { return len(t.points(rows)) > 0 }) {
			drawn = append(drawn, p)
		}
	}
	height := headHeight + (len(drawn)+panelColumns-1)/panelColumns*panelHeight
	width := panelColumns * panelWidth
	out := &picture{}
	out.f(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="How times and sizes grow from 10,000 to 1,000,000 objects">`, width, height, width, height)
	out.f("<style>%s</style>", style)
	out.f(`<rect class="paper" width="%d" height="%d" rx="8"/>`, width, height)
	out.text(20, 28, "head ink", "start", "From 10,000 to 1,000,000 objects")
	out.text(20, 47, "soft", "start", "both axes by powers of ten; in-process work in CPU time; dashed: the limit in the same run; each number from its last run")
	for i, p := range drawn {
		out.f(`<g transform="translate(%d %d)">`, i%panelColumns*panelWidth, headHeight+i/panelColumns*panelHeight)
		out.panel(p, rows)
		out.f("</g>")
	}
	out.f("</svg>")
	return out.Bytes()
}

// point is a number at a size, by its place in sizeNames.
type point struct {
	size  int
	value float64
}

func (t trace) points(rows []*Row) (out []point) {
	for i, size := range sizeNames {
		for _, r := range rows {
			v := r.Ours
			if t.limit {
				v = r.Limit
			}
			if r.Size == size && r.Group+"/"+r.Name == t.row && v > 0 {
				out = append(out, point{i, v})
			}
		}
	}
	return out
}

// picture is an SVG being written.
type picture struct{ bytes.Buffer }

func (o *picture) f(format string, args ...any) { fmt.Fprintf(o, format+"\n", args...) }

func (o *picture) text(x, y float64, class, anchor, text string) {
	o.f(`<text x="%.1f" y="%.1f" class="%s" text-anchor="%s">%s</text>`, x, y, class, anchor, escaped(text))
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // into memory
	return b.String()
}

func (o *picture) panel(p panel, rows []*Row) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, t := range p.lines {
		for _, pt := range t.points(rows) {
			low, high = min(low, pt.value), max(high, pt.value)
		}
	}
	from, to := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	if to-from < 1 {
		to = from + 1
	}
	x := func(size int) float64 {
		return plotLeft + 14 + float64(size)/float64(len(sizeNames)-1)*(plotWidth-28)
	}
	y := func(v float64) float64 { return plotTop + plotHeight*(1-(math.Log10(v)-from)/(to-from)) }
	o.text(plotLeft-56, 22, "title ink", "start", p.title)
	every := max(1, math.Ceil((to-from)/5))
	for d := from; d <= to; d += every {
		v := math.Pow(10, d)
		o.f(`<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>`, plotLeft, plotLeft+plotWidth, y(v), y(v))
		o.text(plotLeft-6, y(v)+4, "soft", "end", quantity(v, p.unit))
	}
	for i, size := range sizeNames {
		o.text(x(i), plotTop+plotHeight+18, "soft", "middle", size)
	}
	type label struct {
		y    float64
		text string
		line int
	}
	var labels []label
	for i, t := range p.lines {
		points := t.points(rows)
		if len(points) == 0 {
			continue
		}
		class := fmt.Sprintf("line s%d", i)
		if t.limit {
			class += " limit"
		}
		path := ""
		for k, pt := range points {
			path += fmt.Sprintf("%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[k == 0], x(pt.size), y(pt.value))
		}
		o.f(`<path class="%s" d="%s"/>`, class, path)
		for _, pt := range points {
			o.f(`<circle class="f%d" cx="%.1f" cy="%.1f" r="3.2"><title>%s</title></circle>`, i, x(pt.size), y(pt.value), escaped(t.label+" at "+sizeNames[pt.size]+": "+quantity(pt.value, p.unit)))
		}
		last := points[len(points)-1]
		labels = append(labels, label{y(last.value) + 4, t.label + " " + quantity(last.value, p.unit), i})
	}
	// Labels keep clear of one another, from the lowest up.
	slices.SortFunc(labels, func(a, b label) int { return int(b.y*10) - int(a.y*10) })
	for i := range labels {
		if i > 0 {
			labels[i].y = min(labels[i].y, labels[i-1].y-15)
		}
	}
	for _, l := range labels {
		o.text(plotLeft+plotWidth+4, l.y, fmt.Sprintf("f%d", l.line), "start", l.text)
	}
}
