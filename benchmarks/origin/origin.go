// Package origin says where results come from: commit, machine, moment.
package origin

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Run is where and when something was measured.
type Run struct {
	Commit  string    `json:"commit"`
	Date    time.Time `json:"date"`
	Machine string    `json:"machine"`
	Go      string    `json:"go"`
	// Load is the machine's load average over a minute just before.
	Load string `json:"load"`
}

// Here is this machine, now.
func Here() Run {
	r := Run{Commit: commit(), Date: time.Now().UTC().Truncate(time.Second), Go: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH}
	r.Machine = fmt.Sprintf("%d x %s, %s", runtime.NumCPU(), after("/proc/cpuinfo", "model name"), memory())
	r.Load = "unknown"
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		r.Load, _, _ = strings.Cut(string(b), " ")
	}
	return r
}

// commit names what is measured: with -dirty if Go code differs from it.
func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	name := strings.TrimSpace(string(out))
	if exec.Command("git", "diff", "--quiet", "HEAD", "--", "*.go", "go.mod").Run() != nil {
		name += "-dirty"
	}
	return name
}

// after is the text behind the first line of a name in a file of such lines.
func after(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func memory() string {
	var kib int64
	if _, err := fmt.Sscanf(after("/proc/meminfo", "MemTotal"), "%d", &kib); err != nil {
		return "unknown memory"
	}
	return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
}
