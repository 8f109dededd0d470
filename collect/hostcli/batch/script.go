package batch

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// DefaultTimeout is the time a command has that names none.
const DefaultTimeout = 15 * time.Second

// maxLanes bounds how many commands run side by side on one host.
const maxLanes = 4

// headerMark starts the first line of every script.
const headerMark = "# batch "

// NewMarker makes the text that tells a batch's frame from its contents.
func NewMarker() string {
	b := make([]byte, 16)
	rand.Read(b)
	return "batch-" + hex.EncodeToString(b)
}

// Limit is the time that the remote side gives a batch: that of its slowest
// command.
func Limit(cmds []Command) time.Duration {
	limit := DefaultTimeout
	for _, c := range cmds {
		limit = max(limit, c.Timeout)
	}
	return limit
}

// Script is the program for sh that runs the commands (one at least, no words
// with line ends). With sudo, those that ask for Root run under "sudo -n".
//
// The outputs pass through a private directory in memory where there is one
// (/dev/shm), else in TMPDIR; the script removes it however it ends. Commands
// that have not ended after Limit are given up, what the others said is sent.
func Script(marker string, cmds []Command, sudo bool) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s%s\n", headerMark, marker)
	s.WriteString(prologue)
	for _, lane := range lanes(cmds) {
		s.WriteString("{\n")
		for _, i := range lane {
			as := ""
			if cmds[i].Root && sudo {
				as = "sudo -n "
			}
			fmt.Fprintf(&s, "run %04d %s%s\n", i, as, cmds[i])
		}
		s.WriteString("} & lanes=\"$lanes $!\"\n")
	}
	fmt.Fprintf(&s, epilogue, int(Limit(cmds).Seconds()), marker, marker)
	return s.String()
}

const prologue = `LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export LC_ALL PATH
umask 077
for tmp in /dev/shm "${TMPDIR:-/tmp}"; do
	dir=$(mktemp -d "$tmp/batch.XXXXXXXXXX" 2>/dev/null) && break
done
[ -d "$dir" ] || { echo "no directory for temporary files" >&2; exit 73; }
trap 'rm -rf "$dir"' EXIT
trap 'exit 75' HUP INT PIPE TERM
run() {
	at=$dir/$1
	shift
	"$@" </dev/null >"$at.o" 2>"$at.e"
	echo $? >"$at.s"
}
lanes=
late=
trap 'late=1' ALRM
`

// The alarm's own sleep is ended with it, and holds none of our streams, or
// sshd would wait for it. A wait that a signal interrupts returns at once.
const epilogue = `(
	trap 'kill $nap; exit' TERM
	sleep %d & nap=$!
	wait $nap && kill -ALRM $$
) </dev/null >/dev/null 2>&1 & alarm=$!
wait $lanes
kill $alarm 2>/dev/null
if [ -n "$late" ]; then
	kill $lanes 2>/dev/null
	wait $lanes 2>/dev/null
fi
cd "$dir" || exit 73
for o in *.o; do
	[ -s "${o%%.o}.s" ] || rm -f "$o" "${o%%.o}.e" "${o%%.o}.s"
done
: >end
echo %s
wc -c *
echo %s
cat *
`

// lanes spreads the commands: each named lane for itself, a long one over
// several, never more than maxLanes in all if it can be helped. The result
// holds indexes into cmds.
func lanes(cmds []Command) [][]int {
	var names []string
	byName := map[string][]int{}
	for i, c := range cmds {
		if _, ok := byName[c.Lane]; !ok {
			names = append(names, c.Lane)
		}
		byName[c.Lane] = append(byName[c.Lane], i)
	}
	var out [][]int
	for _, n := range names {
		out = append(out, byName[n])
	}
	for len(out) < maxLanes {
		longest := 0
		for i := range out {
			if len(out[i]) > len(out[longest]) {
				longest = i
			}
		}
		if len(out) == 0 || len(out[longest]) < 8 {
			break
		}
		half := len(out[longest]) / 2
		out = append(out, out[longest][half:])
		out[longest] = out[longest][:half:half]
	}
	return out
}

var errNoScript = errors.New("batch: no script of ours")

// ParseScript reads back what Script wrote: the marker and the commands in
// their order. Lanes and timeouts are not told by a script.
//
// Errors: text that Script did not write.
func ParseScript(text string) (marker string, cmds []Command, err error) {
	in := bufio.NewScanner(strings.NewReader(text))
	in.Buffer(nil, len(text)+1)
	if !in.Scan() || !strings.HasPrefix(in.Text(), headerMark) {
		return "", nil, errNoScript
	}
	marker = strings.TrimPrefix(in.Text(), headerMark)
	byIndex := map[int]Command{}
	for in.Scan() {
		rest, ok := strings.CutPrefix(in.Text(), "run ")
		if !ok {
			continue
		}
		words, err := unquote(rest)
		if err != nil {
			return "", nil, fmt.Errorf("batch: %q: %w", rest, err)
		}
		var index int
		if len(words) < 2 || !scanIndex(words[0], &index) {
			return "", nil, fmt.Errorf("batch: %q: %w", rest, errNoScript)
		}
		c := Command{Argv: words[1:]}
		if len(c.Argv) > 2 && c.Argv[0] == "sudo" && c.Argv[1] == "-n" {
			c.Argv, c.Root = c.Argv[2:], true
		}
		byIndex[index] = c
	}
	for i := range len(byIndex) {
		c, ok := byIndex[i]
		if !ok {
			return "", nil, fmt.Errorf("batch: command %d is missing: %w", i, errNoScript)
		}
		cmds = append(cmds, c)
	}
	return marker, cmds, nil
}
