package main

import (
	"io"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// transferProgress shows how much of an archive has gone over.
type transferProgress struct {
	bars *mpb.Progress // nil: no terminal
	bar  *mpb.Bar
}

// newTransferProgress starts a bar; total is in bytes, 0 if not known.
func newTransferProgress(out io.Writer, what string, total int64) *transferProgress {
	if !terminal(out) {
		return &transferProgress{}
	}
	p := &transferProgress{bars: mpb.New(mpb.WithOutput(out), mpb.WithWidth(40))}
	p.bar = p.bars.AddBar(total,
		mpb.PrependDecorators(decor.Name(what+" ")),
		mpb.AppendDecorators(decor.CountersKibiByte("% .1f / % .1f "), decor.AverageSpeed(decor.SizeB1024(0), "% .1f")),
		mpb.BarRemoveOnComplete())
	return p
}

func (p *transferProgress) reader(r io.Reader) io.Reader {
	if p.bar == nil {
		return r
	}
	return p.bar.ProxyReader(r)
}

func (p *transferProgress) end() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
