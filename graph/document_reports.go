package graph

// The collections of kept reports: what each one is, and what it says.
const (
	Reports        Collection = "reports"
	ReportContents Collection = "report_contents"
)
