package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"calipso/importexport/mirror"
)

// mirrorMetrics tells Prometheus how far the MongoDB is.
type mirrorMetrics struct {
	mirror *mirror.Mirror
	log    *slog.Logger
}

var (
	mirrorStateDesc   = prometheus.NewDesc("calipso_mirror_state", "1 for what the mirror in MongoDB is at, 0 for the rest.", []string{"state"}, nil)
	mirrorCommitsDesc = prometheus.NewDesc("calipso_mirror_lag_commits", "Commits that are not in MongoDB yet.", nil, nil)
	mirrorLagDesc     = prometheus.NewDesc("calipso_mirror_lag_seconds", "Age of the oldest commit that is not in MongoDB yet.", nil, nil)
	mirrorWrittenDesc = prometheus.NewDesc("calipso_mirror_documents_written_total", "Documents written to MongoDB since the server started.", nil, nil)
	mirrorRemovedDesc = prometheus.NewDesc("calipso_mirror_documents_removed_total", "Documents removed from MongoDB since the server started.", nil, nil)
	mirrorBytesDesc   = prometheus.NewDesc("calipso_mirror_written_bytes_total", "Size of the documents written to MongoDB since the server started.", nil, nil)
	mirrorFailedDesc  = prometheus.NewDesc("calipso_mirror_failures_total", "Tries to bring MongoDB in step that failed since the server started.", nil, nil)
	mirrorSyncedDesc  = prometheus.NewDesc("calipso_mirror_synced_timestamp_seconds", "When everything was in MongoDB last.", nil, nil)
)

// Describe implements prometheus.Collector.
func (m *mirrorMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{mirrorStateDesc, mirrorCommitsDesc, mirrorLagDesc, mirrorWrittenDesc, mirrorRemovedDesc, mirrorBytesDesc, mirrorFailedDesc, mirrorSyncedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m *mirrorMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // the interface hands us none
	defer cancel()
	s, err := m.mirror.Status(ctx)
	if err != nil {
		m.log.Error("metrics", "err", err)
		return
	}
	for _, p := range mirror.Phases() {
		is := 0.0
		if p == s.Phase {
			is = 1
		}
		ch <- prometheus.MustNewConstMetric(mirrorStateDesc, prometheus.GaugeValue, is, string(p))
	}
	ch <- prometheus.MustNewConstMetric(mirrorCommitsDesc, prometheus.GaugeValue, float64(s.Commits))
	ch <- prometheus.MustNewConstMetric(mirrorLagDesc, prometheus.GaugeValue, s.Lag.Seconds())
	ch <- prometheus.MustNewConstMetric(mirrorWrittenDesc, prometheus.CounterValue, float64(s.Written))
	ch <- prometheus.MustNewConstMetric(mirrorRemovedDesc, prometheus.CounterValue, float64(s.Removed))
	ch <- prometheus.MustNewConstMetric(mirrorBytesDesc, prometheus.CounterValue, float64(s.Bytes))
	ch <- prometheus.MustNewConstMetric(mirrorFailedDesc, prometheus.CounterValue, float64(s.Failures))
	if !s.Synced.IsZero() {
		ch <- prometheus.MustNewConstMetric(mirrorSyncedDesc, prometheus.GaugeValue, float64(s.Synced.UnixNano())/1e9)
	}
}
