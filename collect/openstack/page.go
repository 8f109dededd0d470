package openstack

import (
	"fmt"
	"net/url"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"calipso/collect"
	"calipso/graph"
)

// page is one answer of a list; it implements pagination.Page.
type page struct {
	pagination.PageResult
	list   listing
	source string
	seen   map[string]bool // queries of the next pages so far
}

// IsEmpty is false also for a page without entries: whether more follow is
// for the links to say.
func (p *page) IsEmpty() (bool, error) { return false, nil }

// GetBody is the decoded answer.
func (p *page) GetBody() any { return p.Body }

func (p *page) fail(format string, args ...any) error {
	return &collect.ParseError{Source: p.source, Reason: fmt.Sprintf(format, args...)}
}

// entries are the list's entries as attributes.
func (p *page) entries() ([]graph.Attrs, error) {
	body, ok := p.Body.(map[string]any)
	if !ok {
		return nil, p.fail("answer is no JSON object (content type %q)", short(p.Header.Get("Content-Type")))
	}
	list, ok := body[p.list.key].([]any)
	if !ok {
		return nil, p.fail("answer has no list %q", p.list.key)
	}
	out := make([]graph.Attrs, 0, len(list))
	for i, e := range list {
		n, err := graph.Normalize(e)
		if err != nil {
			return nil, p.fail("%s[%d]: %v", p.list.key, i, err)
		}
		m, ok := n.(map[string]any)
		if !ok {
			return nil, p.fail("%s[%d] is no object", p.list.key, i)
		}
		out = append(out, m)
	}
	return out, nil
}

// NextPageURL follows "links": {"next": URL} of Keystone and "<list>_links":
// [{"rel": "next", "href": URL}] of the others. Only the link's query counts:
// behind a proxy its host and scheme are often those of the inside.
func (p *page) NextPageURL() (string, error) {
	body, _ := p.Body.(map[string]any)
	link := graph.Attrs(body).Map("links").String("next")
	for _, l := range graph.Attrs(body).Maps(p.list.key + "_links") {
		if l.String("rel") == "next" {
			link = l.String("href")
		}
	}
	if link == "" {
		return "", nil
	}
	next, err := url.Parse(link)
	if err != nil || next.RawQuery == "" {
		return "", p.fail("link to the next page is no URL with a query: %q", short(link))
	}
	if p.seen[next.RawQuery] {
		return "", p.fail("link to the next page leads in a circle: %q", short(link))
	}
	p.seen[next.RawQuery] = true
	at := p.URL
	at.RawQuery = next.RawQuery
	return at.String(), nil
}
