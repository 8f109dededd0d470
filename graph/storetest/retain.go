package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"calipso/graph"
)

// host puts one vertex of that id, or removes it.
func host(id graph.ID, there bool, n int) *graph.Batch {
	if !there {
		return &graph.Batch{Delete: []graph.ID{id}}
	}
	return &graph.Batch{Put: []*graph.Vertex{vertex("host", id, "", "n", n)}}
}

func versionText(v graph.Version) string {
	if v.Vertex == nil {
		return fmt.Sprint(v.Time, " removed")
	}
	return fmt.Sprint(v.Time, " ", v.Vertex.Attrs["n"])
}

// testRetain follows two vertices that come and go; one of them stays away.
func testRetain(t *testing.T, e Engine) {
	b := e.start(t)
	var at []graph.Time
	for n := range 6 { // there, gone, there, gone, there, changed
		batch := host("x", n != 1 && n != 3, n)
		if n < 4 {
			batch.Put = append(batch.Put, host("z", n%2 == 0, n).Put...)
			batch.Delete = append(batch.Delete, host("z", n%2 == 0, n).Delete...)
		}
		at = append(at, b.commit("lab", batch).Time)
	}
	b.commit("lab", host("y", true, 0))
	last := b.Last("lab")
	b.equal("before", len(ids(t, b.History(t.Context(), "lab", "x"), versionText)), 6)
	got, err := b.Retain(t.Context(), "lab", graph.Keep{Since: last, Times: []graph.Time{at[0], at[1], at[3] + 5}})
	b.ok(err)
	b.equal("versions dropped", got.Versions, 5) // of x the second and third life and the second end, of z the second of both
	b.equal("commits dropped", got.Commits, 2)   // not that of the second end: its time is kept
	want := []string{fmt.Sprint(at[5], " 5"), fmt.Sprint(at[1], " removed"), fmt.Sprint(at[0], " 0")}
	for _, when := range []string{"now", "after reopening"} {
		b.equal("history "+when, ids(t, b.History(t.Context(), "lab", "x"), versionText), want)
		b.equal("history "+when, ids(t, b.History(t.Context(), "lab", "z"), versionText), want[1:])
		c, err := b.Compare(t.Context(), "lab", at[0], graph.Now)
		b.ok(err)
		var told []graph.Time
		for _, c := range c.Commits {
			told = append(told, c.Time)
		}
		b.equal("commits "+when, told, []graph.Time{at[1], at[3], at[5], last})
		for i, ok := range []bool{true, true, false, true, false, false} {
			v, err := b.View(t.Context(), "lab", at[i]+1)
			if ok {
				b.ok(err)
				b.equal("time", v.Time(), at[i])
				continue
			}
			b.isErr(fmt.Sprint("time ", i, when), err, graph.ErrRetired)
		}
		_, err = b.View(t.Context(), "lab", at[2])
		b.equal("error", err, fmt.Sprintf(`graph: view of "lab" at %s: time is older than what is retained: everything is kept since %s; the oldest time that can be read is %s, the nearest ones are %s and %s`, at[2], last, at[0], at[1], at[3]))
		_, err = b.View(t.Context(), "lab", at[4])
		if err == nil || !strings.HasSuffix(err.Error(), fmt.Sprint("the nearest one before is ", at[3])) {
			t.Error(err)
		}
		first, err := b.First(t.Context(), "lab")
		b.ok(err)
		b.equal("first", first, at[0])
		b.equal("before the first commit", b.view("lab", at[0]-1).Time(), graph.Now)
		for _, err := range b.Commits(t.Context(), "lab", at[3]) {
			b.isErr("a log with holes", err, graph.ErrRetired)
		}
		for _, err := range b.Changes(t.Context(), "lab", at[3]) {
			b.isErr("changes of a commit with holes", err, graph.ErrRetired)
		}
		b.equal("the log from the horizon", len(ids(t, b.Commits(t.Context(), "lab", last-1), commitText)), 1)
		b.reopen()
	}
	_, err = b.Retain(t.Context(), "lab", graph.Keep{Since: last})
	b.ok(err)
	_, err = b.View(t.Context(), "lab", at[0])
	if err == nil || !strings.HasSuffix(err.Error(), fmt.Sprintf("everything is kept since %s, which is the oldest time that can be read", last)) {
		t.Error(err)
	}
	var bad *graph.InvalidError
	for _, keep := range []graph.Keep{{}, {Since: last - 1}, {Since: last, Times: []graph.Time{0}}} {
		if _, err := b.Retain(t.Context(), "lab", keep); !errors.As(err, &bad) {
			t.Errorf("%v: %v", keep, err)
		}
	}
	_, err = b.Retain(t.Context(), "nowhere", graph.Keep{Since: last})
	b.isErr("no environment", err, graph.ErrNotFound)
}

