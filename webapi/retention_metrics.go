package webapi

import (
	"github.com/prometheus/client_golang/prometheus"

	"calipso/graph/retention"
)

// forgotten tells Prometheus what retention has done.
type forgotten struct{ keeper *retention.Keeper }

var (
	nightDesc     = prometheus.NewDesc("calipso_retention_last_run_timestamp_seconds", "When the last nightly run began.", nil, nil)
	agedDesc      = prometheus.NewDesc("calipso_retention_snapshots_removed_total", "Snapshots removed for their age since the server started.", nil, nil)
	recordsDesc   = prometheus.NewDesc("calipso_retention_records_removed_total", "Messages and scans removed for their age since the server started.", nil, nil)
	droppedDesc   = prometheus.NewDesc("calipso_retention_versions_dropped_total", "Versions of objects, links and documents dropped since the server started.", nil, nil)
	reclaimedDesc = prometheus.NewDesc("calipso_retention_reclaimed_bytes_total", "Disk space given back since the server started.", nil, nil)
	failedDesc    = prometheus.NewDesc("calipso_retention_failures_total", "Environments whose nightly run failed since the server started.", nil, nil)
)

// Describe implements prometheus.Collector.
func (f *forgotten) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{nightDesc, agedDesc, recordsDesc, droppedDesc, reclaimedDesc, failedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (f *forgotten) Collect(ch chan<- prometheus.Metric) {
	s := f.keeper.Status()
	if !s.LastRun.IsZero() {
		ch <- prometheus.MustNewConstMetric(nightDesc, prometheus.GaugeValue, float64(s.LastRun.UnixNano())/1e9)
	}
	ch <- prometheus.MustNewConstMetric(agedDesc, prometheus.CounterValue, float64(s.Snapshots))
	ch <- prometheus.MustNewConstMetric(recordsDesc, prometheus.CounterValue, float64(s.Records))
	ch <- prometheus.MustNewConstMetric(droppedDesc, prometheus.CounterValue, float64(s.Versions))
	ch <- prometheus.MustNewConstMetric(reclaimedDesc, prometheus.CounterValue, float64(s.Reclaimed))
	ch <- prometheus.MustNewConstMetric(failedDesc, prometheus.CounterValue, float64(s.Failures))
}
