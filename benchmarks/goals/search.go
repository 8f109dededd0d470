package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/index"
)

// withIndex lends the search index of a store.
func withIndex(ctx context.Context, dir string, s *graph.Store, use func(x *index.Index) error) error {
	x, err := index.Open(ctx, dir, index.Over(s), index.Options{})
	if err != nil {
		return err
	}
	bg, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- x.Run(bg) }()
	err = x.CaughtUp(ctx)
	if err == nil && use != nil {
		err = use(x)
	}
	stop()
	if ran := <-done; !errors.Is(ran, context.Canceled) {
		err = errors.Join(err, ran)
	}
	return errors.Join(err, x.Close())
}

// question is a text that is searched for, and a way to search for it.
type question struct {
	kind, text string
}

// questions are made of names that are there: 20 of each kind, fewer where all
// objects are gone through to check them.
func (w *world) questions(a *arrays) []question {
	r := rand.New(rand.NewPCG(5, 5))
	var out []question
	for range 20 {
		name := fmt.Sprintf("vm-%06d", r.IntN(len(a.instances)))
		typo := []byte(name)
		typo[len(typo)-2] = 'x'
		host := fmt.Sprintf("compute-%04d.lab", r.IntN(max(1, len(a.instances)/20)))
		out = append(out, question{"prefix", name[:len(name)-1]}, question{"substring", host[4:]}, question{"fuzzy", string(typo)})
	}
	return out
}

// searchTimes are CPU times by kind of question.
type searchTimes map[string]float64