// testRetainReturn has a vertex come back of which retention had left nothing,
// so that its id has another number now.
func testRetainReturn(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit("lab", host("x", true, 0))
	number := func() uint32 {
		v, err := b.View(t.Context(), "lab", graph.Now)
		b.ok(err)
		list, err := v.VerticesOf(t.Context(), []graph.ID{"x"})
		b.ok(err)
		if list[0] == nil {
			t.Fatal("x is not found among others")
		}
		n, err := v.Num(t.Context(), "x")
		b.ok(err)
		byNum, err := v.VerticesByNum(t.Context(), []uint32{n})
		b.ok(err)
		b.equal("vertex by number", byNum[0].ID, graph.ID("x"))
		return n
	}
	before := number()
	b.commit("lab", host("x", false, 0))
	b.commit("lab", host("y", true, 0))
	_, err := b.Retain(t.Context(), "lab", graph.Keep{Since: b.Last("lab")})
	b.ok(err)
	b.commit("lab", host("x", true, 1))
	after := number()
	if before == after {
		t.Errorf("x has number %d as before: nothing was taken away", after)
	}
	b.commit("lab", host("x", true, 2))
	number()
}

// testRetainYoung has nothing to forget.
func testRetainYoung(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "new", nil)}})
	first := b.commit("lab", host("x", true, 1)).Time
	b.commit("lab", host("x", true, 2))
	for _, env := range []graph.EnvID{"lab", "new"} {
		got, err := b.Retain(t.Context(), env, graph.Keep{Since: first})
		b.ok(err)
		b.equal("dropped", got, graph.Retired{})
		known, err := b.Retained(env)
		b.ok(err)
		b.equal("everything is known", known.Since, graph.Now)
	}
	b.equal("the log", len(ids(t, b.Commits(t.Context(), "lab", 0), commitText)), 2)
}

// testRetainLater asks a view of the past for its arrays when the time from
// which they would be undone is retired.
func testRetainLater(t *testing.T, e Engine) {
	b := e.start(t)
	first := b.commit("lab", small())
	b.commit("lab", host("short", true, 1))
	past := b.view("lab", first.Time)
	b.commit("lab", host("short", false, 1))
	last := b.commit("lab", host("y", true, 1))
	_, err := b.Retain(t.Context(), "lab", graph.Keep{Since: last.Time, Times: []graph.Time{first.Time}})
	b.ok(err)
	text, err := whole(t.Context(), past)
	b.ok(err)
	if strings.Contains(text, "short") {
		t.Errorf("what came later:\n%s", text)
	}
}

// testRetainReaders reads kept and retired times while retention runs and while
// commits are made: an answer is right or ErrRetired.
func testRetainReaders(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 4 << 10
	b.reopen()
	var mu sync.Mutex
	states := map[graph.Time]string{}
	next := 0
	commit := func(ctx context.Context) error {
		batch := cloud(2, next)
		batch.Put = append(batch.Put, vertex("host", graph.ID(fmt.Sprint("turn-", next%3)), "", "n", next))
		batch.Delete = []graph.ID{graph.ID(fmt.Sprint("turn-", (next+1)%3))}
		next++
		c, err := b.Store.Commit(ctx, "lab", cause, batch)
		if err != nil {
			return err
		}
		v, err := b.View(ctx, "lab", c.Time)
		if err != nil {
			return err
		}
		text, err := whole(ctx, v)
		mu.Lock()
		defer mu.Unlock()
		states[c.Time] = text
		return err
	}
	for range 5 {
		b.ok(commit(t.Context()))
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var right, retired int
	for range 2 {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				var at graph.Time
				for at = range states {
					break
				}
				want := states[at]
				mu.Unlock()
				v, err := b.View(t.Context(), "lab", at)
				text := ""
				if err == nil {
					text, err = whole(t.Context(), v)
				}
				var c *graph.Comparison
				if err == nil {
					c, err = b.Compare(t.Context(), "lab", at, at+1)
				}
				mu.Lock()
				switch {
				case errors.Is(err, graph.ErrRetired):
					retired++
				case err != nil || text != want || len(c.Vertices) > 0:
					t.Errorf("as of %s: %v\n%s\nwant\n%s", at, err, text, want)
					stop()
				default:
					right++
				}
				mu.Unlock()
			}
		})
	}
	for range 25 {
		b.ok(commit(t.Context()))
		known, err := b.Retained("lab")
		b.ok(err)
		keep := graph.Keep{Since: b.Last("lab") - 3_000_000_000}
		if n := len(known.Times); n > 1 {
			keep.Times = append(known.Times[n/2:], known.Since)
		} else if known.Since != 0 {
			keep.Times = []graph.Time{known.Since}
		}
		keep.Since = max(keep.Since, known.Since)
		_, err = b.Retain(t.Context(), "lab", keep)
		b.ok(err)
	}
	stop()
	wg.Wait()
	t.Logf("%d right answers, %d of retired times", right, retired)
}
