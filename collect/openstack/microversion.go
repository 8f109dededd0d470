package openstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"calipso/collect"
)

// versionRoot cuts a compute endpoint after its version.
var versionRoot = regexp.MustCompile(`^(.*?/v\d+(\.\d+)?/).*$`)

// microversion is the highest one a compute service offers, "" if it knows
// none. It is asked once per endpoint.
func (c *Conn) microversion(ctx context.Context, client *gophercloud.ServiceClient) (string, error) {
	return c.versions.get(ctx, client.Endpoint, func(ctx context.Context) (string, error) {
		at := client.Endpoint
		if m := versionRoot.FindStringSubmatch(at); m != nil {
			at = m[1]
		}
		body, err := c.get(ctx, client, at)
		if status := new(collect.StatusError); errors.As(err, &status) && status.Status == http.StatusNotFound {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		type version struct {
			ID      string `json:"id"`
			Version string `json:"version"`
		}
		var doc struct {
			Version  version   `json:"version"`
			Versions []version `json:"versions"`
		}
		if err := json.Unmarshal(body, &doc); err != nil {
			return "", fmt.Errorf("openstack: %w", &collect.ParseError{Source: "compute: GET " + pathOf(at), Reason: notJSON(err)})
		}
		for _, v := range append(doc.Versions, doc.Version) {
			if v.ID == "v2.1" {
				return v.Version, nil
			}
		}
		return "", nil
	})
}

// lower is the smaller of two microversions; "" counts as none at all.
func lower(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	ma, na, oka := splitVersion(a)
	mb, nb, okb := splitVersion(b)
	if !oka || !okb {
		return ""
	}
	if ma < mb || ma == mb && na < nb {
		return a
	}
	return b
}

// splitVersion splits "2.90".
func splitVersion(text string) (major, minor int, ok bool) {
	a, b, _ := strings.Cut(text, ".")
	major, err1 := strconv.Atoi(a)
	minor, err2 := strconv.Atoi(b)
	return major, minor, err1 == nil && err2 == nil
}

// atLeast tells whether a microversion is one or newer; "" is none.
func atLeast(version, one string) bool { return lower(version, one) == one }
