package main

import (
	"fmt"
	"io"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"calipso/webapi"
)

// progress shows how far long work is: a bar on a terminal, a line for each
// phase elsewhere.
type progress struct {
	out   io.Writer
	bars  *mpb.Progress // nil: no terminal
	bar   *mpb.Bar
	phase string
	last  webapi.ScanProgress
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if terminal(out) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(40), mpb.WithAutoRefresh())
	}
	return p
}

// scan shows one state of a scan.
func (p *progress) scan(s webapi.ScanProgress) {
	p.last = s
	if p.bars == nil {
		if s.Phase != p.phase && s.Phase != "" {
			fmt.Fprintf(p.out, "%s: %d objects, %d errors\n", s.Phase, s.Objects, s.Errors)
		}
		p.phase = s.Phase
		return
	}
	if p.bar == nil {
		p.bar = p.bars.AddBar(0,
			mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return p.last.Phase + " " }, decor.WC{W: 12, C: decor.DindentRight})),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
				return fmt.Sprintf("%d/%d  %d objects  %d errors  %s", p.last.Done, p.last.Total, p.last.Objects, p.last.Errors, p.last.Current)
			})),
			mpb.BarRemoveOnComplete())
	}
	p.bar.SetTotal(int64(max(s.Total, 1)), false)
	p.bar.SetCurrent(int64(s.Done))
}

// end takes the bar away.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	if p.bar != nil {
		p.bar.Abort(true)
	}
	p.bars.Wait()
}
