package webapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"calipso/graph"
)

// metrics are what Prometheus reads. No label has more values than there are
// routes or environments.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	streams  prometheus.Gauge
	scans    *prometheus.CounterVec
	signIns  *prometheus.CounterVec
	unkept   prometheus.Counter // audit entries
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "calipso_http_requests_total", Help: "Requests answered, by route and status."}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "calipso_http_request_duration_seconds", Help: "Time to answer, streams apart.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "calipso_http_requests_in_flight", Help: "Requests being answered, streams included."}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "calipso_streams", Help: "Clients that follow the stream of events."}),
		scans: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "calipso_scans_total", Help: "Scans that ended since the server started, by how."}, []string{"environment", "status"}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "calipso_sign_ins_total", Help: "Passwords looked at, by what came of it: ok or refused."}, []string{"result"}),
		unkept: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "calipso_audit_failures_total", Help: "Audit entries that could not be written; the log has them."}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.inFlight, m.streams, m.scans, m.signIns, m.unkept,
		collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.GoRuntimeMetricsRule{Matcher: liveMemory})), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// liveMemory is what the last garbage collection left, which grows only by what
// is kept.
var liveMemory = regexp.MustCompile("^/gc/heap/live:bytes$")

// request counts one request; route is the pattern, empty if none matched.
func (m *metrics) request(method, route string, status int, took time.Duration) {
	if route == "" {
		route, method = "none", "any" // whatever strangers make up
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	if route != streamPath {
		m.duration.WithLabelValues(method, route).Observe(took.Seconds())
	}
}

// Registry lets other parts of the server add metrics of their own.
func (a *API) Registry() *prometheus.Registry { return a.metrics.registry }

// serveMetrics serves GET /metrics.
func (a *API) serveMetrics() gin.HandlerFunc {
	h := promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelError)})
	return func(c *gin.Context) { h.ServeHTTP(c.Writer, c.Request) }
}

// inventory reads the sizes of the graph when Prometheus asks.
type inventory struct {
	store Store
	log   *slog.Logger
}

var (
	objectsDesc = prometheus.NewDesc("calipso_objects", "Objects known, by environment and type.", []string{"environment", "type"}, nil)
	linksDesc   = prometheus.NewDesc("calipso_links", "Links known, by environment and type.", []string{"environment", "type"}, nil)
	commitDesc  = prometheus.NewDesc("calipso_last_commit_timestamp_seconds", "When an environment last changed.", []string{"environment"}, nil)
)

// Describe implements prometheus.Collector.
func (i *inventory) Describe(ch chan<- *prometheus.Desc) {
	ch <- objectsDesc
	ch <- linksDesc
	ch <- commitDesc
}

// Collect implements prometheus.Collector. An environment that cannot be read
// is left out, and logged.
func (i *inventory) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // the interface hands us none
	defer cancel()
	envs, err := i.store.EnvIDs(ctx)
	if err != nil {
		i.log.Error("metrics", slog.Any("err", err))
		return
	}
	for _, env := range envs {
		view, err := i.store.View(ctx, env, graph.Now)
		if err != nil {
			i.log.Error("metrics", slog.String("env", string(env)), slog.Any("err", err))
			continue
		}
		objects, links, err := view.Counts(ctx)
		if err != nil {
			i.log.Error("metrics", slog.String("env", string(env)), slog.Any("err", err))
			continue
		}
		for t, n := range objects {
			ch <- prometheus.MustNewConstMetric(objectsDesc, prometheus.GaugeValue, float64(n), string(env), string(t))
		}
		for t, n := range links {
			ch <- prometheus.MustNewConstMetric(linksDesc, prometheus.GaugeValue, float64(n), string(env), string(t))
		}
		if last := view.Time(); last != graph.Now {
			ch <- prometheus.MustNewConstMetric(commitDesc, prometheus.GaugeValue, float64(last)/1e9, string(env))
		}
	}
}

// health serves GET /healthz: the process lives.
func (a *API) health(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// ready serves GET /readyz: the store can be read and followers have caught up.
func (a *API) ready(c *gin.Context) {
	_, err := a.opt.Store.EnvIDs(c.Request.Context())
	if err == nil && a.opt.Ready != nil {
		err = a.opt.Ready(c.Request.Context())
	}
	if err != nil {
		a.log.Warn("not ready", slog.Any("err", err))
		text := "not ready\n" // strangers may ask: no details
		if errors.Is(err, graph.ErrFull) {
			text = "not ready: the disk is full; reading goes on\n"
		}
		c.String(http.StatusServiceUnavailable, text)
		return
	}
	c.String(http.StatusOK, "ready\n")
}
