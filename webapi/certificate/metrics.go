package certificate

import "github.com/prometheus/client_golang/prometheus"

var (
	expiryDesc  = prometheus.NewDesc("calipso_tls_certificate_not_after_timestamp_seconds", "When the TLS certificate in use ends.", nil, nil)
	failureDesc = prometheus.NewDesc("calipso_tls_reload_failures_total", "Times that the TLS certificate's files would not do.", nil, nil)
)

var _ prometheus.Collector = (*Certificate)(nil)

// Describe implements prometheus.Collector.
func (c *Certificate) Describe(ch chan<- *prometheus.Desc) {
	ch <- expiryDesc
	ch <- failureDesc
}

// Collect implements prometheus.Collector.
func (c *Certificate) Collect(ch chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch <- prometheus.MustNewConstMetric(expiryDesc, prometheus.GaugeValue, float64(c.mu.leaf.NotAfter.Unix()))
	ch <- prometheus.MustNewConstMetric(failureDesc, prometheus.CounterValue, float64(c.mu.failures))
}
