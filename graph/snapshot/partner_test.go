package snapshot

import (
	"testing"
	"time"

	"calipso/graph"
)

func TestPartners(t *testing.T) {
	day := func(n float64) graph.Time { return graph.TimeOf(start) + graph.Time(n*24*float64(time.Hour)) }
	all := []*Snapshot{
		{Name: "old design", Kind: Design, Complete: true, Time: day(1)},
		{Name: "design", Kind: Design, Complete: true, Time: day(2), Created: start.Add(time.Hour)},
		{Name: "design first", Kind: Design, Complete: true, Time: day(2), Created: start},
		{Name: "half a design", Kind: Design, Time: day(3)},
		{Name: "week 1", Kind: Scheduled, Complete: true, Time: day(7)},
		{Name: "by hand", Kind: Manual, Complete: true, Time: day(8)},
		{Name: "week 2", Kind: Scheduled, Complete: true, Time: day(14)},
		{Name: "week 3", Kind: Scheduled, Time: day(21)},
	}
	if got := LastDesign(all); got == nil || got.Name != "design" {
		t.Errorf("%+v", got)
	}
	for to, want := range map[float64]string{12.9: "", 13: "week 1", 19.9: "week 1", 20: "week 2", 28: "week 2"} {
		got := ""
		if s := LastWeek(all, day(to)); s != nil {
			got = s.Name
		}
		if got != want {
			t.Errorf("day %v: %q, want %q", to, got, want)
		}
	}
	if LastDesign(nil) != nil || LastWeek(nil, day(9)) != nil {
		t.Error("a partner out of nothing")
	}
}
