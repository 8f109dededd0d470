package paper

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
)

//go:embed shared.css
var sharedCSS string

// Style is the style sheet of a page that shows a report.
type Style template.CSS

// NewStyle is what all reports share, and what one kind of them adds.
func NewStyle(own string) Style { return Style(sharedCSS + own) }

// CSS is the sheet, for the page's template.
func (s Style) CSS() template.CSS { return template.CSS(s) }

// ContentPolicy is the Content-Security-Policy under which a page works that has
// the sheet within it: that and nothing else.
func (s Style) ContentPolicy() string {
	sum := sha256.Sum256([]byte(s))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