// searchOnce measures ours, and bare Bleve over names, on a store.
func (w *world) searchOnce(ctx context.Context, s *graph.Store, indexDir, bareDir string, questions []question, checked int) (ours, bare searchTimes, err error) {
	ours, bare = searchTimes{}, searchTimes{}
	err = withIndex(ctx, indexDir, s, func(x *index.Index) error {
		b, err := openBare(bareDir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		v, err := s.View(ctx, envName, graph.Now)
		if err != nil {
			return err
		}
		if err := checkSearch(ctx, v, x, b, questions[:min(len(questions), checked)]); err != nil {
			return err
		}
		for _, kind := range []string{"prefix", "substring", "fuzzy"} {
			var texts []string
			for _, q := range questions {
				if q.kind == kind {
					texts = append(texts, q.text)
				}
			}
			took, err := alternate(ctx, w.effort,
				func(n int) error {
					for k := range n {
						if _, err := x.Search(ctx, index.Query{Text: texts[k%len(texts)], Limit: searchHits}); err != nil {
							return err
						}
					}
					return nil
				},
				func(n int) error {
					for k := range n {
						if _, err := b.search(ctx, question{kind, texts[k%len(texts)]}, searchHits); err != nil {
							return err
						}
					}
					return nil
				})
			if err != nil {
				return err
			}
			ours[kind], bare[kind] = took[0], took[1]
		}
		return nil
	})
	return ours, bare, err
}

// searchHits is the size of a first page.
const searchHits = 15

// checkSearch goes through all objects: the index must find those whose names
// or ids hold the text and no others, and bare Bleve none that ours does not.
func checkSearch(ctx context.Context, v *graph.View, x *index.Index, b *bareIndex, questions []question) error {
	want := make([]int, len(questions))
	for o, err := range v.Vertices(ctx) {
		if err != nil {
			return err
		}
		if folder(o) {
			continue
		}
		for i, q := range questions {
			if q.matches(o) {
				want[i]++
			}
		}
	}
	for i, q := range questions {
		if err := checkQuestion(ctx, x, b, q, want[i]); err != nil {
			return err
		}
	}
	return nil
}

// folder tells objects that searches do not show.
func folder(o *graph.Vertex) bool { return strings.HasSuffix(string(o.Type), "_folder") }

// matches tells whether a name or an id holds the text; where it is typed
// wrongly, whether a name is the text but for the wrong letter.
func (q question) matches(o *graph.Vertex) bool {
	if q.kind == "fuzzy" {
		at := len(q.text) - 2
		return len(o.Name) == len(q.text) && o.Name[:at] == q.text[:at] && o.Name[at+1:] == q.text[at+1:]
	}
	return strings.Contains(o.Name, q.text) || strings.Contains(o.ObjectName, q.text) || strings.Contains(string(o.ID), q.text)
}

func checkQuestion(ctx context.Context, x *index.Index, b *bareIndex, q question, want int) error {
	got, err := x.Search(ctx, index.Query{Text: q.text, Limit: index.MaxLimit})
	if err != nil {
		return err
	}
	wrong := got.Total != want
	if q.kind == "fuzzy" || !got.TotalExact {
		wrong = got.Total < want && got.TotalExact // names may be like it in other ways
	}
	if wrong || want == 0 {
		return fmt.Errorf("search %q: the index finds %d, going through all objects %d", q.text, got.Total, want)
	}
	bare, err := b.search(ctx, q, index.MaxLimit)
	if err != nil {
		return err
	}
	if len(bare) == 0 {
		return fmt.Errorf("search %q: bare Bleve finds nothing", q.text)
	}
	if got.Total > index.MaxLimit {
		return nil // ours are not all on one page
	}
	known := map[graph.ID]bool{}
	for _, h := range got.Hits {
		known[h.ID] = true
	}
	for _, id := range bare {
		if !known[graph.ID(id)] {
			return fmt.Errorf("search %q: bare Bleve finds %q, ours does not", q.text, id)
		}
	}
	return nil
}

// searchRows measure searches; at L also how much slower than at M they are.
func searchRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	s, err := w.base(ctx)
	if err != nil {
		return nil, err
	}
	questions := w.questions(a)
	checked := map[string]int{"S": 60, "M": 30, "L": 9}[w.size]
	var rows []*Row
	err = w.withScratch(func(scratch string) error {
		if err := fillBare(ctx, s, filepath.Join(scratch, "bare")); err != nil {
			return err
		}
		ours, bare, err := w.searchOnce(ctx, s, filepath.Join(scratch, "index"), filepath.Join(scratch, "bare"), questions, checked)
		if err != nil {
			return err
		}
		rows = searchGoals(w, ours, bare)
		if w.size != "L" {
			return nil
		}
		small, err := openStore(ctx, filepath.Join(scratch, "small"), nil)
		if err != nil {
			return err
		}
		err = func() error {
			if err := program.Fill(ctx, small, cloud(envName, sizes()["M"])); err != nil {
				return err
			}
			if err := fillBare(ctx, small, filepath.Join(scratch, "small-bare")); err != nil {
				return err
			}
			few := &arrays{instances: a.instances[:len(a.instances)/10]}
			m, _, err := w.searchOnce(ctx, small, filepath.Join(scratch, "small-index"), filepath.Join(scratch, "small-bare"), w.questions(few), 0)
			if err != nil {
				return err
			}
			for _, kind := range []string{"prefix", "substring", "fuzzy"} {
				r := &Row{Name: kind + "-growth", What: "search by " + kind + ", here and at M", Unit: "ns", Ours: ours[kind]}
				rows = append(rows, r.against("size M", m[kind]).ratioAtMost(2))
			}
			return nil
		}()
		return errors.Join(err, small.Close())
	})
	return rows, err
}

func searchGoals(w *world, ours, bare searchTimes) []*Row {
	row := func(kind string) *Row {
		return (&Row{Name: kind, What: "search by " + kind + ", first 15 hits", Unit: "ns", Ours: ours[kind]}).against("bare Bleve on names", bare[kind])
	}
	prefix, substring := row("prefix"), row("substring")
	if w.size == "M" {
		prefix.atMost(50e3)
		substring.atMost(150e3)
	} else {
		for _, r := range []*Row{prefix, substring} {
			r.note("the goal is set at M")
		}
	}
	prefix.note("ours finds names, ids and addresses, ranks and counts them; bare Bleve finds names, unranked")
	return []*Row{prefix, substring, row("fuzzy").ratioAtMost(2)}
}

// grams are the runs of three characters of a text.
func grams(text string) (out []string) {
	r := []rune(strings.ToLower(text))
	for i := range len(r) - 2 {
		out = append(out, string(r[i:i+3]))
	}
	return out
}
