package batch

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shells are the shells that stand behind /bin/sh on one system or another.
func shells(t *testing.T) map[string][]string {
	found := map[string][]string{}
	for name, argv := range map[string][]string{
		"dash": {"dash"}, "bash": {"bash", "--posix"}, "busybox": {"busybox", "sh"},
	} {
		if path, err := exec.LookPath(argv[0]); err == nil {
			found[name] = append([]string{path}, argv[1:]...)
		}
	}
	if len(found) == 0 {
		t.Skip("no POSIX shell here")
	}
	return found
}

func runScript(t *testing.T, shell []string, cmds []Command) []Result {
	t.Helper()
	marker := NewMarker()
	tmp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), shell[0], shell[1:]...)
	cmd.Stdin = strings.NewReader(Script(marker, cmds, false))
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v: %v: %s", shell, err, &stderr)
	}
	results, err := ParseReply(marker, cmds, out)
	if err != nil {
		t.Fatalf("%v: %v\n%q", shell, err, out)
	}
	if left, _ := filepath.Glob(tmp + "/*"); len(left) > 0 {
		t.Errorf("%v left %v", shell, left)
	}
	return results
}

func TestEveryCommandKeepsItsOwnAnswer(t *testing.T) {
	cmds := []Command{
		{Argv: []string{"printf", `a\nb`}},
		{Argv: []string{"sh", "-c", "echo out; echo err >&2; exit 3"}, Lane: "two"},
		{Argv: []string{"no-such-tool", "x"}},
		{Argv: []string{"printf", "%s", "it's $HOME \\ \"quoted\" *"}, Lane: "three"},
		{Argv: []string{"cat"}}, // reads nothing: standard input is no part of the script
		{Argv: []string{"printenv", "LC_ALL"}},
		{Argv: []string{"true"}, Lane: "two"},
	}
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			got := runScript(t, shell, cmds)
			for i, want := range []struct {
				out, err string
				status   int
			}{
				{"a\nb", "", 0},
				{"out\n", "err\n", 3},
				{"", "not found", 127},
				{"it's $HOME \\ \"quoted\" *", "", 0},
				{"", "", 0},
				{"C\n", "", 0},
				{"", "", 0},
			} {
				r := got[i]
				if string(r.Stdout) != want.out || !strings.Contains(string(r.Stderr), want.err) || r.Status != want.status {
					t.Errorf("%s: %q, %q, %d; want %+v", r.Command, r.Stdout, r.Stderr, r.Status, want)
				}
			}
		})
	}
}

func TestAHangingToolCostsOnlyItself(t *testing.T) {
	cmds := []Command{
		{Argv: []string{"echo", "one"}},
		{Argv: []string{"sleep", "60"}, Lane: "hangs"},
		{Argv: []string{"echo", "never"}, Lane: "hangs"},
		{Argv: []string{"echo", "two"}},
	}
	for name, shell := range shells(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			marker := NewMarker()
			script := strings.Replace(Script(marker, cmds, false), "sleep 15 &", "sleep 1 &", 1)
			cmd := exec.CommandContext(t.Context(), shell[0], shell[1:]...)
			cmd.Stdin = strings.NewReader(script)
			cmd.WaitDelay = 10 * time.Second // the abandoned sleep has its own streams
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseReply(marker, cmds, out)
			if err != nil {
				t.Fatal(err)
			}
			if string(got[0].Stdout)+string(got[3].Stdout) != "one\ntwo\n" {
				t.Errorf("the others said %q and %q", got[0].Stdout, got[3].Stdout)
			}
			for _, i := range []int{1, 2} {
				if got[i].Status != Unfinished {
					t.Errorf("%s: status %d, want %d", got[i].Command, got[i].Status, Unfinished)
				}
			}
		})
	}
}

func TestScriptReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ -~]{0,12}`)
		var cmds []Command
		for range rapid.IntRange(1, 20).Draw(t, "commands") {
			cmds = append(cmds, Command{
				Argv: append([]string{"tool"}, rapid.SliceOfN(word, 0, 5).Draw(t, "words")...),
				Root: rapid.Bool().Draw(t, "root"),
			})
		}
		marker, got, err := ParseScript(Script("batch-1", cmds, true))
		if err != nil || marker != "batch-1" {
			t.Fatal(marker, err)
		}
		if diff := cmp.Diff(cmds, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestReplyReadsBack(t *testing.T) {
	cmds := make([]Command, 12)
	var want []Result
	for i := range cmds {
		cmds[i] = Command{Argv: []string{"tool", strings.Repeat("x", i)}}
		want = append(want, Result{Command: cmds[i], Stdout: []byte("m\n"), Stderr: []byte{}, Status: i})
	}
	want[3] = Result{Command: cmds[3], Status: Unfinished, Stderr: []byte("not finished in time")}
	raw := append([]byte("Welcome to node-1\n"), Reply("m", want)...)
	got, err := ParseReply("m", cmds, raw)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for cut := range len(raw) - 1 {
		if _, err := ParseReply("m", cmds, raw[:cut]); err == nil {
			t.Fatalf("the first %d of %d bytes pass for an answer", cut, len(raw))
		}
	}
}

func TestLanesStaySmall(t *testing.T) {
	cmds := make([]Command, 40)
	seen := map[int]bool{}
	got := lanes(cmds)
	for _, lane := range got {
		for _, i := range lane {
			seen[i] = true
		}
	}
	if len(got) != maxLanes || len(seen) != len(cmds) {
		t.Errorf("%d lanes hold %d commands of %d", len(got), len(seen), len(cmds))
	}
}

func FuzzParseReply(f *testing.F) {
	f.Add([]byte("banner\nm\n 3 0000.o\n 0 0000.e\n 2 0000.s\n 0 end\n 5 total\nm\nabc0\n"))
	f.Add([]byte("m\nm\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		cmds := []Command{{Argv: []string{"a"}}, {Argv: []string{"b"}}}
		got, err := ParseReply("m", cmds, raw)
		if err == nil && len(got) != len(cmds) {
			t.Errorf("%d results for %d commands", len(got), len(cmds))
		}
	})
}

func FuzzParseScript(f *testing.F) {
	f.Add(Script("batch-1", []Command{{Argv: []string{"ip", "-j", "it's"}, Root: true}}, true))
	f.Add("# batch x\nrun 0000 'a\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, cmds, err := ParseScript(text)
		if err != nil {
			return
		}
		for _, c := range cmds {
			if len(c.Argv) == 0 {
				t.Error("a command without words")
			}
		}
	})
}
