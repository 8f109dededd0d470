package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"calipso/index"
)

// indexMetrics tells Prometheus how far searches follow the graph.
type indexMetrics struct {
	index *index.Index
	log   *slog.Logger
}

var (
	indexedDesc     = prometheus.NewDesc("calipso_index_objects_total", "Objects written to the search index since the server started.", nil, nil)
	indexRateDesc   = prometheus.NewDesc("calipso_index_objects_per_second", "Objects indexed a second, now or when there was something last.", nil, nil)
	indexBehindDesc = prometheus.NewDesc("calipso_index_behind_environments", "Environments with commits that searches do not show yet.", nil, nil)
	indexLagDesc    = prometheus.NewDesc("calipso_index_lag_seconds", "Time since searches last showed every commit, 0 while they do.", nil, nil)
	indexFailedDesc = prometheus.NewDesc("calipso_index_failed", "1 if the search index could not be written and is tried again.", nil, nil)
)

// Describe implements prometheus.Collector.
func (m *indexMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{indexedDesc, indexRateDesc, indexBehindDesc, indexLagDesc, indexFailedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m *indexMetrics) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // the interface hands us none
	defer cancel()
	s, err := m.index.Status(ctx)
	if err != nil {
		m.log.Error("metrics", "err", err)
		return
	}
	failed := 0.0
	if s.Err != nil {
		failed = 1
	}
	ch <- prometheus.MustNewConstMetric(indexedDesc, prometheus.CounterValue, float64(s.Objects))
	ch <- prometheus.MustNewConstMetric(indexRateDesc, prometheus.GaugeValue, s.Rate)
	ch <- prometheus.MustNewConstMetric(indexBehindDesc, prometheus.GaugeValue, float64(s.Behind))
	ch <- prometheus.MustNewConstMetric(indexLagDesc, prometheus.GaugeValue, s.Lag.Seconds())
	ch <- prometheus.MustNewConstMetric(indexFailedDesc, prometheus.GaugeValue, failed)
}
