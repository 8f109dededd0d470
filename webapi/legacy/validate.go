package legacy

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Validate checks what is given against a table, in the order that clients
// know: first unknown keys, all at once; then key by key whether there is a
// value, its type, its list of values or form. The first error ends it.
func (q *Request) Validate(ctx context.Context, table []Param, pattern *regexp.Regexp, given map[string]any) (Values, error) {
	if err := q.known(table, pattern, given); err != nil {
		return nil, err
	}
	out := Values{}
	for k, v := range given {
		if pattern != nil && pattern.MatchString(k) {
			out[k] = v
		}
	}
	for i := range table {
		p := &table[i]
		v, there, err := q.take(p, given)
		if err != nil {
			return nil, err
		}
		if empty(v) {
			if there && !p.MayBeEmpty {
				return nil, BadRequest("Invalid data: value of %s key doesn't exist ", p.Name)
			}
			if p.mandatory(q.Compat()) {
				if p.Missing != "" {
					return nil, BadRequest("%s", p.Missing)
				}
				return nil, BadRequest("%s must be specified", p.Name)
			}
			if p.Default != nil {
				out[p.Name] = p.Default
			}
			continue
		}
		if out[p.Name], err = q.check(ctx, p, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// known refuses keys that are not in the table.
func (q *Request) known(table []Param, pattern *regexp.Regexp, given map[string]any) error {
	var unknown []string
	for _, k := range slices.Sorted(maps.Keys(given)) {
		if pattern != nil && pattern.MatchString(k) {
			continue
		}
		if !slices.ContainsFunc(table, func(p Param) bool { return p.Name == k || q.alias(&p) == k }) {
			unknown = append(unknown, k)
		}
	}
	if len(unknown) > 0 {
		return BadRequest("Invalid key(s): %s", strings.Join(unknown, " and "))
	}
	return nil
}

// alias is the other name of a parameter where that is known.
func (q *Request) alias(p *Param) string {
	if q.Compat() != Current || p.Alias == "" {
		return p.Name
	}
	return p.Alias
}

// take is the value given under either name; both may be there if they agree.
func (q *Request) take(p *Param, given map[string]any) (v any, there bool, err error) {
	v, there = given[p.Name]
	alias := q.alias(p)
	w, other := given[alias]
	switch {
	case alias == p.Name || !other:
		return v, there, nil
	case there && fmt.Sprint(v) != fmt.Sprint(w):
		return nil, false, BadRequest("%s and %s must be the same", p.Name, alias)
	}
	return w, true, nil
}

// check converts a value that is there.
func (q *Request) check(ctx context.Context, p *Param, v any) (any, error) {
	v, ok := convert(p.Type, v)
	if !ok {
		return nil, BadRequest("%s must be %s", p.Name, p.Type)
	}
	allowed := p.OneOf
	if p.Constant != "" {
		var err error
		if allowed, err = q.constantValues(ctx, p.Constant); err != nil {
			return nil, err
		}
	}
	if p.Constant != "" || p.OneOf != nil {
		if !among(v, allowed) && !q.linkTypes(ctx, p, v) {
			return nil, BadRequest("The possible value of %s is %s", p.Name, strings.Join(allowed, " or "))
		}
	}
	if len(p.Patterns) > 0 && !fits(v, p.Patterns) {
		names := make([]string, len(p.Patterns))
		for i, f := range p.Patterns {
			names[i] = f.Name
		}
		return nil, BadRequest("%s must be a valid %s", p.Name, strings.Join(names, " or "))
	}
	if p.Type&Date != 0 {
		if v, ok = q.date(v); !ok {
			return nil, BadRequest("%s must follow ISO 8610 date and time format%sYYYY-MM-DDThh:mm:ss.sss+hhmm", p.Name, q.either(",", ": "))
		}
	}
	if p.Check != nil {
		wrong, err := p.Check(ctx, q, v)
		if err != nil {
			return nil, err
		}
		if wrong != "" {
			return nil, BadRequest("%s", wrong)
		}
	}
	return v, nil
}

// empty tells whether a value counts as none: but false and 0 are values.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// among tells whether a value, or each entry of a list, is one of those
// allowed.
func among(v any, allowed []string) bool {
	if list, ok := v.([]any); ok {
		return !slices.ContainsFunc(list, func(e any) bool { return !among(e, allowed) })
	}
	s, ok := v.(string)
	return ok && slices.Contains(allowed, s)
}

func fits(v any, forms []Pattern) bool {
	text := fmt.Sprint(v)
	return slices.ContainsFunc(forms, func(f Pattern) bool { return f.Form.MatchString(text) })
}

// date reads a time. In a query an unescaped plus sign arrives as a blank.
func (q *Request) date(v any) (time.Time, bool) {
	text, _ := v.(string)
	if t, ok := parseDate(text); ok {
		return t, true
	}
	i := strings.LastIndexByte(text, ' ')
	if i < 0 || q.Compat() == CVIM {
		return time.Time{}, false
	}
	return parseDate(text[:i] + "+" + text[i+1:])
}
