package program

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"calipso/graph"
)

// Server is the program serving a data directory on a port of its own.
type Server struct {
	URL, Token string

	cmd     *exec.Cmd
	client  *http.Client
	printed chan string // what it prints after its address; closed at the end
}

// Serve starts a server and waits until it listens. Its token is the one that
// the program leaves in the data directory for commands on the same machine.
// Stop ends it.
func (p *Program) Serve(dataDir string, args ...string) (*Server, error) {
	cmd := p.command(append([]string{"serve", "--data-dir", dataDir, "--listen", "127.0.0.1:0", "--log-level", "warn"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("program: serve: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("program: serve: %w", err)
	}
	s := &Server{cmd: cmd, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, printed: make(chan string, 1000)}
	lines := bufio.NewScanner(out)
	for s.URL == "" && lines.Scan() {
		s.URL, _ = strings.CutPrefix(lines.Text(), "listening on ")
		if !strings.HasPrefix(s.URL, "http") {
			s.URL = ""
		}
	}
	go func() { // ends with the server
		defer close(s.printed)
		for lines.Scan() {
			select {
			case s.printed <- lines.Text():
			default: // nobody reads them
			}
		}
	}()
	if s.URL == "" {
		return nil, errors.Join(errors.New("program: serve: it ended before it listened"), s.Stop())
	}
	if s.Token, err = localToken(dataDir); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// localToken reads what a running server tells commands on its machine.
func localToken(dataDir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dataDir, "server.json"))
	if err != nil {
		return "", fmt.Errorf("program: token: %w", err)
	}
	var file struct{ Token string }
	if err := json.Unmarshal(b, &file); err != nil {
		return "", fmt.Errorf("program: token: %w", err)
	}
	return file.Token, nil
}

// Stop ends the server with SIGTERM and waits for it.
//
// Errors: an exit status other than 0.
func (s *Server) Stop() error {
	s.client.CloseIdleConnections()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("program: stop: %w", err)
	}
	for range s.printed { // to its end
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("program: serve: %w", err)
	}
	return nil
}

// Prints waits until the server prints a line with a text, after the line with
// its address.
//
// Errors: it ended before.
func (s *Server) Prints(ctx context.Context, text string) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, ok := <-s.printed:
			if !ok {
				return fmt.Errorf("program: serve: it ended before it printed %q", text)
			}
			if strings.Contains(line, text) {
				return nil
			}
		}
	}
}

// DemoReady is part of what a server with the demonstration clouds prints when
// these are scanned.
const DemoReady = "the demonstration clouds are there"

// CliquePath is where the clique of an object is asked for.
func CliquePath(env graph.EnvID, id graph.ID) string {
	return "/api/v1/environments/" + url.PathEscape(string(env)) + "/cliques/" + url.PathEscape(string(id))
}

// Get reads an answer into out, or through if out is nil.
func (s *Server) Get(ctx context.Context, path string, out any) error {
	return s.do(ctx, http.MethodGet, path, nil, out)
}

// Post sends a document and reads the answer as Get does.
func (s *Server) Post(ctx context.Context, path string, in, out any) error {
	return s.do(ctx, http.MethodPost, path, in, out)
}

// Delete removes what is at a path.
func (s *Server) Delete(ctx context.Context, path string) error {
	return s.do(ctx, http.MethodDelete, path, nil, nil)
}

func (s *Server) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("program: %s %s: %w", method, path, err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, body)
	if err != nil {
		return fmt.Errorf("program: %s %s: %w", method, path, err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("program: %s %s: %w", method, path, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 2000))
		return fmt.Errorf("program: %s %s: %s: %s", method, path, resp.Status, text)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// Objects lists ids of objects of a type, n or as many as one answer holds.
func (s *Server) Objects(ctx context.Context, env graph.EnvID, t graph.VertexType, n int) ([]graph.ID, error) {
	var page struct {
		Items []struct{ ID graph.ID } `json:"items"`
	}
	q := url.Values{"type": {string(t)}, "limit": {fmt.Sprint(min(n, 1000))}}
	if err := s.Get(ctx, "/api/v1/environments/"+url.PathEscape(string(env))+"/objects?"+q.Encode(), &page); err != nil {
		return nil, err
	}
	var ids []graph.ID
	for _, o := range page.Items {
		ids = append(ids, o.ID)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("program: environment %q has no %s", env, t)
	}
	return ids, nil
}
