package drawing

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"calipso/graph"
	"calipso/importexport"
)

// View is one environment at one time; *graph.View is one.
type View interface {
	importexport.View
	Env() graph.EnvID
	Time() graph.Time
}

var _ View = (*graph.View)(nil)

// Part is one environment of a drawing.
type Part struct {
	View View
	// Only are the numbers of the objects that are drawn, with the links among
	// them; nil: all but folders.
	Only []uint32
}

// Drawing is what is drawn.
type Drawing struct {
	Parts []Part // in the order in which they are written
	// Qualified puts the environment's name before ids, which are unique inside
	// one environment only.
	Qualified bool
}

// Write writes the drawing in a format.
//
// Errors: those of the views and of w; a format that there is none of.
func (d *Drawing) Write(ctx context.Context, w io.Writer, f Format) error {
	write := map[Format]func(context.Context, *bufio.Writer) error{
		GraphML: d.graphML, DOT: d.dot, Cytoscape: d.cytoscape, CSV: d.csv,
	}[f]
	if write == nil {
		return &graph.InvalidError{What: "drawing", Fields: []graph.FieldError{{Field: "format", Reason: fmt.Sprintf("%q is none of %q", f, Formats())}}}
	}
	out := bufio.NewWriterSize(w, 64<<10)
	err := write(ctx, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("drawing: %s: %w", f, err)
	}
	return nil
}

// title says what is drawn, and as of when.
func (d *Drawing) title() (names []any, at string) {
	var newest graph.Time
	for _, p := range d.Parts {
		names = append(names, string(p.View.Env()))
		newest = max(newest, p.View.Time())
	}
	return names, newest.String()
}

// key names an object in the drawing.
func (d *Drawing) key(env graph.EnvID, id graph.ID) string {
	if d.Qualified {
		return string(env) + "/" + string(id)
	}
	return string(id)
}
