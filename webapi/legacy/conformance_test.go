package legacy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/legacy"
	"calipso/webapi/webapitest"
)

// The conformance table: each file of testdata/conformance is a talk with a
// server of each version, over HTTP.
//
//	request [versions=(opnfv,cvim,new)] [as=NAME] [save=NAME] [volatile] [cut=N]
//	METHOD PATH
//	[Header: value]
//	[body]
//	----
//	VERSION STATUS BODY
//
// Without versions all three are asked; those that answer alike are told in one
// line. as is who asks, by a token: victor, who may view everything, if it is not
// said; as=none sends no credentials. save keeps the token in the answer, $NAME
// in a later request stands for it. volatile hides tokens and times, cut shows
// the beginning of a long answer, show=(HEADER…) headers of it. A file that
// changes something begins with "fresh", for servers of its own. "clock 25h" lets
// time go by for log-ins.
func TestConformance(t *testing.T) {
	rows := 0
	shared := newTalks(t)
	datadriven.Walk(t, "testdata/conformance", func(t *testing.T, path string) {
		talks := shared
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "request":
				rows += len(talks.versions(d))
				return talks.request(t, d)
			case "fresh":
				talks = newTalks(t)
				return ""
			case "clock":
				by, err := time.ParseDuration(d.CmdArgs[0].Key)
				if err != nil {
					t.Fatal(err)
				}
				talks.now = talks.now.Add(by)
				return ""
			}
			t.Fatalf("unknown command %q", d.Cmd)
			return ""
		})
	})
	t.Logf("%d requests", rows)
}

// talks are the servers of all versions, with the same things in them.
type talks struct {
	now     time.Time
	servers map[legacy.Compat]*webapitest.Test
	tokens  map[legacy.Compat]map[string]string
}

