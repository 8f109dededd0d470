package storetest_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/kv/badger"
	"calipso/graph/storetest"
)

// TestKill ends a process that commits, with SIGKILL, at moments of chance:
// what was acknowledged is there afterwards, and nothing by halves.
// CALIPSO_KILL_ROUNDS sets how often; 5 if unset.
func TestKill(t *testing.T) {
	if dir := os.Getenv("CALIPSO_TEST_KILL"); dir != "" {
		commitUntilKilled(t, dir)
		return
	}
	rounds := 5
	if text := os.Getenv("CALIPSO_KILL_ROUNDS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("CALIPSO_KILL_ROUNDS: %v", err)
		}
	}
	dir := t.TempDir()
	acked := 0
	for round := range rounds {
		acked = max(acked, killOne(t, dir, 3+rand.IntN(10)))
		found := survivors(t, dir)
		t.Logf("round %d: %d acknowledged, %d found", round, acked, found)
		if found < acked || found > acked+1 {
			t.Fatalf("round %d: %d commits were acknowledged, %d are there", round, acked, found)
		}
		acked = found
	}
}

// killOne lets a child commit until it has acknowledged some commits, kills it
// a little later, and tells the last number it acknowledged.
func killOne(t *testing.T, dir string, some int) (acked int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestKill$", "-test.v")
	cmd.Env = append(os.Environ(), "CALIPSO_TEST_KILL="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var late *time.Timer
	lines := bufio.NewScanner(out)
	var text []string
	for lines.Scan() {
		text = append(text, lines.Text())
		number, ok := strings.CutPrefix(lines.Text(), "acknowledged ")
		if !ok {
			continue
		}
		if acked, err = strconv.Atoi(number); err != nil {
			t.Fatal(err)
		}
		if some--; some == 0 { // somewhere in the commits that follow
			late = time.AfterFunc(time.Duration(rand.IntN(60_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
	}
	err = cmd.Wait()
	if late == nil {
		t.Fatalf("the child ended by itself: %v\n%s\n%s", err, strings.Join(text, "\n"), errs.String())
	}
	late.Stop()
	return acked
}

func openStore(t *testing.T, dir string, log *slog.Logger) *graph.Store {
	t.Helper()
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := graph.Open(t.Context(), db, graph.Options{BatchBytes: 32 << 10, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const crashEnv = "crash"

// commitUntilKilled makes commit after commit: number n sets every vertex to n
// and, turn by turn, adds and removes a third of them with their edges.
func commitUntilKilled(t *testing.T, dir string) {
	s := openStore(t, dir, nil)
	done := commits(t, s)
	for n := done + 1; ; n++ {
		c, err := s.Commit(t.Context(), crashEnv, graph.Cause{Kind: graph.CauseScan, ID: strconv.Itoa(n)}, storetest.Numbered(n))
		if err != nil {
			t.Fatal(err)
		}
		if c.Empty() {
			t.Fatal("a commit without changes")
		}
		if _, err := fmt.Fprintf(os.Stdout, "acknowledged %d\n", n); err != nil {
			return
		}
	}
}

func commits(t *testing.T, s *graph.Store) (n int) {
	t.Helper()
	if s.Last(crashEnv) == graph.Now {
		return 0
	}
	for c, err := range s.CommitHeads(t.Context(), crashEnv, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; c.Cause.ID != strconv.Itoa(n) {
			t.Fatalf("commit %d is number %s", n, c.Cause.ID)
		}
	}
	return n
}

// survivors opens what a killed process left, checks the last commits in every
// way, and counts them.
func survivors(t *testing.T, dir string) int {
	t.Helper()
	var log strings.Builder
	s := openStore(t, dir, slog.New(slog.NewTextHandler(&log, nil)))
	if strings.Contains(log.String(), "unfinished commit") {
		t.Log("an unfinished commit was swept away")
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	n := commits(t, s)
	if err := storetest.CheckNumbered(t.Context(), s, crashEnv, n); err != nil {
		t.Fatal(err)
	}
	return n
}
