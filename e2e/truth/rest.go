package truth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// rest is a session at the cloud's APIs.
type rest struct {
	http  http.Client
	token string
	// urls are the public endpoints by service type.
	urls    map[string]string
	regions []string
}

// login asks Keystone for a token and keeps its catalogue.
func login(ctx context.Context, l *Lab) (*rest, error) {
	r := &rest{http: http.Client{Timeout: 60 * time.Second}, urls: map[string]string{}}
	domain := map[string]any{"name": l.Domain}
	ask, err := json.Marshal(map[string]any{"auth": map[string]any{
		"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{
			"user": map[string]any{"name": l.User, "password": l.Password, "domain": domain}}},
		"scope": map[string]any{"project": map[string]any{"name": l.Project, "domain": domain}},
	}})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Token struct {
			Catalog []struct {
				Type      string
				Endpoints []struct{ Interface, Region, URL string }
			}
		}
	}
	head, err := r.do(ctx, http.MethodPost, l.AuthURL+"/auth/tokens", ask, &answer)
	if err != nil {
		return nil, err
	}
	r.token = head.Get("X-Subject-Token")
	seen := map[string]bool{}
	for _, service := range answer.Token.Catalog {
		for _, e := range service.Endpoints {
			if e.Interface == "public" && e.Region == l.Region {
				r.urls[service.Type] = strings.TrimRight(e.URL, "/")
			}
			if !seen[e.Region] {
				seen[e.Region] = true
				r.regions = append(r.regions, e.Region)
			}
		}
	}
	return r, nil
}

// get reads one list into the field of that name of into; an answer in pages
// is refused, since half a list is not the truth.
func (r *rest) get(ctx context.Context, service, path, field string, into any) error {
	base, ok := r.urls[service]
	if !ok {
		return fmt.Errorf("truth: the catalogue has no %s service", service)
	}
	answer := map[string]json.RawMessage{}
	if _, err := r.do(ctx, http.MethodGet, base+path, nil, &answer); err != nil {
		return err
	}
	if strings.Contains(string(answer[field+"_links"]), `"next"`) {
		return fmt.Errorf("truth: GET %s: the list of %s has more pages", path, field)
	}
	if err := json.Unmarshal(answer[field], into); err != nil {
		return fmt.Errorf("truth: GET %s: %s: %w", path, field, err)
	}
	return nil
}

func (r *rest) do(ctx context.Context, method, url string, body []byte, into any) (http.Header, error) {
	ask, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("truth: %w", err)
	}
	ask.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		ask.Header.Set("X-Auth-Token", r.token)
	}
	answer, err := r.http.Do(ask)
	if err != nil {
		return nil, fmt.Errorf("truth: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("truth: %s %s: %w", method, url, err)
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("truth: %s %s: %s: %.300s", method, url, answer.Status, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return nil, fmt.Errorf("truth: %s %s: %w", method, url, err)
	}
	return answer.Header, nil
}