func newTalks(t *testing.T) *talks {
	k := &talks{now: webapitest.Started.Add(time.Hour), servers: map[legacy.Compat]*webapitest.Test{}, tokens: map[legacy.Compat]map[string]string{}}
	for _, c := range legacy.Compats() {
		keepers := new(stored)
		s := webapitest.Start(t, webapitest.Options{
			Clock: func() time.Time { return k.now },
			API:   keepers.options(webapi.Options{Legacy: legacy.Options{Compat: c, Clock: func() time.Time { return k.now }, Origins: origins[c]}}),
		})
		keepers.store = s.Store
		fill(t, s)
		addEditor(t, s)
		k.servers[c], k.tokens[c] = s, map[string]string{"admin": "", "edith": "", "victor": "", "gus": "", "nora": "", "leo": ""}
		for name := range k.tokens[c] {
			secret, _, err := s.Accounts.CreateToken(t.Context(), name, "test", 1000*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			k.tokens[c][name] = secret.Reveal()
		}
	}
	return k
}

var origins = map[legacy.Compat][]string{legacy.Current: {"https://noc.example.org"}}

func (k *talks) versions(d *datadriven.TestData) []legacy.Compat {
	arg, ok := d.Arg("versions")
	if !ok {
		return legacy.Compats()
	}
	var out []legacy.Compat
	for _, v := range arg.Vals {
		out = append(out, legacy.Compat(v))
	}
	return out
}

func (k *talks) request(t *testing.T, d *datadriven.TestData) string {
	var answers []string
	var said []string // the versions behind each answer
	for _, c := range k.versions(d) {
		got := k.ask(t, c, d)
		if i := slices.Index(answers, got); i >= 0 {
			said[i] += "," + string(c)
			continue
		}
		answers, said = append(answers, got), append(said, string(c))
	}
	var out strings.Builder
	for i := range answers {
		if len(answers) == 1 && len(k.versions(d)) == len(legacy.Compats()) {
			said[i] = "all"
		}
		fmt.Fprintf(&out, "%s %s\n", said[i], answers[i])
	}
	return out.String()
}

var headerForm = regexp.MustCompile(`^[A-Za-z][A-Za-z-]*: `)

func (k *talks) ask(t *testing.T, c legacy.Compat, d *datadriven.TestData) string {
	s := k.servers[c]
	text := d.Input
	for name, token := range k.tokens[c] {
		text = strings.ReplaceAll(text, "$"+name, token)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	lines = lines[1:]
	header := http.Header{}
	for len(lines) > 0 && headerForm.MatchString(lines[0]) {
		name, value, _ := strings.Cut(lines[0], ": ")
		header.Add(name, value)
		lines = lines[1:]
	}
	as := "victor"
	d.MaybeScanArgs(t, "as", &as)
	if token := k.tokens[c][as]; token != "" {
		header.Set("X-Auth-Token", token)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := s.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if d.HasArg("save") {
		var answer struct{ Token string }
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatal(err)
		}
		name := ""
		d.ScanArgs(t, "save", &name)
		k.tokens[c][name] = answer.Token
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d %s", resp.StatusCode, show(t, d, resp.StatusCode, resp.Header.Get("Content-Type"), body))
	if resp.StatusCode == http.StatusUnauthorized && resp.Header.Get("WWW-Authenticate") == "" {
		out.WriteString(" (no WWW-Authenticate)")
	}
	if arg, ok := d.Arg("show"); ok {
		for _, h := range arg.Vals {
			if values := resp.Header.Values(h); len(values) > 0 {
				fmt.Fprintf(&out, "\n  %s: %s", h, strings.Join(values, " | "))
			}
		}
	}
	return strings.TrimRight(out.String(), " ")
}

var (
	tokenForm = regexp.MustCompile(`\b[0-9a-f]{32}\b`)
	timeForm  = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\b`)
	idForm    = regexp.MustCompile(`"_?id":"[0-9a-f]{24}"`)
)

// show is a body on one line; one that is what all errors have, as its title and
// message.
func show(t *testing.T, d *datadriven.TestData, status int, contentType string, body []byte) string {
	if len(body) == 0 {
		return ""
	}
	text := string(bytes.TrimSpace(body))
	if contentType == "application/json" {
		var b bytes.Buffer
		if err := json.Compact(&b, body); err != nil {
			t.Errorf("%s: no JSON: %v: %s", d.Pos, err, body)
		}
		text = b.String()
		var refusal struct {
			Error struct{ Message, Code, Title string }
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&refusal); err == nil && refusal.Error.Code != "" {
			text = fmt.Sprintf("%s %q", refusal.Error.Title, refusal.Error.Message)
			if refusal.Error.Code != strconv.Itoa(status) {
				text += " (code " + refusal.Error.Code + ")"
			}
		}
	} else {
		text = contentType + " " + text
	}
	if d.HasArg("volatile") {
		text = tokenForm.ReplaceAllString(text, "<token>")
		text = timeForm.ReplaceAllString(text, "<time>")
		text = idForm.ReplaceAllString(text, `"_id":"<oid>"`)
	}
	var max int
	if d.MaybeScanArgs(t, "cut", &max); max > 0 && len(text) > max {
		text = text[:max] + fmt.Sprintf("… %d bytes", len(text))
	}
	return text
}

// fill adds documents of every kind to a server.
func fill(t *testing.T, s *webapitest.Test) {
	t.Helper()
	day := func(d int) time.Time { return time.Date(2026, 3, d, 8, 0, 0, 0, time.UTC) }
	put := func(env graph.EnvID, docs ...*graph.Document) {
		if _, err := s.Store.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseImport, ID: "drawn"}, &graph.Batch{PutDocs: docs}); err != nil {
			t.Fatal(err)
		}
	}
	doc := func(c graph.Collection, id string, body graph.Attrs) *graph.Document {
		return &graph.Document{DocKey: graph.DocKey{Collection: c, ID: id}, Body: body}
	}
	put("lab",
		doc(graph.Scans, "5f3c0fd0b7e4d1c6a0900001", graph.Attrs{"id": "5f3c0fd0b7e4d1c6a0900001", "environment": "lab", "status": "completed", "clear": true, "log_level": "warning",
			"submit_timestamp": "2026-03-01T08:00:00Z", "start_timestamp": "2026-03-01T08:00:01.5Z", "end_timestamp": "2026-03-01T08:01:00Z"}),
		doc(graph.Scans, "5f3c0fd0b7e4d1c6a0900002", graph.Attrs{"environment": "lab", "status": "failed", "object_id": "node-1", "submit_timestamp": day(2)}),
		doc(graph.ScheduledScans, "5f3c0ff0b7e4d1c6a0900101", graph.Attrs{"freq": "DAILY", "recurrence": "DAILY", "log_level": "warning", "clear": false,
			"scheduled_timestamp": day(3), "submit_timestamp": day(1), "status": "ongoing"}),
		doc(graph.ScheduledScans, "5f3c0ff0b7e4d1c6a0900102", graph.Attrs{"recurrence": "ONCE", "scheduled_timestamp": day(4), "status": "upcoming"}),
		doc(graph.Messages, "5f3c0ff0b7e4d1c6a0900201", graph.Attrs{"id": "17653.29655.120411", "environment": "lab", "source_system": "Calipso", "level": "info",
			"message": "adding links of type: instance-vnic", "timestamp": time.Date(2026, 3, 1, 8, 14, 15, 120411000, time.UTC), "viewed": false, "related_object": nil}),
		doc(graph.Messages, "5f3c0ff0b7e4d1c6a0900202", graph.Attrs{"id": "m2", "environment": "lab", "source_system": "OpenStack", "level": "error", "message": "no route to host",
			"timestamp": "2026-03-02T08:00:00Z", "related_object": "node-2", "related_object_type": "host"}),
		doc(graph.Messages, "scan-0000", graph.Attrs{"id": "scan-0000", "environment": "lab", "source_system": "Calipso", "level": "error", "message": "scan failed", "timestamp": day(3)}),
		doc("connection_tests", "5f3c0ff0b7e4d1c6a0900301", graph.Attrs{"environment": "lab", "status": "response", "test_targets": []any{"mysql", "CLI"},
			"targets_configuration": []any{map[string]any{"name": "mysql", "host": "192.0.2.1", "pwd": graph.NewSecret("topsecret")}, map[string]any{"name": "CLI", "host": "192.0.2.1", "key": "/k"}},
			"submit_timestamp":      day(2), "test_results": map[string]any{"mysql": true, "CLI": false}}),
	)
	put("vault", doc(graph.Messages, "5f3c0ff0b7e4d1c6a0900999", graph.Attrs{"id": "hidden", "environment": "vault", "level": "panic", "timestamp": day(1)}))
	put(graph.Shared,
		doc(graph.CliqueTypes, "5f3c0ff0b7e4d1c6a0900401", graph.Attrs{"environment": "lab", "name": "lab hosts", "focal_point_type": "host",
			"link_types": []any{"host_pnic-network", "vedge-otep"}, "use_implicit_links": false}),
		doc(graph.CliqueTypes, "5f3c0ff0b7e4d1c6a0900402", graph.Attrs{"environment": "", "name": "Mirantis 6", "focal_point_type": "vedge", "distribution": "Mirantis",
			"distribution_version": "6.0", "mechanism_drivers": "OVS", "link_types": []any{"vedge-otep"}}),
		doc(graph.CliqueTypes, "5f3c0ff0b7e4d1c6a0900403", graph.Attrs{"environment": "ANY", "name": "any", "focal_point_type": "otep", "link_types": []any{"vedge-otep"}}),
		doc(graph.CliqueTypes, "5f3c0ff0b7e4d1c6a0900404", graph.Attrs{"environment": "vault", "name": "treasure", "focal_point_type": "otep", "link_types": []any{"vedge-otep"}}),
		doc(graph.CliqueConstraints, "5f3c0ff0b7e4d1c6a0900501", graph.Attrs{"focal_point_type": "vedge", "constraints": []any{"network", "zone"}}),
		doc("monitoring_config_templates", "5f3c0ff0b7e4d1c6a0900601", graph.Attrs{"order": "1", "side": "client", "type": "client.json", "config": map[string]any{"client": map[string]any{"name": "{host}"}}}),
		doc("monitoring_config_templates", "5f3c0ff0b7e4d1c6a0900602", graph.Attrs{"order": int64(2), "side": "server", "type": "rabbitmq.json"}),
		doc(graph.Constants, "5f3c0ff0b7e4d1c6a0900701", graph.Attrs{"name": "sites", "data": []any{map[string]any{"label": "North", "value": "north"}}}),
	)
}
