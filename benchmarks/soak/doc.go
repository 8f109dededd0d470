// Command soak runs the program for a while as a busy installation does: scans
// of the demonstration clouds one after the other, a larger cloud that changes
// by imports, readers, snapshots that come and go, retention, all at fixed
// times. It watches memory, goroutines, open files and disk from outside, and says at the end
// whether they level off. README.md of benchmarks tells the rule.
package main
