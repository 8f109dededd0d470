package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/collect/collecttest"
	"calipso/collect/scan"
	"calipso/collect/schedule"
	"calipso/graph"
	"calipso/testdata/clouds"
)

// demoUser is the account of the demonstration clouds; its password is made up
// at each start.
const demoUser = "calipso"

// demo plays recorded clouds on loopback ports and has them scanned as any
// other. A cloud with a second recorded state is in that state after its first
// scan, so that the next one finds changes.
type demo struct {
	app    *app
	out    io.Writer
	clouds []*demoCloud
}

type demoCloud struct {
	name   string
	files  fs.FS
	states []string
	rest   *collecttest.REST
	ssh    *collecttest.SSHServer
	listen net.Listener
	env    *graph.Environment
}

func newDemo(a *app, out io.Writer) (*demo, error) {
	d := &demo{app: a, out: out}
	for _, name := range clouds.Names() {
		c, err := d.open(name)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("demonstration cloud %s: %w", name, err), d.close())
		}
		d.clouds = append(d.clouds, c)
	}
	return d, nil
}

// open starts the servers of one cloud and makes its environment document.
func (d *demo) open(name string) (*demoCloud, error) {
	c := &demoCloud{name: name}
	var err error
	if c.files, err = fs.Sub(clouds.FS, name); err != nil {
		return nil, err
	}
	if c.states, err = clouds.States(name); err != nil {
		return nil, err
	}
	password := string(graph.NewOID(time.Now()))
	if c.rest, err = collecttest.NewREST(c.files, c.states[0]+"/rest", demoUser, password); err != nil {
		return nil, err
	}
	transcripts, err := c.transcripts(c.states[0])
	if err != nil {
		return nil, err
	}
	if c.ssh, err = collecttest.StartSSH(collecttest.SSHCloud{Transcripts: transcripts, User: demoUser, Password: password}); err != nil {
		return nil, err
	}
	if c.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(err, c.ssh.Close())
	}
	c.env, err = c.document(filepath.Join(d.app.cfg.DataDir, "state", "demo-"+name+".known_hosts"), password)
	return c, err
}

func (c *demoCloud) transcripts(state string) (*collecttest.SSHTranscripts, error) {
	sub, err := fs.Sub(c.files, state+"/ssh")
	if err != nil {
		return nil, err
	}
	return collecttest.ReadSSH(sub)
}

// document is the recorded environment with the access data of these servers.
func (c *demoCloud) document(knownHosts, password string) (*graph.Environment, error) {
	if err := c.ssh.WriteKnownHosts(knownHosts); err != nil {
		return nil, err
	}
	b, err := fs.ReadFile(c.files, "environment.json")
	if err != nil {
		return nil, err
	}
	doc, err := graph.ParseJSON(b)
	if err != nil {
		return nil, err
	}
	doc["name"] = c.name
	doc["configuration"] = []any{
		map[string]any{"name": "OpenStack", "auth_url": "http://" + c.listen.Addr().String() + "/identity/v3", "user": demoUser, "pwd": password},
		c.ssh.Section(knownHosts),
	}
	return graph.ParseEnvironment(doc)
}

// run serves the clouds until ctx ends, and meanwhile adds and scans them.
func (d *demo) run(ctx context.Context, url string) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, c := range d.clouds {
		srv := &http.Server{Handler: c.rest, ReadHeaderTimeout: 10 * time.Second}
		g.Go(func() error {
			if err := srv.Serve(c.listen); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		g.Go(func() error {
			<-ctx.Done()
			return errors.Join(srv.Close(), c.ssh.Close())
		})
	}
	g.Go(func() error {
		scans := errgroup.Group{}
		for _, c := range d.clouds {
			scans.Go(func() error { return d.introduce(ctx, c) })
		}
		if err := scans.Wait(); err != nil {
			return err
		}
		if ctx.Err() == nil {
			fmt.Fprintf(d.out, "the demonstration clouds are there: open %s/ and sign in as admin\n", url)
		}
		return nil
	})
	return g.Wait()
}

// introduce adds one cloud as an environment, scans it, and lets it change.
func (d *demo) introduce(ctx context.Context, c *demoCloud) error {
	_, err := d.app.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: "demo"}, &graph.Batch{PutDocs: []*graph.Document{c.env.Document()}})
	if err != nil {
		return err
	}
	s, err := d.app.queue.Submit(ctx, schedule.Request{Env: c.env.Name, Who: "demo"})
	if err != nil {
		return err
	}
	done, err := d.await(ctx, s)
	if done == nil || err != nil {
		return err
	}
	switch done.Status {
	case scan.Completed, scan.CompletedWithErrors:
		fmt.Fprintf(d.out, "environment %s: %d objects, %d links, scanned in %s\n", c.name, total(done.Report.Objects), total(done.Report.Links), round(done.Ended.Sub(done.Started)))
	default:
		fmt.Fprintf(d.out, "environment %s: scan %s: %s\n", c.name, done.Status, done.Error)
		return nil
	}
	if len(c.states) < 2 {
		return nil
	}
	return c.change()
}

// change brings the cloud into its second state.
func (c *demoCloud) change() error {
	transcripts, err := c.transcripts(c.states[1])
	if err != nil {
		return err
	}
	c.ssh.Switch(transcripts)
	return c.rest.Switch(c.files, c.states[1]+"/rest")
}

// await waits for a scan to end; nil if ctx ended before.
func (d *demo) await(ctx context.Context, s *schedule.Scan) (*schedule.Scan, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := d.app.queue.Get(ctx, s.Env, s.ID)
		if ctx.Err() != nil {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if now.Status != scan.Pending && now.Status != scan.Running {
			return now, nil
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-tick.C:
		}
	}
}

func (d *demo) close() error {
	var errs []error
	for _, c := range d.clouds {
		errs = append(errs, c.listen.Close(), c.ssh.Close())
	}
	if len(errs) > 0 {
		d.app.log.Debug("demonstration clouds closed", slog.Int("clouds", len(d.clouds)))
	}
	return errors.Join(errs...)
}
