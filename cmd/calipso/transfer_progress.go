package main

import (
	"fmt"
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

// phaseProgress shows work that goes through phases: a bar on a terminal, a
// line for each phase elsewhere.
type phaseProgress struct {
	out   io.Writer
	bars  *mpb.Progress // nil: no terminal
	bar   *mpb.Bar
	phase string
	text  string
}

func newPhaseProgress(out io.Writer) *phaseProgress {
	p := &phaseProgress{out: out}
	if terminal(out) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(40), mpb.WithAutoRefresh())
	}
	return p
}

// show shows one state: how much of the whole is done, and in words.
func (p *phaseProgress) show(phase string, done, total int64, text string) {
	p.text = text
	if p.bars == nil {
		if phase != p.phase {
			fmt.Fprintln(p.out, text)
		}
		p.phase = phase
		return
	}
	if p.bar == nil {
		p.bar = p.bars.AddBar(0, mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.text })), mpb.BarRemoveOnComplete())
	}
	p.bar.SetTotal(max(total, 1), false)
	p.bar.SetCurrent(done)
}

func (p *phaseProgress) end() {
	if p.bars == nil {
		return
	}
	if p.bar != nil {
		p.bar.Abort(true)
	}
	p.bars.Wait()
}
