package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// readPassword asks twice on a terminal, else takes the first line of input.
func (g *global) readPassword(user string) (string, error) {
	if f, ok := g.in.(*os.File); ok && terminal(f) {
		return g.askTwice(f, user)
	}
	return firstLine(bufio.NewReader(g.in))
}

// readOwnPassword asks for the old password and twice for the new one on a
// terminal, else takes the first two lines of input.
func (g *global) readOwnPassword() (old, password string, err error) {
	if f, ok := g.in.(*os.File); ok && terminal(f) {
		if old, err = g.ask(f, "old password: "); err == nil {
			password, err = g.askTwice(f, "you")
		}
		return old, password, err
	}
	in := bufio.NewReader(g.in)
	if old, err = firstLine(in); err == nil {
		password, err = firstLine(in)
	}
	return old, password, err
}

func (g *global) ask(f *os.File, what string) (string, error) {
	fmt.Fprint(g.err, what)
	b, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(g.err)
	return string(b), err
}

func (g *global) askTwice(f *os.File, user string) (string, error) {
	one, err := g.ask(f, fmt.Sprintf("new password for %s: ", user))
	if err != nil {
		return "", err
	}
	two, err := g.ask(f, fmt.Sprintf("again, new password for %s: ", user))
	if err != nil {
		return "", err
	}
	if one != two {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return one, nil
}

func firstLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" && err != nil {
		return "", errors.New("no password: type it on a terminal, or give it as a line of standard input (the old one first, where it is asked for)")
	}
	return line, nil
}
